//! `doctor` where the answers are no MCP.

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::{any, get, post};
use http::{StatusCode, header};
use insta::assert_snapshot;
use serde_json::json;

use crate::doctor::{doctor, said};
use crate::program::{program, run};
use crate::stub::{self, Seen, json_answer};

#[tokio::test]
async fn the_server_points_elsewhere_and_is_not_followed() {
    let elsewhere = Seen::default();
    let other = stub::serve(elsewhere.watching(Router::new())).await;
    let location = format!("{other}/$(touch x)");
    let endpoint = stub::always(move || {
        let headers = [(header::LOCATION, location.clone())];
        (StatusCode::TEMPORARY_REDIRECT, headers).into_response()
    })
    .await;
    let report = doctor(&endpoint, 76).await.replace(&other, "OTHER");
    assert_snapshot!(report);
    assert!(elsewhere.methods().is_empty());
}

#[tokio::test]
async fn the_path_is_wrong() {
    let endpoint = stub::status(404, "application/json", r#"{"message":"Not Found"}"#).await;
    assert_snapshot!(doctor(&endpoint, 76).await);
}

#[tokio::test]
async fn another_path_is_found_without_the_key() {
    let seen = Seen::default();
    let server = post(async || {
        json_answer(&json!({"jsonrpc": "2.0", "id": 0, "result": stub::discovery()}))
            .into_response()
    });
    let router = Router::new().route("/v1/mcp", server);
    let endpoint = stub::serve(seen.watching(router))
        .await
        .replace("/mcp", "/v1");
    let finished = program(&["doctor"])
        .endpoint(&endpoint)
        .key("mcp_0123456789");
    let finished = finished.run().await.exits(76);
    assert_snapshot!(said(&finished, &endpoint));
    // The endpoint got the key, in both eras; no other path did.
    let keys = seen.header("x-api-key").into_iter().flatten().count();
    assert_eq!(keys, 2);
}

#[tokio::test]
async fn the_transport_of_2024_is_named() {
    let events = get(async || {
        let content_type = [(header::CONTENT_TYPE, "text/event-stream")];
        (content_type, "event: endpoint\ndata: /messages?id=1\n\n")
    });
    let endpoint = stub::serve(Router::new().route("/sse", events)).await;
    assert_snapshot!(doctor(&endpoint.replace("/mcp", "/sse"), 76).await);
}

#[tokio::test]
async fn a_post_is_not_taken() {
    let endpoint = stub::serve(Router::new().route("/mcp", get(async || "hello"))).await;
    assert_snapshot!(doctor(&endpoint, 76).await);
}

#[tokio::test]
async fn a_web_page_answers() {
    let endpoint = stub::status(200, "text/html; charset=utf-8", "<html>hello</html>").await;
    assert_snapshot!(doctor(&endpoint, 76).await);
}

#[tokio::test]
async fn other_json_answers() {
    let endpoint = stub::status(200, "application/json", r#"{"status":"ok"}"#).await;
    assert_snapshot!(doctor(&endpoint, 76).await);
}

#[tokio::test]
async fn a_compression_that_nobody_asked_for() {
    let endpoint = stub::always(|| {
        let headers = [
            (header::CONTENT_TYPE, "application/json"),
            (header::CONTENT_ENCODING, "br"),
        ];
        (headers, "\u{1}\u{2}").into_response()
    })
    .await;
    assert_snapshot!(doctor(&endpoint, 76).await);
}

#[tokio::test]
async fn gzip_is_read() {
    // `{"jsonrpc":"2.0","id":0,"error":{"code":-32601,"message":"no"}}`, as gzip writes it.
    let body: &[u8] = include_bytes!("gzip_answer.gz");
    let endpoint = stub::always(move || {
        let headers = [
            (header::CONTENT_TYPE, "application/json"),
            (header::CONTENT_ENCODING, "gzip"),
        ];
        (headers, body).into_response()
    })
    .await;
    let report = doctor(&endpoint, 76).await;
    assert!(report.contains("✓ answer      JSON-RPC"), "{report}");
}

#[tokio::test]
async fn failed_answers_are_told_apart() {
    let mut reports = String::new();
    for (code, exit) in [
        (400, 76),
        (402, 76),
        (406, 76),
        (413, 76),
        (415, 76),
        (429, 75),
        (500, 69),
        (502, 69),
        (503, 69),
        (504, 69),
    ] {
        let endpoint = stub::status(code, "text/plain", "no").await;
        let report = doctor(&endpoint, exit).await;
        let failed = report.lines().skip_while(|line| !line.starts_with('✗'));
        let failed: Vec<_> = failed.take_while(|line| !line.is_empty()).collect();
        reports.push_str(&format!("{}\n", failed.join("\n")));
    }
    assert_snapshot!(reports);
}

#[tokio::test]
async fn a_probe_without_an_answer_is_a_warning() {
    let handler = any(async |request: axum::extract::Request| {
        let body = axum::body::to_bytes(request.into_body(), 65536)
            .await
            .unwrap();
        let call: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let result = match call["method"].as_str() {
            Some("initialize") => json!({
                "protocolVersion": "2025-06-18", "capabilities": {},
                "serverInfo": {"name": "old", "version": "1"},
            }),
            Some("ping") => json!({}),
            Some("notifications/initialized") => return StatusCode::ACCEPTED.into_response(),
            Some("server/discover") => std::future::pending().await,
            _ => return StatusCode::BAD_REQUEST.into_response(),
        };
        json_answer(&json!({"jsonrpc": "2.0", "id": call["id"], "result": result}))
    });
    let endpoint = stub::serve(Router::new().fallback(handler)).await;
    let finished = run(&endpoint, &["doctor", "--timeout", "1"]).await.exits(0);
    assert_snapshot!(said(&finished, &endpoint));
}
