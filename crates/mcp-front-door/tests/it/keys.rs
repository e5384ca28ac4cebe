//! API keys that the server checks itself.

use api_keys::{ApiKey, KeyDocument, KeyId, Timestamp, generate};
use mcp_front_door::{FrontDoor, Frontend, HttpConfig};
use serde_json::json;

use crate::fixture::Fixture;
use crate::support::{Answer, BOTH, Era, TestServer, tool_error};

/// A document with one key that may use `tools`.
fn document(tools: Option<&[&str]>) -> (ApiKey, KeyDocument) {
    let id: KeyId = "ci".parse().unwrap();
    let new = generate(&id, Timestamp::now()).unwrap();
    let record = match tools {
        Some(tools) => new.record.with_tools(tools.iter().map(ToString::to_string)),
        None => new.record,
    };
    let mut keys = KeyDocument::empty();
    keys.insert(record).unwrap();
    (new.key, keys)
}

async fn guarded(keys: KeyDocument, frontend: Frontend) -> TestServer {
    let config = HttpConfig {
        frontend,
        allowed_hosts: vec!["127.0.0.1".parse().unwrap()],
        ..HttpConfig::default()
    };
    let door = FrontDoor::new(Fixture::new()).with_config(config);
    TestServer::open(door.with_keys(keys)).await
}

#[tokio::test]
async fn no_key_is_401_and_a_wrong_one_403_in_json_rpc_with_the_id() {
    let (key, keys) = document(None);
    let server = guarded(keys, Frontend::Direct).await;
    for era in BOTH {
        let request = || server.request(era, "tools/list", json!({}));
        let missing = Answer::of(request()).await;
        assert_eq!(missing.error(), (401, -32000));
        assert!(missing.headers.contains_key("www-authenticate"));
        assert_eq!(
            Answer::of(request().header("x-api-key", "")).await.error(),
            (401, -32000)
        );

        let mut cut = key.expose().to_owned();
        cut.pop();
        for wrong in [
            "wrong",
            cut.as_str(),
            &format!("{}, {}", key.expose(), key.expose()),
        ] {
            assert_eq!(
                Answer::of(request().header("x-api-key", wrong))
                    .await
                    .error(),
                (403, -32000)
            );
        }
        let twice = request()
            .header("x-api-key", key.expose())
            .header("x-api-key", key.expose());
        assert_eq!(Answer::of(twice).await.error(), (403, -32000));
        assert_eq!(
            Answer::of(request().header("x-api-key", key.expose()))
                .await
                .status,
            200
        );
    }
    let health = server.url.replace("/mcp", "/healthz");
    assert_eq!(
        server.client.get(health).send().await.unwrap().status(),
        200
    );
}

#[tokio::test]
async fn the_keys_tools_are_the_callers_tools() {
    let (key, keys) = document(Some(&["who_am_i"]));
    let server = guarded(keys, Frontend::Direct).await;
    let call = |name: &str| {
        let request = server.request(
            Era::Legacy,
            "tools/call",
            json!({ "name": name, "arguments": { "text": "x" } }),
        );
        Answer::of(request.header("x-api-key", key.expose()))
    };
    assert_eq!(
        call("who_am_i").await.body["result"]["content"][0]["text"],
        "ci"
    );
    assert_eq!(call("echo").await.error(), (200, -32602));
}

#[tokio::test]
async fn behind_the_gateway_its_authorizer_decides() {
    let (key, keys) = document(None);
    let server = guarded(keys, Frontend::LambdaWebAdapter).await;
    let request = || server.request(Era::Modern, "tools/list", json!({}));
    let with_key = request().header("x-api-key", key.expose());
    assert_eq!(Answer::of(with_key).await.error(), (403, -32000));
    let verdict = r#"{"authorizer":{"lambda":{"key_id":"other","tools":"*"}}}"#;
    let with_verdict = request().header("x-amzn-request-context", verdict);
    assert_eq!(Answer::of(with_verdict).await.status, 200);
}

#[tokio::test]
async fn a_tool_error_is_still_a_tool_error_with_a_key() {
    let (key, keys) = document(None);
    let server = guarded(keys, Frontend::Direct).await;
    let request = server.request(
        Era::Modern,
        "tools/call",
        json!({ "name": "panic", "arguments": { "text": "x" } }),
    );
    let answer = Answer::of(request.header("x-api-key", key.expose())).await;
    tool_error(&answer.body["result"]);
}
