//! The API key shows nowhere, whatever goes wrong and however loud the logs are asked to be.

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::{HeaderValue, StatusCode, header};

use crate::program::program;
use crate::server::Server;
use crate::stub;

const CANARY: &str = "mcp_canary-d41d8cd98f00b204";

/// A server that throws the key back: in the status line's company, in the body, in a redirect.
async fn echo(code: u16, content_type: &'static str) -> String {
    let code = StatusCode::from_u16(code).unwrap();
    let handler = any(async move |request: Request| -> Response {
        let key = request.headers()["x-api-key"].to_str().unwrap().to_owned();
        let location = HeaderValue::from_str(&format!("/login?key={key}")).unwrap();
        let body = match content_type {
            "application/json" => {
                format!(r#"{{"jsonrpc":"2.0","id":null,"error":{{"code":-1,"message":"{key}"}}}}"#)
            }
            _ => format!("your key is {key}"),
        };
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
            (header::LOCATION, location),
            (header::RETRY_AFTER, HeaderValue::from_str(&key).unwrap()),
            (
                http::HeaderName::from_static("x-request-id"),
                HeaderValue::from_str(&key).unwrap(),
            ),
            (
                header::WWW_AUTHENTICATE,
                HeaderValue::from_str(&key).unwrap(),
            ),
        ];
        (code, headers, body).into_response()
    });
    stub::serve(Router::new().fallback(handler)).await
}

#[tokio::test]
async fn every_failure_keeps_the_key_to_itself() {
    let (closed, _reserved) = stub::closed();
    let mut endpoints = vec![
        (closed, 69),
        (stub::silent().await, 75),
        (stub::silent().await.replace("http:", "https:"), 69),
        ("http://mcp.invalid/mcp".to_owned(), 64),
        (Server::default().stateless().await, 76),
    ];
    for (code, exit) in [
        (200, 76),
        (307, 76),
        (400, 76),
        (401, 77),
        (403, 77),
        (404, 76),
        (405, 76),
    ] {
        for content_type in ["application/json", "text/plain"] {
            endpoints.push((echo(code, content_type).await, exit));
        }
    }
    endpoints.push((echo(429, "application/json").await, 75));
    endpoints.push((echo(500, "application/json").await, 76));
    endpoints.push((echo(500, "text/plain").await, 69));
    for (endpoint, exit) in &endpoints {
        for format in ["text", "json"] {
            for era in ["auto", "legacy", "modern"] {
                keeps_the_key(endpoint, *exit, format, era).await;
            }
        }
    }
}

async fn keeps_the_key(endpoint: &str, exit: i32, format: &str, era: &str) {
    let patience = if exit == 75 { "0.3" } else { "30" };
    let options = ["--output", format, "--protocol", era, "--timeout", patience];
    let arguments = [&["tools", "call", "nonsense", "--unchecked"], &options[..]].concat();
    let finished = program(&arguments)
        .endpoint(endpoint)
        .key(CANARY)
        .env("RUST_LOG", "trace")
        .env("RUST_BACKTRACE", "full")
        .run()
        .await
        .exits(exit);
    assert!(!finished.stderr.is_empty());
    for stream in [&finished.stdout, &finished.stderr] {
        assert!(!stream.contains(CANARY), "{arguments:?}: {finished:#?}");
    }
}

/// A server that throws the key back after this many other characters, with slashes as PHP writes them.
async fn echo_after(code: u16, length: usize) -> String {
    let code = StatusCode::from_u16(code).unwrap();
    let handler = any(async move |request: Request| -> Response {
        let key = request.headers()["x-api-key"].to_str().unwrap();
        let text = "x".repeat(length) + " " + &key.replace('/', "\\/");
        let body =
            format!(r#"{{"jsonrpc":"2.0","id":null,"error":{{"code":-1,"message":"{text}"}}}}"#);
        (code, [(header::CONTENT_TYPE, "application/json")], body).into_response()
    });
    stub::serve(Router::new().fallback(handler)).await
}

#[tokio::test]
async fn what_is_cut_shows_no_part_of_the_key() {
    const KEY: &str = "canary/d41d8cd98f00b204e9800998ecf8427e";
    for (code, length) in [(403, 180), (200, 180), (200, 65_450)] {
        let endpoint = echo_after(code, length).await;
        for command in [&["info", "--dump-wire"][..], &["doctor"]] {
            let program = program(command).endpoint(&endpoint).key(KEY);
            let finished = program.run().await;
            for stream in [&finished.stdout, &finished.stderr] {
                assert!(!stream.contains("d41d"), "{command:?}: {finished:#?}");
                assert!(!stream.contains("canary"), "{command:?}: {finished:#?}");
            }
        }
    }
}

#[tokio::test]
async fn a_secret_in_the_url_is_not_shown() {
    let endpoint = stub::modern(|_| serde_json::json!({"result": {}})).await;
    let endpoint = format!("{endpoint}?version=2026-07-28&api_key={CANARY}");
    for arguments in [
        &["info"][..],
        &["info", "-v"],
        &["doctor"],
        &["doctor", "--json"],
        &[],
    ] {
        let finished = program(arguments).endpoint(&endpoint).run().await;
        for stream in [&finished.stdout, &finished.stderr] {
            assert!(!stream.contains(CANARY), "{arguments:?}: {finished:#?}");
        }
        let shown = format!("{}{}", finished.stdout, finished.stderr);
        assert!(
            shown.contains("version=2026-07-28&api_key=[secret]"),
            "{shown}"
        );
    }
}
