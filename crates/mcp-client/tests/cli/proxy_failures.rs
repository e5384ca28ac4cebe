//! `proxy`: whatever goes wrong is an answer.

use axum::Router;
use axum::response::IntoResponse;
use http::{StatusCode, header};
use serde_json::{Value, json};

use crate::program::program;
use crate::proxy::{KEY, posts, proxy, start};
use crate::server;
use crate::stub;

/// The error that the proxy answers a request with.
async fn error(endpoint: &str, arguments: &[&str]) -> (i64, String) {
    let mut proxy = start(program(&[&["proxy", endpoint], arguments].concat()).key(KEY));
    proxy.ask("a", "tools/list", json!({})).await;
    let answer = proxy.message().await;
    assert_eq!(answer["id"], "a");
    proxy.close().await.quietly();
    let message = answer["error"]["message"].as_str().unwrap().to_owned();
    (answer["error"]["code"].as_i64().unwrap(), message)
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_an_answer() {
    let (endpoint, _socket) = stub::closed();
    let (code, message) = error(&endpoint, &[]).await;
    assert_eq!(code, -32000);
    for part in ["cannot reach", "refused", "hint: nothing listens there"] {
        assert!(message.contains(part), "{message}");
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_an_answer() {
    let endpoint = stub::silent().await;
    let (code, message) = error(&endpoint, &["--timeout", "0.2"]).await;
    assert_eq!(code, -32000);
    assert!(message.contains("no answer within 0.2 s"), "{message}");
}

#[tokio::test]
async fn a_refusal_is_an_answer_with_its_reason() {
    for (status, content_type, body, expected) in [
        (
            401,
            "application/json",
            r#"{"message":"Unauthorized"}"#,
            "HTTP 401 Unauthorized",
        ),
        (403, "text/plain", "no", "hint: the key is unknown"),
        (404, "text/html", "<html>", "check --endpoint"),
        (429, "text/plain", "", "too many requests"),
        (500, "text/plain", "oh", "HTTP 500"),
        (503, "text/html", "<html>", "HTTP 503"),
        (
            200,
            "text/html",
            "<html>",
            "expected JSON or an event stream, got `text/html`",
        ),
        (
            200,
            "application/json",
            "{",
            "the answer is no JSON-RPC message",
        ),
        (
            200,
            "application/json",
            "[]",
            "the answer is no JSON-RPC message",
        ),
        (200, "application/json", r#"{"method":"x"}"#, "hint: "),
        (202, "text/plain", "", "the answer is empty"),
        (
            200,
            "text/event-stream",
            ": nothing\n\n",
            "the answer ended before there was a result",
        ),
        (302, "text/plain", "", "HTTP 302"),
    ] {
        let endpoint = stub::status(status, content_type, body).await;
        let (_, message) = error(&endpoint, &[]).await;
        assert!(message.contains(expected), "{status} {body}: {message}");
        assert!(message.contains("hint: "), "{message}");
    }
}

#[tokio::test]
async fn an_error_of_the_server_is_passed_on() {
    let body = r#"{"jsonrpc":"2.0","id":"server-error","error":{"code":-32022,"message":"no","data":{"supported":["2026-07-28"]}}}"#;
    for body in [body.to_owned(), body.replace(r#""server-error""#, "null")] {
        let endpoint = stub::always(move || {
            let kind = [(header::CONTENT_TYPE, "application/json")];
            (StatusCode::BAD_REQUEST, kind, body.clone()).into_response()
        });
        let mut proxy = proxy(&endpoint.await);
        proxy.ask(5, "initialize", json!({})).await;
        let answer = proxy.message().await;
        assert_eq!(answer["id"], 5);
        assert_eq!(answer["error"]["data"]["supported"][0], "2026-07-28");
        proxy.close().await.quietly();
    }
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_lost_alone() {
    let handler = posts(async |_, message: Value| {
        let size = message["params"]["size"].as_u64().unwrap() as usize;
        let text = "x".repeat(size);
        stub::json_answer(&json!({"id": message["id"], "result": {"text": text}}))
    });
    let endpoint = stub::serve(Router::new().route("/mcp", handler)).await;
    let mut proxy = start(program(&["proxy", &endpoint, "--max-answer", "1"]));
    proxy.ask(1, "x", json!({"size": 2_000_000})).await;
    let answer = proxy.message().await;
    assert_eq!(answer["error"]["code"], -32603);
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.contains("larger than 1 MiB"), "{message}");
    proxy.ask(2, "x", json!({"size": 900_000})).await;
    assert_eq!(proxy.message().await["id"], 2);
    proxy.close().await.quietly();
}

#[tokio::test]
async fn a_key_that_comes_back_is_concealed() {
    let echo = || {
        let text = format!("you sent {KEY}");
        let result = json!({"id": 1, "result": {"text": text}});
        stub::json_answer(&result)
    };
    let mut proxy = proxy(&stub::always(echo).await);
    proxy.ask(1, "x", json!({})).await;
    let line = proxy.line().await;
    assert_eq!(line, r#"{"id":1,"result":{"text":"you sent [api key]"}}"#);
    proxy.close().await.quietly();
    let refused = || (StatusCode::UNAUTHORIZED, format!("{KEY} is wrong")).into_response();
    let (_, message) = error(&stub::always(refused).await, &[]).await;
    assert!(message.contains("[api key] is wrong"), "{message}");
}

#[tokio::test]
async fn a_line_that_is_no_message_is_answered_and_the_next_is_served() {
    let mut proxy = proxy(&server::own().await);
    let nested = format!(
        "{{\"id\":1,\"method\":\"x\",\"params\":{}1{}}}",
        "[".repeat(200),
        "]".repeat(200)
    );
    let large = "x".repeat((16 << 20) + 1);
    for (line, code) in [
        ("garbage", -32700),
        ("{\"id\":1", -32700),
        ("[]", -32600),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600),
        ("{}", -32600),
        ("7", -32600),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, -32600),
        (nested.as_str(), -32600),
        (
            r#"{"id":1,"method":"x","params":{"$serde_json::private::RawValue":"1"}}"#,
            -32600,
        ),
        (large.as_str(), -32600),
    ] {
        proxy.write(line).await;
        let answer = proxy.message().await;
        assert_eq!(answer["error"]["code"], code, "{answer}");
        assert_eq!(answer["id"], Value::Null);
    }
    proxy.write("\n  \n").await;
    proxy.ask_newer(2, "server/discover", json!({})).await;
    assert_eq!(proxy.message().await["id"], 2);
    proxy.close().await.quietly();
}

#[tokio::test]
async fn a_notification_that_fails_is_said_on_standard_error() {
    let endpoint = stub::status(500, "text/plain", "out of order").await;
    let mut proxy = proxy(&endpoint);
    proxy
        .notify("notifications/roots/list_changed", json!({}))
        .await;
    let ended = proxy.close().await.well();
    assert!(ended.lines.is_empty());
    let expected = "note: notifications/roots/list_changed was not delivered";
    assert!(ended.stderr.contains(expected), "{}", ended.stderr);
    assert!(ended.stderr.contains("out of order"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_schema_that_asks_for_impossible_headers_is_not_called() {
    let handler = posts(async |_, message: Value| {
        assert_eq!(message["method"], "tools/list");
        let schema = json!({"properties": {"a": {"type": "string", "x-mcp-header": "a b"}}});
        let tools = json!({"tools": [{"name": "odd", "inputSchema": schema}]});
        stub::json_answer(&json!({"id": message["id"], "result": tools}))
    });
    let endpoint = stub::serve(Router::new().route("/mcp", handler)).await;
    let mut proxy = proxy(&endpoint);
    proxy.ask_newer(1, "tools/list", json!({})).await;
    proxy.message().await;
    proxy
        .ask_newer(2, "tools/call", json!({"name": "odd"}))
        .await;
    let answer = proxy.message().await;
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    proxy.close().await.quietly();
}
