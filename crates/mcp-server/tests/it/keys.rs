//! API keys that the server checks itself.

use std::path::Path;
use std::sync::Arc;

use api_keys::{ApiKey, KeyDocument, KeyId, Timestamp, generate};
use mcp_server::http::{Frontend, HttpConfig};
use mcp_server::keys_file::KeysFile;
use serde_json::json;

use crate::fixture::Fixture;
use crate::support::{Answer, BOTH, Era, TestServer, tool_error};

/// Writes a document with one key that may use `tools`.
fn write_key(path: &Path, id: &str, tools: Option<&[&str]>) -> ApiKey {
    let id: KeyId = id.parse().unwrap();
    let new = generate(&id, Timestamp::now()).unwrap();
    let record = match tools {
        Some(tools) => new.record.with_tools(tools.iter().map(ToString::to_string)),
        None => new.record,
    };
    let mut keys = KeyDocument::empty();
    keys.insert(record).unwrap();
    std::fs::write(path, keys.to_json()).unwrap();
    new.key
}

async fn guarded(path: &Path, frontend: Frontend) -> TestServer {
    let config = HttpConfig {
        frontend,
        keys: Some(Arc::new(KeysFile::open(path).unwrap())),
        allowed_hosts: vec!["127.0.0.1".parse().unwrap()],
        ..HttpConfig::default()
    };
    TestServer::start(Fixture::new(), config).await
}

#[tokio::test]
async fn no_key_is_401_and_a_wrong_one_403_in_json_rpc_with_the_id() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let key = write_key(&path, "ci", None);
    let server = guarded(&path, Frontend::Direct).await;
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
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let key = write_key(&path, "ci", Some(&["who_am_i"]));
    let server = guarded(&path, Frontend::Direct).await;
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
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    write_key(&path, "ci", None);
    let server = guarded(&path, Frontend::LambdaWebAdapter).await;
    assert_eq!(
        Answer::of(server.request(Era::Modern, "tools/list", json!({})))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_revoked_key_stops_and_a_new_one_works_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let old = write_key(&path, "old", None);
    let server = guarded(&path, Frontend::Direct).await;
    let status = |key: &ApiKey| {
        let request = server.request(
            Era::Modern,
            "tools/call",
            json!({ "name": "echo", "arguments": { "text": "x" } }),
        );
        let request = request.header("x-api-key", key.expose());
        async move { Answer::of(request).await.status }
    };
    assert_eq!(status(&old).await, 200);
    let new = write_key(&path, "new-one", None);
    while status(&old).await == 200 {
        tokio::task::yield_now().await;
    }
    assert_eq!(status(&old).await, 403);
    assert_eq!(status(&new).await, 200);
}

#[tokio::test]
async fn a_tool_error_is_still_a_tool_error_with_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let key = write_key(&path, "ci", None);
    let server = guarded(&path, Frontend::Direct).await;
    let request = server.request(
        Era::Modern,
        "tools/call",
        json!({ "name": "panic", "arguments": { "text": "x" } }),
    );
    let answer = Answer::of(request.header("x-api-key", key.expose())).await;
    tool_error(&answer.body["result"]);
}
