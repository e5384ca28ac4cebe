//! Connections: how many, how they begin, and how they end.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use mcp_front_door::{HttpConfig, Limits};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::fixture::Fixture;
use crate::support::{Era, TestServer, message};

/// A request as it stands on the wire, with `target` and these header lines besides its own.
fn request(target: &str, headers: &str, body: &Value) -> String {
    let body = body.to_string();
    format!(
        "POST {target} HTTP/1.1\r\n{headers}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn call(tool: &str, arguments: &Value) -> Value {
    message(
        Era::Legacy,
        "tools/call",
        json!({ "name": tool, "arguments": arguments }),
    )
}

/// Sends `text`, says that nothing more comes, and returns what the server says until it closes.
async fn send_and_close_half(server: &TestServer, text: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn fixture(limits: Limits) -> TestServer {
    let config = HttpConfig {
        limits,
        ..HttpConfig::default()
    };
    TestServer::start(Fixture::new(), config).await
}

#[tokio::test]
async fn a_client_that_closes_its_half_gets_its_answer() {
    let server = fixture(Limits::default()).await;
    for (tool, arguments, expected) in [
        ("echo", json!({ "text": "hello" }), "hello"),
        ("nap", json!({ "milliseconds": 300 }), "rested"),
    ] {
        let text = request("/mcp", "host: localhost\r\n", &call(tool, &arguments));
        let answer = send_and_close_half(&server, &text).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(answer.contains(expected), "{answer}");
    }
    let large = call("large", &json!({ "bytes": 3_000_000 }));
    let answer =
        send_and_close_half(&server, &request("/mcp", "host: localhost\r\n", &large)).await;
    assert!(answer.len() > 3_000_000, "{}", answer.len());
}

#[tokio::test]
async fn two_requests_and_a_closed_half_get_two_answers() {
    let server = fixture(Limits::default()).await;
    let one = request(
        "/mcp",
        "host: localhost\r\n",
        &call("nap", &json!({ "milliseconds": 50 })),
    );
    let answer = send_and_close_half(&server, &format!("{one}{one}")).await;
    assert_eq!(answer.matches("HTTP/1.1 200 ").count(), 2, "{answer}");
}

#[tokio::test]
async fn half_a_body_and_a_closed_half_are_a_broken_request() {
    let server = fixture(Limits::default()).await;
    let mut text = request("/mcp", "host: localhost\r\n", &call("echo", &json!({})));
    text.truncate(text.len() - 5);
    let started = Instant::now();
    let answer = send_and_close_half(&server, &text).await;
    assert!(started.elapsed() < Duration::from_secs(4), "{answer}");
    assert!(!answer.contains("200 OK"), "{answer}");
}

#[tokio::test]
async fn a_client_that_is_gone_does_not_keep_its_tool_running() {
    let handler = Fixture::new();
    let dropped = std::sync::Arc::clone(&handler.dropped);
    let server = TestServer::start(handler, HttpConfig::default()).await;
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let text = request("/mcp", "host: localhost\r\n", &call("sleep", &json!({})));
    stream.write_all(text.as_bytes()).await.unwrap();
    drop(stream);
    let patience = tokio::time::timeout(Duration::from_secs(20), async {
        while dropped.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    patience.await.unwrap();
}

#[tokio::test]
async fn the_targets_host_counts_as_the_header_does() {
    let server = fixture(Limits::default()).await;
    let body = message(Era::Legacy, "tools/list", json!({}));
    for (target, host, status) in [
        ("http://localhost/mcp", "localhost", "200"),
        ("https://127.0.0.1:8080/mcp", "localhost", "200"),
        ("http://attacker.example/mcp", "localhost", "403"),
        ("http://localhost/mcp", "attacker.example", "403"),
        ("ftp://localhost/mcp", "localhost", "403"),
        ("http://user@localhost/mcp", "localhost", "403"),
        ("http://localhost@attacker.example/mcp", "localhost", "403"),
    ] {
        let headers = format!("host: {host}\r\nconnection: close\r\n");
        let answer = send_and_close_half(&server, &request(target, &headers, &body)).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{target} {host}: {answer}"
        );
    }
}

#[tokio::test]
async fn a_head_beyond_64_kib_is_refused() {
    let server = fixture(Limits::default()).await;
    let body = message(Era::Legacy, "tools/list", json!({}));
    let far = format!("http://localhost:{}80/mcp", "0".repeat(2_000));
    let headers = format!(
        "host: localhost\r\nconnection: close\r\nx-a: {}\r\n",
        "a".repeat(64_000)
    );
    let answer = send_and_close_half(&server, &request(&far, &headers, &body)).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    for (padding, status) in [
        (65_000, "200"),
        (65_536, "431"),
        (100_000, "431"),
        (1_000_000, "431"),
    ] {
        let headers = format!(
            "host: localhost\r\nconnection: close\r\nx-a: {}\r\n",
            "a".repeat(padding)
        );
        let text = request("/mcp", &headers, &body);
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        let (mut reader, mut writer) = stream.split();
        let mut answer = vec![0; 12];
        let write = async { writer.write_all(text.as_bytes()).await.ok() };
        let (_, read) = tokio::join!(write, reader.read_exact(&mut answer));
        read.unwrap();
        assert_eq!(answer, format!("HTTP/1.1 {status}").as_bytes(), "{padding}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_connection_too_many_closes_the_oldest_idle_one() {
    let limits = Limits {
        connections: 3,
        ..Limits::default()
    };
    let server = fixture(limits).await;
    let open = || TcpStream::connect(server.address());
    let mut busy = open().await.unwrap();
    let nap = request(
        "/mcp",
        "host: localhost\r\n",
        &call("nap", &json!({ "milliseconds": 1_000 })),
    );
    busy.write_all(nap.as_bytes()).await.unwrap();
    let mut oldest = open().await.unwrap();
    // Half a head is no request yet.
    oldest
        .write_all(b"POST /mcp HTTP/1.1\r\nhost: ")
        .await
        .unwrap();
    let mut younger = open().await.unwrap();
    younger.write_all(b"POST").await.unwrap();

    let text = request(
        "/mcp",
        "host: localhost\r\n",
        &call("echo", &json!({ "text": "new" })),
    );
    let answer = send_and_close_half(&server, &text).await;
    assert!(answer.contains("new"), "{answer}");
    let mut rest = Vec::new();
    assert_eq!(oldest.read_to_end(&mut rest).await.unwrap_or(0), 0);
    let mut byte = [0];
    let quiet = tokio::time::timeout(Duration::from_millis(100), younger.read(&mut byte));
    assert!(quiet.await.is_err(), "the younger one is open");
    let mut first = [0; 12];
    busy.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
}

/// Connections that would keep others out, if what they hold counted as work.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_body_and_unread_answers_make_room() {
    let limits = Limits {
        connections: 4,
        ..Limits::default()
    };
    let server = fixture(limits).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut slow = TcpStream::connect(server.address()).await.unwrap();
        let head = "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-length: 50\r\n\r\n{";
        slow.write_all(head.as_bytes()).await.unwrap();
        held.push(slow);
    }
    let large = call("large", &json!({ "bytes": 4_000_000 }));
    let unread = request("/mcp", "host: localhost\r\n", &large).repeat(4);
    for _ in 0..2 {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(unread.as_bytes()).await.unwrap();
        held.push(stream);
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let started = Instant::now();
    for _ in 0..4 {
        let text = request(
            "/mcp",
            "host: localhost\r\nconnection: close\r\n",
            &call("echo", &json!({ "text": "new" })),
        );
        let answer = send_and_close_half(&server, &text).await;
        assert!(answer.contains("new"), "{answer}");
    }
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn half_a_head_does_not_hold_the_end_up() {
    let server = fixture(Limits::default()).await;
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream
        .write_all(b"POST /mcp HTTP/1.1\r\nHost: l")
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let started = Instant::now();
    server.stop().await;
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn limits_beyond_all_measure_are_no_limits() {
    let limits = Limits {
        request_bytes: usize::MAX,
        response_bytes: usize::MAX,
        json_depth: usize::MAX,
        tool_timeout: Duration::MAX,
        header_timeout: Duration::MAX,
        body_timeout: Duration::MAX,
        connections: usize::MAX,
        concurrent_requests: usize::MAX,
        shutdown_grace: Duration::MAX,
    };
    let server = fixture(limits).await;
    let result = server
        .call(Era::Modern, "echo", json!({ "text": "hello" }))
        .await;
    assert_eq!(result["content"][0]["text"], "hello");
    server.stop().await;
}
