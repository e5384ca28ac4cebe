//! Sizes, nesting, rates, and how many at once.

use std::num::NonZeroU32;
use std::time::Duration;

use mcp_front_door::{Frontend, HttpConfig, Limits, RateLimit};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::counter::Counter;
use crate::fixture::Fixture;
use crate::support::{Answer, BOTH, Era, TestServer, message, tool_error};

fn with(limits: Limits) -> HttpConfig {
    HttpConfig {
        limits,
        ..HttpConfig::default()
    }
}

#[tokio::test]
async fn an_oversized_body_is_refused_and_the_limit_named() {
    let server = TestServer::counter().await;
    let limit = Limits::default().request_bytes;
    let message = message(Era::Legacy, "tools/list", json!({})).to_string();
    let exact = format!("{message}{}", " ".repeat(limit - message.len()));
    assert_eq!(Answer::of(server.post(exact.clone())).await.status, 200);
    let answer = Answer::of(server.post(format!("{exact} "))).await;
    assert_eq!(answer.error_without_id(), (413, -32000));
    assert!(answer.text().contains("1048576"), "{answer:?}");
}

#[tokio::test]
async fn deep_nesting_is_refused_before_it_is_parsed() {
    let server = TestServer::counter().await;
    let deep = format!("{}{}", "[".repeat(65), "]".repeat(65));
    let body = format!(r#"{{"jsonrpc":"2.0","id":7,"method":"ping","params":{deep}}}"#);
    assert_eq!(Answer::of(server.post(body)).await.error(), (400, -32600));
    for depth in [65, 100_000] {
        let body = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let answer = Answer::of(server.post(body)).await;
        assert_eq!(answer.error_without_id(), (400, -32600));
        assert!(answer.text().contains("64 levels"), "{answer:?}");
    }
}

#[tokio::test]
async fn an_over_large_result_is_a_tool_error_that_names_size_and_limit() {
    let limits = Limits {
        response_bytes: 2_000,
        ..Limits::default()
    };
    let server = TestServer::start(Fixture::new(), with(limits)).await;
    for era in BOTH {
        let fits = server.call(era, "large", json!({ "bytes": 1_000 })).await;
        assert_ne!(fits["isError"], true);
        let result = server.call(era, "large", json!({ "bytes": 5_000 })).await;
        let text = tool_error(&result);
        assert!(text.contains("limit is 2000 bytes"), "{text}");
        let size: usize = text.split(' ').find_map(|word| word.parse().ok()).unwrap();
        assert!(size > 5_000, "{text}");
    }
}

#[tokio::test]
async fn an_over_large_error_of_a_tool_is_one_that_names_size_and_limit_too() {
    let limits = Limits {
        response_bytes: 2_000,
        ..Limits::default()
    };
    let server = TestServer::start(Fixture::new(), with(limits)).await;
    let params = |bytes| json!({ "name": "large_error", "arguments": { "bytes": bytes } });
    for era in BOTH {
        let fits = Answer::of(server.request(era, "tools/call", params(1_000))).await;
        assert_eq!(fits.error().1, -32603);
        let result = server
            .call(era, "large_error", json!({ "bytes": 5_000 }))
            .await;
        assert!(tool_error(&result).contains("limit is 2000 bytes"));
    }
}

#[tokio::test]
async fn the_default_limit_of_a_result_is_four_mebibytes() {
    let server = TestServer::start(Fixture::new(), HttpConfig::default()).await;
    let fits = server
        .call(Era::Legacy, "large", json!({ "bytes": 4_000_000 }))
        .await;
    assert_ne!(fits["isError"], true);
    let result = server
        .call(Era::Legacy, "large", json!({ "bytes": 4_194_304 }))
        .await;
    assert!(tool_error(&result).contains("4194304"));
}

#[tokio::test]
async fn on_lambda_a_result_must_fit_once_it_is_escaped_again() {
    let config = |frontend| HttpConfig {
        frontend,
        allowed_hosts: vec!["127.0.0.1".parse().unwrap()],
        allow_unauthenticated: true,
        ..HttpConfig::default()
    };
    // A quote takes two bytes in our JSON, and four in the string that the adapter makes of it.
    let (fits, does_not) = (1_500_000, 1_600_000);
    let lambda = TestServer::start(Fixture::new(), config(Frontend::LambdaWebAdapter)).await;
    let direct = TestServer::start(Fixture::new(), config(Frontend::Direct)).await;
    for era in BOTH {
        let result = lambda.call(era, "quotes", json!({ "bytes": fits })).await;
        assert_ne!(result["isError"], true);
        let result = lambda
            .call(era, "quotes", json!({ "bytes": does_not }))
            .await;
        let text = tool_error(&result);
        assert!(text.contains("as Lambda carries it"), "{text}");
        let result = direct
            .call(era, "quotes", json!({ "bytes": does_not }))
            .await;
        assert_ne!(result["isError"], true);
    }
}

#[tokio::test]
async fn a_long_id_counts_on_lambda_because_the_answer_repeats_it() {
    let config = HttpConfig {
        frontend: Frontend::LambdaWebAdapter,
        allowed_hosts: vec!["127.0.0.1".parse().unwrap()],
        allow_unauthenticated: true,
        ..HttpConfig::default()
    };
    let server = TestServer::start(Fixture::new(), config).await;
    let params = json!({ "name": "quotes", "arguments": { "bytes": 1_500_000 } });
    let mut message = message(Era::Legacy, "tools/call", params);
    message["id"] = json!("\"".repeat(500_000));
    let answer = Answer::of(server.post(message.to_string())).await;
    assert!(tool_error(&answer.body["result"]).contains("as Lambda carries it"));
}

#[tokio::test]
async fn a_caller_over_the_rate_is_told_when_to_come_back() {
    let config = HttpConfig {
        rate_limit: Some(RateLimit {
            per_minute: NonZeroU32::MIN,
            burst: NonZeroU32::new(2).unwrap(),
        }),
        ..HttpConfig::default()
    };
    let server = TestServer::start(Counter::new(), config).await;
    let request = || server.request(Era::Legacy, "tools/list", json!({}));
    assert_eq!(Answer::of(request()).await.status, 200);
    assert_eq!(Answer::of(request()).await.status, 200);
    let answer = Answer::of(request()).await;
    assert_eq!(answer.error(), (429, -32000));
    let wait: u64 = answer.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
}

#[tokio::test]
async fn one_request_too_many_is_answered_at_once() {
    let limits = Limits {
        concurrent_requests: 1,
        tool_timeout: Duration::from_secs(3600),
        shutdown_grace: Duration::from_millis(1),
        ..Limits::default()
    };
    let fixture = Fixture::new();
    let dropped = std::sync::Arc::clone(&fixture.dropped);
    let server = TestServer::start(fixture, with(limits)).await;
    let sleeping = server.request(Era::Legacy, "tools/call", json!({ "name": "sleep" }));
    let sleeping = tokio::spawn(sleeping.send());
    // The first request is being worked on once the second is refused.
    let refused = loop {
        let answer =
            Answer::of(server.request(Era::Legacy, "tools/call", json!({ "name": "who_am_i" })))
                .await;
        if answer.status != 200 {
            break answer;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(refused.error(), (503, -32000));
    assert_eq!(refused.headers["retry-after"], "1");
    // The client leaves; its place is free again, and its tool was dropped.
    sleeping.abort();
    loop {
        let answer =
            Answer::of(server.request(Era::Legacy, "tools/call", json!({ "name": "who_am_i" })))
                .await;
        if answer.status == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    while dropped.load(std::sync::atomic::Ordering::SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_head_that_does_not_end_is_cut_off_and_a_slow_body_is_answered() {
    let limits = Limits {
        header_timeout: Duration::from_millis(200),
        body_timeout: Duration::from_millis(200),
        ..Limits::default()
    };
    let server = TestServer::start(Counter::new(), with(limits)).await;
    let address = server
        .url
        .trim_start_matches("http://")
        .trim_end_matches("/mcp")
        .to_owned();

    let mut slow_head = TcpStream::connect(&address).await.unwrap();
    slow_head
        .write_all(b"POST /mcp HTTP/1.1\r\nhost: localhost\r\nx-")
        .await
        .unwrap();
    let mut rest = Vec::new();
    slow_head.read_to_end(&mut rest).await.unwrap();

    let mut slow_body = TcpStream::connect(&address).await.unwrap();
    slow_body
        .write_all(b"POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{")
        .await
        .unwrap();
    let mut rest = Vec::new();
    slow_body.read_to_end(&mut rest).await.unwrap();
    let text = String::from_utf8(rest).unwrap();
    assert!(text.starts_with("HTTP/1.1 408 "), "{text}");
    assert!(
        text.contains(r#""code":-32000"#) && text.contains("200 ms"),
        "{text}"
    );
}
