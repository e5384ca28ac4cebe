//! The control for the figures of `scripts/e2e adapter`: axum alone, which parses JSON, answers JSON and knows no MCP.
//! What the shipped server takes more than this, it takes for the protocol and the front door.

use std::error::Error;
use std::net::Ipv4Addr;

use axum::Router;
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tokio::net::TcpListener;

type Answer = ([(http::HeaderName, &'static str); 1], String);

async fn answer(body: Bytes) -> Result<Answer, StatusCode> {
    let request: Value = serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    let answer = json!({
        "jsonrpc": "2.0",
        "id": request.get("id"),
        "result": { "tools": [{ "name": "ping", "inputSchema": { "type": "object" } }] },
    });
    let headers = [(CONTENT_TYPE, "application/json")];
    Ok((headers, answer.to_string()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = std::env::var("MCP_PORT")?.parse()?;
    let router = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/mcp", post(answer))
        // Lambda has one of its own.
        .layer(DefaultBodyLimit::disable());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    axum::serve(listener, router).await?;
    Ok(())
}
