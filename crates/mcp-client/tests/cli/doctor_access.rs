//! `doctor` where somebody asks who asks.

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::{HeaderMap, StatusCode};
use insta::assert_snapshot;
use serde_json::json;

use crate::doctor::{doctor, said};
use crate::program::program;
use crate::server;
use crate::stub::{self, Seen, json_answer};

const KEY: &str = "mcp_0123456789";

/// Answers as `answer` says, by the key.
async fn by_key(answer: fn(Option<&str>) -> Response) -> String {
    let handler = any(async move |request: Request| {
        let headers: &HeaderMap = request.headers();
        answer(headers.get("x-api-key").map(|key| key.to_str().unwrap()))
    });
    stub::serve(Router::new().fallback(handler)).await
}

/// As API Gateway answers by itself.
fn api_gateway(code: u16, message: &str) -> Response {
    let headers = [
        ("content-type", "application/json"),
        ("apigw-requestid", "Lj1T="),
    ];
    let body = json!({"message": message}).to_string();
    (StatusCode::from_u16(code).unwrap(), headers, body).into_response()
}

async fn with_key(endpoint: &str, exit: i32) -> String {
    let finished = program(&["doctor", "--timeout", "4"])
        .endpoint(endpoint)
        .key(KEY);
    let finished = finished.run().await.exits(exit);
    assert!(!finished.stdout.contains(KEY));
    said(&finished, endpoint)
}

#[tokio::test]
async fn a_key_is_wanted_and_there_is_none() {
    let endpoint = by_key(|_| api_gateway(401, "Unauthorized")).await;
    assert_snapshot!(doctor(&endpoint, 77).await);
}

#[tokio::test]
async fn the_gateway_does_not_accept_the_key() {
    let endpoint = by_key(|key| match key {
        None => api_gateway(401, "Unauthorized"),
        Some(_) => api_gateway(403, "Forbidden"),
    })
    .await;
    assert_snapshot!(with_key(&endpoint, 77).await);
}

#[tokio::test]
async fn a_token_is_wanted() {
    let endpoint = stub::always(|| {
        let challenge = r#"Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource""#;
        (StatusCode::UNAUTHORIZED, [("www-authenticate", challenge)]).into_response()
    })
    .await;
    assert_snapshot!(doctor(&endpoint, 77).await);
}

#[tokio::test]
async fn the_server_does_not_serve_the_host() {
    let body = r#"{"jsonrpc":"2.0","error":{"code":-32000,"message":"Forbidden: Host header is not allowed"},"id":null}"#;
    let endpoint = stub::status(403, "application/json", body).await;
    assert_snapshot!(doctor(&endpoint, 77).await);
}

#[tokio::test]
async fn the_authorizer_fails() {
    let endpoint = by_key(|key| match key {
        None => api_gateway(401, "Unauthorized"),
        Some(_) => api_gateway(500, "Internal Server Error"),
    })
    .await;
    assert_snapshot!(with_key(&endpoint, 69).await);
}

#[tokio::test]
async fn the_function_fails() {
    let endpoint = by_key(|key| match key {
        None => api_gateway(401, "Unauthorized"),
        Some(KEY) => api_gateway(500, "Internal Server Error"),
        Some(_) => api_gateway(403, "Forbidden"),
    })
    .await;
    assert_snapshot!(with_key(&endpoint, 69).await);
}

#[tokio::test]
async fn a_key_that_is_wanted_is_accepted() {
    let seen = Seen::default();
    let handler = any(async |request: Request| {
        if request.headers().get("x-api-key").is_none() {
            return api_gateway(401, "Unauthorized");
        }
        json_answer(&json!({"jsonrpc": "2.0", "id": 0, "error": {"code": -32601, "message": "no"}}))
    });
    let router = Router::new().fallback(handler);
    let endpoint = stub::serve(seen.watching(router)).await;
    let report = with_key(&endpoint, 76).await;
    assert!(
        report.contains("✓ key         what MCP_API_KEY holds is wanted, and accepted"),
        "{report}"
    );
    assert_eq!(
        seen.header("x-api-key")[0],
        None,
        "nobody gets the key unasked"
    );
}

/// The report on a server elsewhere that this one stands in for, as a proxy.
async fn elsewhere(server: &str, exit: i32) -> String {
    let finished = program(&["doctor", "http://mcp.invalid/mcp", "--insecure-http"])
        .env("http_proxy", &server.replace("/mcp", ""))
        .key(KEY);
    said(&finished.run().await.exits(exit), "http://mcp.invalid/mcp")
}

#[tokio::test]
async fn a_server_of_this_project_does_not_serve_every_host() {
    let report = elsewhere(&server::own().await, 77).await;
    assert!(
        report.contains("✗ host        the server does not serve the host HOST"),
        "{report}"
    );
    assert!(
        report.contains("fix: call the server by the host name that it serves"),
        "{report}"
    );
}

#[tokio::test]
async fn a_key_that_nobody_wants_is_a_warning_elsewhere() {
    let answer = || {
        let error = json!({"code": -32601, "message": "no"});
        json_answer(&json!({"jsonrpc": "2.0", "id": 0, "error": error}))
    };
    let report = elsewhere(&stub::always(answer).await, 76).await;
    assert!(
        report.contains("! key         the server answers without a key, too"),
        "{report}"
    );
}
