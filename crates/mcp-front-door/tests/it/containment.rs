//! A handler that is late, panics or blocks: the caller gets an answer, and the next request is not affected.

use std::time::Duration;

use mcp_front_door::{HttpConfig, Limits};
use serde_json::json;

use crate::fixture::Fixture;
use crate::support::{Answer, BOTH, Era, TestServer, tool_error};

async fn patient() -> TestServer {
    TestServer::start(Fixture::new(), HttpConfig::default()).await
}

async fn impatient(fixture: Fixture) -> TestServer {
    let limits = Limits {
        tool_timeout: Duration::from_millis(150),
        ..Limits::default()
    };
    let config = HttpConfig {
        limits,
        ..HttpConfig::default()
    };
    TestServer::start(fixture, config).await
}

#[tokio::test]
async fn a_late_tool_is_dropped_and_the_limit_named() {
    let fixture = Fixture::new();
    let dropped = std::sync::Arc::clone(&fixture.dropped);
    let server = impatient(fixture).await;
    for era in BOTH {
        let result = server.call(era, "sleep", json!({})).await;
        assert!(tool_error(&result).contains("150 ms"), "{result}");
    }
    while dropped.load(std::sync::atomic::Ordering::SeqCst) < 2 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn cancellation_reaches_work_that_the_tool_started() {
    let fixture = Fixture::new();
    let heard = std::sync::Arc::clone(&fixture.heard);
    let server = impatient(fixture).await;
    let result = server.call(Era::Legacy, "cancelled_work", json!({})).await;
    tool_error(&result);
    tokio::time::timeout(Duration::from_secs(5), heard.notified())
        .await
        .expect("the work was not told");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tool_that_blocks_its_thread_is_late_as_well() {
    let server = impatient(Fixture::new()).await;
    let started = std::time::Instant::now();
    let result = server
        .call(Era::Legacy, "block_the_thread", json!({}))
        .await;
    assert!(tool_error(&result).contains("150 ms"), "{result}");
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "the answer waited for the tool"
    );
}

#[tokio::test]
async fn a_panic_is_answered_with_the_id_under_which_it_is_logged() {
    let server = patient().await;
    for era in BOTH {
        let params = json!({ "name": "panic", "arguments": { "text": "a secret" } });
        let answer = Answer::of(server.request(era, "tools/call", params)).await;
        assert_eq!(answer.status, 200);
        let text = tool_error(&answer.body["result"]);
        let id = answer.headers["x-request-id"].to_str().unwrap();
        assert!(text.contains(id), "{text}");
        assert!(!text.contains("secret"), "{text}");
        let next = server
            .call(era, "echo", json!({ "text": "still here" }))
            .await;
        assert_eq!(next["content"][0]["text"], "still here");
    }
}

#[tokio::test]
async fn failed_answers_name_the_server_in_the_modern_era_too() {
    let server = patient().await;
    let result = server
        .call(Era::Modern, "panic", json!({ "text": "x" }))
        .await;
    assert!(
        result["_meta"]["io.modelcontextprotocol/serverInfo"].is_object(),
        "{result}"
    );
}

#[tokio::test]
async fn progress_is_streamed_only_when_asked_for() {
    let server = patient().await;
    for era in BOTH {
        let quiet = server.call(era, "progress", json!({})).await;
        assert_eq!(quiet["content"][0]["text"], "done");

        let mut body = crate::support::message(
            era,
            "tools/call",
            json!({ "name": "progress", "arguments": {} }),
        );
        body["params"]["_meta"]["progressToken"] = json!("token");
        let request = server
            .request(era, "tools/call", json!({ "name": "progress" }))
            .body(body.to_string());
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let stream = response.text().await.unwrap();
        let messages: Vec<serde_json::Value> = stream
            .lines()
            .filter_map(|line| line.strip_prefix("data:"))
            .map(|data| serde_json::from_str(data).unwrap())
            .collect();
        assert_eq!(messages[0]["method"], "notifications/progress", "{stream}");
        assert_eq!(
            messages[1]["result"]["content"][0]["text"], "done",
            "{stream}"
        );
    }
}
