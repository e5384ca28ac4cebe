//! API keys in a file.

use std::path::Path;
use std::process::Stdio;

use api_keys::{ApiKey, KeyDocument, KeyId, Timestamp, generate};
use mcp_front_door::{FrontDoor, HttpConfig};
use mcp_server::keys_file::KeysFile;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::support::{Answer, Era, TestServer};

/// Writes a document with one key.
fn write_key(path: &Path, id: &str) -> ApiKey {
    let id: KeyId = id.parse().unwrap();
    let new = generate(&id, Timestamp::now()).unwrap();
    let mut keys = KeyDocument::empty();
    keys.insert(new.record).unwrap();
    std::fs::write(path, keys.to_json()).unwrap();
    new.key
}

async fn guarded(path: &Path) -> TestServer {
    let keys = KeysFile::open(path).unwrap();
    let door = FrontDoor::new(crate::shipped()).with_config(HttpConfig::default());
    TestServer::open(door.with_keys(keys)).await
}

#[tokio::test]
async fn a_revoked_key_stops_and_a_new_one_works_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let old = write_key(&path, "old");
    let server = guarded(&path).await;
    let status = |key: &ApiKey| {
        let request = server.request(
            Era::Modern,
            "tools/call",
            json!({ "name": "ping", "arguments": {} }),
        );
        let request = request.header("x-api-key", key.expose());
        async move { Answer::of(request).await.status }
    };
    assert_eq!(status(&old).await, 200);
    let new = write_key(&path, "new-one");
    while status(&old).await == 200 {
        tokio::task::yield_now().await;
    }
    assert_eq!(status(&old).await, 403);
    assert_eq!(status(&new).await, 200);
}

/// A revocation counts also when it is made while the process has no descriptor left to read the file with.
#[tokio::test]
async fn a_revocation_is_not_lost_when_every_descriptor_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let old = write_key(&path, "old");
    let limited = r#"ulimit -n 64; exec "$0" --port 0"#;
    let mut child = Command::new("sh")
        .args(["-c", limited, env!("CARGO_BIN_EXE_mcp-server")])
        .env("MCP_API_KEYS_FILE", &path)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first: Value = serde_json::from_str(&lines.next_line().await.unwrap().unwrap()).unwrap();
    let url = first["url"].as_str().unwrap().to_owned();
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });

    let address = url.trim_start_matches("http://").trim_end_matches("/mcp");
    let mut idle = Vec::new();
    for _ in 0..200 {
        idle.push(TcpStream::connect(address).await.unwrap());
    }
    write_key(&path, "new-one");
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let status = || async {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }).to_string();
        let request = client
            .post(&url)
            .header("content-type", "application/json")
            .header("x-api-key", old.expose());
        request.body(body).send().await.unwrap().status().as_u16()
    };
    let mut last = status().await;
    for _ in 0..50 {
        if last == 403 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        last = status().await;
    }
    assert_eq!(last, 403);
}
