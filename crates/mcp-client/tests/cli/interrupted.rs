//! Ctrl-C: the server is told, and the program ends soon.

use std::time::{Duration, Instant};

use axum::Router;
use axum::response::Response;
use http::{Method, StatusCode};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::program::program;
use crate::stub::{self, Seen, json_answer};

/// A legacy server with a session, and what it is told; it never answers a tool call.
async fn server(seen: &Seen) -> (String, mpsc::UnboundedReceiver<Value>) {
    let (told, hears) = mpsc::unbounded_channel();
    let posted = stub::legacy_post(move |method, call| {
        told.send(call.clone()).unwrap();
        match method {
            "initialize" => {
                let result = json!({
                    "protocolVersion": "2025-11-25",
                    "capabilities": {"tools": {}},
                    "serverInfo": {"name": "old", "version": "1"},
                });
                let mut answer =
                    json_answer(&json!({"jsonrpc": "2.0", "id": call["id"], "result": result}));
                answer
                    .headers_mut()
                    .insert("mcp-session-id", "s1".parse().unwrap());
                Some(answer)
            }
            "notifications/cancelled" => Some(accepted()),
            "tools/call" => Some(never()),
            _ => None,
        }
    });
    let deleted = posted.delete(async || StatusCode::NO_CONTENT);
    let router = Router::new().route("/mcp", deleted);
    (stub::serve(seen.watching(router)).await, hears)
}

fn accepted() -> Response {
    axum::response::IntoResponse::into_response(StatusCode::ACCEPTED)
}

/// Headers, and then nothing.
fn never() -> Response {
    let body = futures_util::stream::pending::<Result<&str, std::io::Error>>();
    let content_type = [(http::header::CONTENT_TYPE, "text/event-stream")];
    axum::response::IntoResponse::into_response((content_type, axum::body::Body::from_stream(body)))
}

async fn told(hears: &mut mpsc::UnboundedReceiver<Value>, method: &str) -> Value {
    loop {
        let message = hears.recv().await.unwrap();
        if message["method"] == method {
            return message;
        }
    }
}

#[tokio::test]
async fn a_call_is_cancelled_and_the_session_ended() {
    let seen = Seen::default();
    let (endpoint, mut hears) = server(&seen).await;
    let call = [
        "tools",
        "call",
        "slow",
        "--unchecked",
        "--protocol",
        "legacy",
    ];
    let child = program(&call).endpoint(&endpoint).start();
    let asked = told(&mut hears, "tools/call").await;
    let (id, begin) = (child.id().unwrap(), Instant::now());
    kill_process(Pid::from_raw(id.cast_signed()).unwrap(), Signal::INT).unwrap();
    let cancelled = told(&mut hears, "notifications/cancelled").await;
    assert_eq!(cancelled["params"]["requestId"], asked["id"]);
    let output = child.wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: interrupted\n"));
    assert_eq!(seen.methods().last(), Some(&Method::DELETE));
    assert!(begin.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn connecting_can_be_interrupted_too() {
    let seen = Seen::default();
    let silent = Router::new().fallback(axum::routing::any(std::future::pending::<Response>));
    let endpoint = stub::serve(seen.watching(silent)).await;
    for _ in 0..2 {
        let before = seen.methods().len();
        let child = program(&["info"]).endpoint(&endpoint).start();
        let asked = async {
            while seen.methods().len() == before {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(60), asked).await.unwrap();
        let id = child.id().unwrap();
        kill_process(Pid::from_raw(id.cast_signed()).unwrap(), Signal::INT).unwrap();
        let output = child.wait_with_output().await.unwrap();
        assert_eq!(output.status.code(), Some(130), "{output:?}");
    }
}

#[tokio::test]
async fn a_reader_that_has_stopped_holds_up_no_end() {
    let text = "x".repeat(1 << 20);
    let endpoint = stub::modern(move |_| {
        json!({"result": {"resultType": "complete", "content": [{"type": "text", "text": text}]}})
    })
    .await;
    let child = program(&["tools", "call", "t", "--unchecked"])
        .endpoint(&endpoint)
        .start();
    let mut child = child;
    let mut stdout = child.stdout.take().unwrap();
    // It has begun to write, and the rest fits into no pipe.
    tokio::io::AsyncReadExt::read_u8(&mut stdout).await.unwrap();
    let id = child.id().unwrap();
    kill_process(Pid::from_raw(id.cast_signed()).unwrap(), Signal::INT).unwrap();
    let ended = timeout(Duration::from_secs(10), child.wait()).await;
    assert_eq!(ended.unwrap().unwrap().code(), Some(130));
}
