//! The panic hook is the process's, so it is tested in a program of its own.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test of panics")]

use std::io;
use std::sync::{Arc, Mutex};

use mcp_front_door::FrontDoor;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::{Value, json};

struct Panics;

impl ServerHandler for Panics {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    fn get_tool(&self, _name: &str) -> Option<Tool> {
        None
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        panic!("with the arguments {:?}", request.arguments)
    }
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_panic_is_logged_once_with_its_place_and_id_and_without_its_message() {
    let written = Written::default();
    let writer = written.clone();
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_writer(move || writer.clone())
        .init();
    mcp_front_door::install_panic_hook();

    let id = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/mcp", listener.local_addr().unwrap());
        tokio::spawn(FrontDoor::new(Panics).serve(listener, std::future::pending()));
        let call = json!({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": "any", "arguments": { "text": "canary-7f3a91" } },
        });
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client
            .post(url)
            .header("content-type", "application/json")
            .body(call.to_string());
        let response = request.send().await.unwrap();
        let id = response
            .headers()
            .get("x-request-id")
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        let answer: Value = response.json().await.unwrap();
        assert!(answer.to_string().contains(&id), "{answer}");
        id
    });
    std::thread::spawn(|| panic!("canary-7f3a91"))
        .join()
        .unwrap_err();

    let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert!(!written.contains("canary"), "{written}");
    let panics: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &Value| line.get("panic.location").is_some())
        .collect();
    let [inside, outside] = panics.as_slice() else {
        panic!("{written}")
    };
    for line in [inside, outside] {
        let location = line.get("panic.location").and_then(Value::as_str).unwrap();
        assert!(location.contains("tests/panic_hook.rs:"), "{location}");
    }
    assert_eq!(
        inside.get("request_id").and_then(Value::as_str),
        Some(id.as_str())
    );
    assert_eq!(outside.get("request_id"), None);
}
