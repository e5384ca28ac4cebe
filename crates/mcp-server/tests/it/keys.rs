//! API keys in a file.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use api_keys::{ApiKey, KeyDocument, KeyId, Timestamp, generate};
use mcp_front_door::{FrontDoor, HttpConfig};
use mcp_server::keys_file::KeysFile;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

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

/// The program with a keys file and few descriptors, and where it listens.
async fn limited(keys: &Path, descriptors: u32) -> (Child, String) {
    let command = format!(r#"ulimit -n {descriptors}; exec "$0" --port 0"#);
    let mut child = Command::new("sh")
        .args(["-c", &command, env!("CARGO_BIN_EXE_mcp-server")])
        .env("MCP_API_KEYS_FILE", keys)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first: Value = serde_json::from_str(&lines.next_line().await.unwrap().unwrap()).unwrap();
    let url = first["url"].as_str().unwrap().to_owned();
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    (child, url)
}

/// A read that fails, because no descriptor is left, must not count as having seen the change.
#[tokio::test]
async fn a_revocation_that_could_not_be_read_counts_once_it_can() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let old = write_key(&path, "old");
    let (_child, url) = limited(&path, 40).await;
    let address = url.trim_start_matches("http://").trim_end_matches("/mcp");
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }).to_string();
    let request = format!(
        "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nx-api-key: {}\r\ncontent-length: {}\r\n\r\n{body}",
        old.expose(),
        body.len()
    );
    let patience = Duration::from_secs(2);
    let status = async |stream: &mut TcpStream| {
        stream.write_all(request.as_bytes()).await.ok();
        let mut answer = vec![0; 16 * 1024];
        let read = tokio::time::timeout(patience, stream.read(&mut answer)).await;
        let read = read.ok().and_then(Result::ok).unwrap_or_default();
        String::from_utf8_lossy(&answer[..read])
            .get(9..12)
            .map(str::to_owned)
    };
    // Open before the others are, so that it is served when no descriptor is left.
    let mut kept = TcpStream::connect(address).await.unwrap();
    assert_eq!(status(&mut kept).await.as_deref(), Some("200"));
    let mut idle = Vec::new();
    for _ in 0..100 {
        idle.push(TcpStream::connect(address).await.unwrap());
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    write_key(&path, "new-one");
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    status(&mut kept).await;
    drop((idle, kept));
    tokio::time::sleep(Duration::from_secs(3)).await;
    let mut fresh = TcpStream::connect(address).await.unwrap();
    assert_eq!(status(&mut fresh).await.as_deref(), Some("403"));
}

/// A revocation counts also when it is made while the process has no descriptor left to read the file with.
#[tokio::test]
async fn a_revocation_is_not_lost_when_every_descriptor_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let old = write_key(&path, "old");
    let (_child, url) = limited(&path, 64).await;
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
        tokio::time::sleep(Duration::from_millis(100)).await;
        last = status().await;
    }
    assert_eq!(last, 403);
}
