//! `proxy`: the older era's sessions.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::StreamExt;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::json;
use tokio::sync::mpsc;

use crate::program::program;
use crate::proxy::{handshake, posts, proxy, result_of, start};
use crate::server::Server;
use crate::stub::{self, Seen};

#[tokio::test]
async fn a_session_is_kept_heard_and_ended() {
    let seen = Seen::default();
    let endpoint = Server::default().stateful(|router| seen.watching(router));
    let mut proxy = proxy(&endpoint.await);
    proxy.initialize().await;
    proxy.ask(1, "tools/list", json!({})).await;
    assert_eq!(proxy.message().await["id"], 1);
    proxy.close().await.quietly();
    let mut methods = seen.methods();
    assert_eq!(methods.pop(), Some(Method::DELETE));
    assert!(methods.contains(&Method::GET), "{methods:?}");
    let sessions = seen.header("mcp-session-id");
    let versions = seen.header("mcp-protocol-version");
    assert_eq!((&sessions[0], &versions[0]), (&None, &None));
    assert!(sessions[1].is_some());
    assert!(
        sessions[1..].iter().all(|id| *id == sessions[1]),
        "{sessions:?}"
    );
    let agreed = Some("2025-11-25".to_owned());
    assert!(
        versions[1..].iter().all(|version| *version == agreed),
        "{versions:?}"
    );
    assert!(seen.header("mcp-method").iter().all(Option::is_none));
}

#[cfg(unix)]
#[tokio::test]
async fn a_session_is_ended_on_a_signal_too() {
    for signal in ["TERM", "INT"] {
        let seen = Seen::default();
        let endpoint = Server::default().stateful(|router| seen.watching(router));
        let mut proxy = proxy(&endpoint.await);
        proxy.initialize().await;
        proxy.ask(1, "tools/list", json!({})).await;
        proxy.message().await;
        proxy.signal(signal);
        proxy.ended().await.quietly();
        assert_eq!(seen.methods().last(), Some(&Method::DELETE));
    }
}

#[tokio::test]
async fn a_session_that_the_server_ended_is_begun_again() {
    let sessions = Arc::new(AtomicUsize::new(0));
    let handler = posts(move |headers: HeaderMap, message| {
        let sessions = Arc::clone(&sessions);
        async move {
            let given = headers
                .get("mcp-session-id")
                .map(|id| id.to_str().unwrap().to_owned());
            if message["method"] == "initialize" {
                assert_eq!(given, None);
                assert_eq!(message["params"]["clientInfo"]["name"], "test");
                let id = sessions.fetch_add(1, Ordering::Relaxed).to_string();
                return ([("mcp-session-id", id)], handshake(&message).unwrap()).into_response();
            }
            if let Some(answer) = handshake(&message) {
                return answer;
            }
            match given.as_deref() {
                // The first session is over at once.
                Some("1") => result_of(&message, json!({})),
                _ => StatusCode::NOT_FOUND.into_response(),
            }
        }
    });
    let endpoint = stub::serve(Router::new().route("/mcp", handler)).await;
    let mut proxy = proxy(&endpoint);
    proxy.initialize().await;
    for id in 0..5 {
        proxy.ask(id, "x", json!({})).await;
    }
    for _ in 0..5 {
        let answer = proxy.message().await;
        assert_eq!(answer["result"], json!({}), "{answer}");
    }
    let ended = proxy.close().await.well();
    assert_eq!(
        ended.stderr,
        "note: the server ended the session, and another was begun\n"
    );
}

#[tokio::test]
async fn the_server_is_heard_between_requests_and_again_after_an_interruption() {
    let attempts = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&attempts);
    let stream = get(async move |headers: HeaderMap| {
        let last = headers
            .get("last-event-id")
            .map(|id| id.to_str().unwrap().to_owned());
        noted.lock().unwrap().push(last.clone());
        let number = last.map_or(0, |last| last.parse::<u32>().unwrap()) + 1;
        let message = json!({"jsonrpc": "2.0", "method": "notifications/tools/list_changed", "params": {"n": number}});
        event_stream(format!("id: {number}\nretry: 10\ndata: {message}\n\n"))
    });
    let posted = posts(async |_, message| handshake(&message).unwrap());
    let endpoint = stub::serve(Router::new().route("/mcp", posted.merge(stream))).await;
    let mut proxy = proxy(&endpoint);
    proxy.initialize().await;
    for number in 1..4 {
        assert_eq!(proxy.message().await["params"]["n"], number);
    }
    proxy.close().await.well();
    let attempts = attempts.lock().unwrap();
    assert_eq!(
        attempts[..3],
        [None, Some("1".to_owned()), Some("2".to_owned())]
    );
}

#[tokio::test]
async fn a_question_of_the_server_is_answered_in_the_session() {
    let (ask, questions) = mpsc::unbounded_channel::<String>();
    let questions = Arc::new(Mutex::new(Some(questions)));
    let stream = get(async move || {
        let Some(mut questions) = questions.lock().unwrap().take() else {
            return StatusCode::METHOD_NOT_ALLOWED.into_response();
        };
        let events = futures_util::stream::poll_fn(move |context| questions.poll_recv(context));
        let events = events.map(Ok::<_, std::convert::Infallible>);
        let kind = [(header::CONTENT_TYPE, "text/event-stream")];
        (kind, axum::body::Body::from_stream(events)).into_response()
    });
    let waiting = Arc::new(tokio::sync::Notify::new());
    let handler = posts(move |headers, message| {
        let (ask, waiting) = (ask.clone(), Arc::clone(&waiting));
        async move {
            if let Some(answer) = handshake(&message) {
                return ([("mcp-session-id", "s")], answer).into_response();
            }
            assert_eq!(headers["mcp-session-id"], "s");
            if message["id"] == "question" {
                assert_eq!(message["result"]["action"], "accept");
                waiting.notify_one();
                return StatusCode::ACCEPTED.into_response();
            }
            let question = json!({"jsonrpc": "2.0", "id": "question", "method": "elicitation/create", "params": {}});
            ask.send(format!("data: {question}\n\n")).unwrap();
            waiting.notified().await;
            result_of(&message, json!({"done": true}))
        }
    });
    let endpoint = stub::serve(Router::new().route("/mcp", stream.merge(handler))).await;
    let mut proxy = start(program(&["proxy", &endpoint, "--timeout", "0.3"]));
    proxy.initialize().await;
    proxy.ask(1, "tools/call", json!({})).await;
    assert_eq!(proxy.message().await["method"], "elicitation/create");
    // Longer than a server may be silent.
    tokio::time::sleep(Duration::from_millis(900)).await;
    proxy
        .write(r#"{"jsonrpc":"2.0","id":"question","result":{"action":"accept"}}"#)
        .await;
    assert_eq!(proxy.message().await["result"]["done"], true);
    proxy.close().await.quietly();
}

fn event_stream(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/event-stream")], text).into_response()
}
