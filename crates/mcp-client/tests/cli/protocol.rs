//! The eras, sessions, and what leaves on the wire.

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, Method, header};
use serde_json::{Value, json};

use crate::program::{program, run};
use crate::server::Server;
use crate::stub::{self, Seen, json_answer};

#[tokio::test]
async fn auto_falls_back_to_the_legacy_era() {
    let endpoint = stub::legacy(|_| None).await;
    let finished = run(&endpoint, &["info"]).await.exits(0).quiet();
    assert!(
        finished
            .stdout
            .contains("protocol      2025-11-25 (legacy)\n")
    );
}

#[tokio::test]
async fn after_a_fallback_the_last_word_counts() {
    let endpoint = stub::legacy(|method| {
        let message = match method {
            "initialize" => "closed for the night",
            _ => "what is that",
        };
        Some(json_answer(
            &json!({"jsonrpc": "2.0", "error": {"code": -32000, "message": message}}),
        ))
    })
    .await;
    run(&endpoint, &["info"])
        .await
        .exits(76)
        .complains(&["error -32000: closed for the night"]);
}

#[tokio::test]
async fn modern_does_not_fall_back() {
    let endpoint = stub::legacy(|_| None).await;
    run(&endpoint, &["info", "--protocol", "modern"])
        .await
        .exits(76)
        .complains(&["HTTP 400 Bad Request: unknown method", "hint: "]);
}

#[tokio::test]
async fn legacy_is_told_by_a_server_that_is_modern_only() {
    let endpoint = stub::modern(
        |_| json!({"error": {"code": -32022, "message": "unsupported protocol version"}}),
    )
    .await;
    run(&endpoint, &["info", "--protocol", "legacy"])
        .await
        .exits(76)
        .complains(&["error -32022", "`--protocol legacy` or `--protocol modern`"]);
}

#[tokio::test]
async fn a_session_is_ended() {
    let seen = Seen::default();
    let server = Server::default();
    let endpoint = server.stateful(|router| seen.watching(router)).await;
    run(&endpoint, &["tools", "list", "--protocol", "legacy"])
        .await
        .exits(0);
    let methods = seen.methods();
    assert_eq!(methods.last(), Some(&Method::DELETE));
}

#[tokio::test]
async fn an_interrupted_answer_is_resumed() {
    let (ask, answer) = tokio::sync::watch::channel(Value::Null);
    let posted = stub::legacy_post(move |method, call| {
        (method == "tools/list").then(|| {
            ask.send_replace(json!({
                "jsonrpc": "2.0",
                "id": call["id"],
                "result": {"tools": [{"name": "late", "inputSchema": {"type": "object"}}]},
            }));
            event_stream("id: 7\nretry: 1\ndata:\n\n".to_owned())
        })
    });
    let resumed = get(async move |headers: HeaderMap| {
        assert_eq!(headers["last-event-id"], "7");
        event_stream(format!("id: 8\ndata: {}\n\n", *answer.borrow()))
    });
    let endpoint = stub::serve(Router::new().route("/mcp", posted.merge(resumed))).await;
    let finished = run(&endpoint, &["tools", "list"]).await.exits(0).quiet();
    assert_eq!(finished.stdout, "late\n");
}

fn event_stream(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/event-stream")], text).into_response()
}

#[tokio::test]
async fn every_request_carries_the_key_and_says_who_we_are() {
    let seen = Seen::default();
    let server = Server::default();
    let endpoint = server.stateful(|router| seen.watching(router)).await;
    program(&["tools", "call", "ping", "--protocol", "legacy"])
        .endpoint(&endpoint)
        .key("mcp_0123456789\n")
        .run()
        .await
        .exits(0);
    let keys = seen.header("x-api-key");
    assert!(keys.len() > 3);
    assert!(
        keys.iter()
            .all(|key| key.as_deref() == Some("mcp_0123456789"))
    );
    let agent = format!("mcp-client/{}", env!("CARGO_PKG_VERSION"));
    let agents = seen.header("user-agent");
    assert!(agents.iter().all(|seen| seen.as_deref() == Some(&*agent)));
}

#[tokio::test]
async fn an_error_without_an_id_belongs_to_the_request() {
    let endpoint = stub::legacy(|method| match method {
        "tools/list" => Some(json_answer(
            &json!({"jsonrpc": "2.0", "error": {"code": -32603, "message": "no disk"}}),
        )),
        _ => None,
    })
    .await;
    run(&endpoint, &["tools", "list"])
        .await
        .exits(76)
        .complains(&["tools/list: the server answered with error -32603: no disk"]);
}

#[tokio::test]
async fn an_answer_to_another_request_is_no_answer() {
    let endpoint = stub::always(|| {
        json_answer(&json!({"jsonrpc": "2.0", "id": 99, "result": stub::discovery()}))
    })
    .await;
    run(&endpoint, &["info"])
        .await
        .exits(76)
        .complains(&["another request's id"]);
}

#[tokio::test]
async fn an_event_stream_that_ends_without_an_answer_is_no_answer() {
    let endpoint = stub::always(|| event_stream(": only a comment\n\n".to_owned())).await;
    run(&endpoint, &["info"])
        .await
        .exits(76)
        .complains(&["the server does not follow the protocol", "hint: "]);
}
