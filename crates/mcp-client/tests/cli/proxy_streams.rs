//! `proxy`: what comes before an answer, and what is cancelled before it comes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::{Stream, StreamExt};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};

use crate::program::program;
use crate::proxy::{handshake, posts, proxy, result_of, start};
use crate::stub;

/// An event stream of these messages.
fn streaming(messages: impl Stream<Item = Value> + Send + 'static) -> Response {
    let events =
        messages.map(|message| Ok::<_, std::convert::Infallible>(format!("data: {message}\n\n")));
    let kind = [(header::CONTENT_TYPE, "text/event-stream")];
    (kind, Body::from_stream(events)).into_response()
}

fn progress(number: u64) -> Value {
    let params = json!({"progressToken": "p", "progress": number});
    json!({"jsonrpc": "2.0", "method": "notifications/progress", "params": params})
}

#[tokio::test]
async fn progress_comes_before_the_answer_and_keeps_it_waiting() {
    let handler = posts(async |_, message: Value| {
        let answer = json!({"jsonrpc": "2.0", "id": message["id"], "result": {"done": true}});
        let messages = (1..6).map(progress).chain([answer]);
        streaming(futures_util::stream::iter(messages).then(async |message| {
            tokio::time::sleep(Duration::from_millis(150)).await;
            message
        }))
    });
    let endpoint = stub::serve(Router::new().route("/mcp", handler)).await;
    let mut proxy = start(program(&["proxy", &endpoint, "--timeout", "0.5"]));
    proxy
        .ask_newer(1, "tools/call", json!({"name": "work"}))
        .await;
    for number in 1..6 {
        assert_eq!(proxy.message().await["params"]["progress"], number);
    }
    assert_eq!(proxy.message().await["result"]["done"], true);
    proxy.close().await.quietly();
}

#[tokio::test]
async fn a_stream_that_falls_silent_is_given_up_and_the_server_told() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let handler = posts(move |_, message: Value| {
        let tell = tell.clone();
        async move {
            if let Some(answer) = handshake(&message) {
                tell.send(message).unwrap();
                return answer;
            }
            let first = futures_util::stream::iter([progress(1)]);
            streaming(first.chain(futures_util::stream::pending()))
        }
    });
    let endpoint = stub::serve(Router::new().route("/mcp", handler)).await;
    let mut proxy = start(program(&["proxy", &endpoint, "--timeout", "0.3"]));
    proxy.initialize().await;
    proxy
        .ask("one", "tools/call", json!({"name": "work"}))
        .await;
    assert_eq!(proxy.message().await["params"]["progress"], 1);
    let answer = proxy.message().await;
    assert_eq!(answer["id"], "one");
    let text = answer["error"]["message"].as_str().unwrap();
    assert!(
        text.contains("tools/call: no answer within 0.3 s"),
        "{text}"
    );
    proxy.close().await.quietly();
    assert_eq!(cancelled(&mut told).await["requestId"], "one");
}

/// What the server is told of a cancellation.
async fn cancelled(told: &mut mpsc::UnboundedReceiver<Value>) -> Value {
    loop {
        let mut message = told.recv().await.unwrap();
        if message["method"] == "notifications/cancelled" {
            return message["params"].take();
        }
    }
}

/// Tells when it is dropped.
struct Dropped(Option<oneshot::Sender<()>>);

impl Drop for Dropped {
    fn drop(&mut self) {
        let _ = self.0.take().unwrap().send(());
    }
}

#[tokio::test]
async fn the_newer_era_cancels_by_closing_the_connection() {
    let (tell, told) = oneshot::channel();
    let tell = Arc::new(Mutex::new(Some(Dropped(Some(tell)))));
    let handler = posts(move |_, message: Value| {
        let tell = Arc::clone(&tell);
        async move {
            if message["method"] != "tools/call" {
                assert_eq!(message["method"], "server/discover");
                return result_of(&message, json!({}));
            }
            let dropped = tell.lock().unwrap().take();
            let pending = futures_util::stream::poll_fn(move |_| {
                let _kept = &dropped;
                std::task::Poll::Pending
            });
            streaming(futures_util::stream::iter([progress(1)]).chain(pending))
        }
    });
    let endpoint = stub::serve(Router::new().route("/mcp", handler)).await;
    let mut proxy = proxy(&endpoint);
    proxy
        .ask_newer(1, "tools/call", json!({"name": "work"}))
        .await;
    assert_eq!(proxy.message().await["params"]["progress"], 1);
    proxy
        .notify("notifications/cancelled", json!({"requestId": 1}))
        .await;
    told.await.unwrap();
    proxy.ask_newer(2, "server/discover", json!({})).await;
    assert_eq!(proxy.message().await["id"], 2);
    proxy.close().await.quietly();
}

#[tokio::test]
async fn the_older_era_is_told_of_a_cancellation() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let handler = posts(move |_, message: Value| {
        let tell = tell.clone();
        async move {
            if let Some(answer) = handshake(&message) {
                tell.send(message).unwrap();
                return answer;
            }
            streaming(
                futures_util::stream::iter([progress(1)]).chain(futures_util::stream::pending()),
            )
        }
    });
    let endpoint = stub::serve(Router::new().route("/mcp", handler)).await;
    let mut proxy = proxy(&endpoint);
    proxy.initialize().await;
    proxy.ask(1, "tools/call", json!({"name": "work"})).await;
    assert_eq!(proxy.message().await["params"]["progress"], 1);
    proxy
        .write(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1, "reason":"enough"}}"#)
        .await;
    assert_eq!(
        cancelled(&mut told).await,
        json!({"requestId": 1, "reason": "enough"})
    );
    proxy.close().await.quietly();
}

#[tokio::test]
async fn an_interrupted_answer_goes_on_where_it_ended() {
    let answer = Arc::new(Mutex::new(Value::Null));
    let asked = Arc::clone(&answer);
    let posted = posts(move |_, message: Value| {
        let asked = Arc::clone(&asked);
        async move {
            if let Some(answer) = handshake(&message) {
                return answer;
            }
            *asked.lock().unwrap() = message["id"].clone();
            let progress = progress(1);
            event_stream(format!("id: 7\nretry: 20\ndata: {progress}\n\n"))
        }
    });
    let resumed = get(async move |headers: HeaderMap| {
        let Some(last) = headers.get("last-event-id") else {
            return StatusCode::METHOD_NOT_ALLOWED.into_response();
        };
        assert_eq!(last, "7");
        let answer =
            json!({"jsonrpc": "2.0", "id": *answer.lock().unwrap(), "result": {"late": 1.5}});
        event_stream(format!("id: 8\ndata: {answer}\n\n"))
    });
    let endpoint = stub::serve(Router::new().route("/mcp", posted.merge(resumed))).await;
    let mut proxy = proxy(&endpoint);
    proxy.initialize().await;
    proxy.ask(1, "tools/call", json!({"name": "work"})).await;
    assert_eq!(proxy.message().await["params"]["progress"], 1);
    let answer = proxy.message().await;
    assert_eq!(
        (&answer["id"], &answer["result"]["late"]),
        (&json!(1), &json!(1.5))
    );
    proxy.close().await.quietly();
}

#[tokio::test]
async fn more_than_many_requests_wait_and_all_are_answered() {
    let running = Arc::new(Mutex::new((0_usize, 0_usize)));
    let most = Arc::clone(&running);
    let handler = posts(move |_, message: Value| {
        let running = Arc::clone(&running);
        async move {
            {
                let mut running = running.lock().unwrap();
                running.0 += 1;
                running.1 = running.1.max(running.0);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            running.lock().unwrap().0 -= 1;
            result_of(&message, json!({}))
        }
    });
    let endpoint = stub::serve(Router::new().route("/mcp", handler)).await;
    let mut proxy = proxy(&endpoint);
    for id in 0..300 {
        proxy.ask(id, "x", json!({})).await;
    }
    for _ in 0..300 {
        assert_eq!(proxy.message().await["result"], json!({}));
    }
    proxy.close().await.quietly();
    assert!((2..=64).contains(&most.lock().unwrap().1));
}

fn event_stream(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/event-stream")], text).into_response()
}

#[tokio::test]
async fn a_stream_may_be_longer_than_the_largest_message() {
    let handler = posts(async |_, message: Value| {
        let large = "x".repeat(600_000);
        let log =
            json!({"jsonrpc": "2.0", "method": "notifications/message", "params": {"data": large}});
        let answer = json!({"jsonrpc": "2.0", "id": message["id"], "result": {}});
        streaming(futures_util::stream::iter([
            log.clone(),
            log.clone(),
            log,
            answer,
        ]))
    });
    let endpoint = stub::serve(Router::new().route("/mcp", handler)).await;
    let mut proxy = start(program(&["proxy", &endpoint, "--max-answer", "1"]));
    proxy.ask(1, "tools/call", json!({"name": "work"})).await;
    for _ in 0..3 {
        assert_eq!(proxy.message().await["method"], "notifications/message");
    }
    assert_eq!(proxy.message().await["result"], json!({}));
    proxy.close().await.quietly();
}

#[tokio::test]
async fn a_server_that_wants_no_pause_is_not_overrun() {
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    let heard = get(async move || {
        *count.lock().unwrap() += 1;
        event_stream("retry: 0\nid: 1\ndata:\n\n".to_owned())
    });
    let posted = posts(async |_, message: Value| handshake(&message).unwrap());
    let endpoint = stub::serve(Router::new().route("/mcp", posted.merge(heard))).await;
    let mut proxy = proxy(&endpoint);
    proxy.initialize().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    proxy.close().await.quietly();
    assert!((1..=12).contains(&*asked.lock().unwrap()), "{asked:?}");
}
