//! Text that JSON libraries read in a way of their own: it must not reach them.

use mcp_front_door::HttpConfig;
use serde_json::json;

use crate::fixture::Fixture;
use crate::support::{Answer, Era, TestServer};

/// serde_json reads the string under this key as JSON again, with a fresh limit on nesting.
const RAW: &str = "$serde_json::private::RawValue";

/// JSON that nests by that key, `levels` times; each level is within the parser's limit, and the first within ours.
fn nested(key: &str, levels: usize) -> String {
    (0..levels).fold("1".to_owned(), |inner, level| {
        let text = inner.replace('\\', r"\u005c").replace('"', r"\u0022");
        let around = if level + 1 == levels { 0 } else { 120 };
        let (open, close) = ("[".repeat(around), "]".repeat(around));
        format!("{open}{{\"{key}\":\"{text}\"}}{close}")
    })
}

/// Bodies with `part` in every place that a client fills.
fn bodies(part: &str) -> Vec<String> {
    let message = |params: &str| {
        format!(r#"{{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{params}}}"#)
    };
    vec![
        format!(r#"{{"jsonrpc":"2.0","id":{part},"method":"ping"}}"#),
        format!(r#"{{"jsonrpc":"2.0","id":7,"method":"ping","more":{part}}}"#),
        message(part),
        message(&format!(r#"{{"name":"value","arguments":{part}}}"#)),
        message(&format!(r#"{{"name":"value","arguments":{{"a":{part}}}}}"#)),
        message(&format!(r#"{{"name":"value","_meta":{{"a":{part}}}}}"#)),
        format!(
            r#"{{"jsonrpc":"2.0","id":7,"method":"initialize","params":{{"protocolVersion":"2025-06-18","capabilities":{{"experimental":{part}}},"clientInfo":{{"name":"a","version":"1"}}}}}}"#
        ),
        format!(
            r#"{{"jsonrpc":"2.0","id":7,"method":"prompts/get","params":{{"name":"a","arguments":{part}}}}}"#
        ),
        format!(r#"{{"jsonrpc":"2.0","method":"notifications/progress","params":{part}}}"#),
        format!(r#"{{"jsonrpc":"2.0","id":7,"method":"unknown","params":{part}}}"#),
    ]
}

#[tokio::test]
async fn nesting_in_strings_is_refused_and_the_server_lives() {
    let server = TestServer::counter().await;
    let escaped = RAW.replace('$', r"\u0024").replace("Raw", r"\u0052aw");
    for key in [RAW, &escaped, "$serde_json::private::Number"] {
        let deep = nested(key, 45);
        assert!((30_000..1_000_000).contains(&deep.len()), "{}", deep.len());
        for body in bodies(&deep).into_iter().chain(bodies(&nested(key, 1))) {
            let answer = Answer::of(server.post(body.clone())).await;
            assert_eq!(answer.error_without_id(), (400, -32600), "{}", &body[..90]);
            assert!(answer.text().contains("$serde_json::private"), "{answer:?}");
        }
    }
    let request = server.request(Era::Legacy, "ping", json!({}));
    assert_eq!(Answer::of(request).await.status, 200);
}

#[tokio::test]
async fn an_id_is_what_was_sent() {
    let server = TestServer::counter().await;
    let body = format!(r#"{{"jsonrpc":"2.0","id":{{"{RAW}":"5"}},"method":"ping"}}"#);
    let answer = Answer::of(server.post(body)).await;
    assert_eq!(answer.error_without_id(), (400, -32600));
    assert_eq!(answer.body.get("id"), None, "{answer:?}");
}

#[tokio::test]
async fn text_about_the_key_is_only_text() {
    let server = TestServer::start(Fixture::new(), HttpConfig::default()).await;
    let text = json!({ RAW: "1" }).to_string();
    let result = server
        .call(Era::Legacy, "echo", json!({ "text": text }))
        .await;
    assert_eq!(result["content"][0]["text"], text.as_str());
}
