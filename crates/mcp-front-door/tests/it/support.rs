//! A server on a free port, and the least of an HTTP client for it. The tests of `mcp-server` use it too.

#![allow(dead_code, reason = "each test program uses a part")]

use mcp_front_door::{FrontDoor, HttpConfig};
use rmcp::ServerHandler;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const MODERN: &str = "2026-07-28";

/// A generation of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Era {
    Legacy,
    Modern,
}

pub(crate) const BOTH: [Era; 2] = [Era::Legacy, Era::Modern];

/// A server that runs until it is stopped or dropped.
pub(crate) struct TestServer {
    pub(crate) url: String,
    pub(crate) client: reqwest::Client,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl TestServer {
    pub(crate) async fn start<H: ServerHandler>(handler: H, config: HttpConfig) -> Self {
        Self::open(FrontDoor::new(handler).with_config(config)).await
    }

    pub(crate) async fn open<H: ServerHandler>(door: FrontDoor<H>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/mcp", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(async move {
            let shutdown = async {
                stopped.await.ok();
            };
            door.serve(listener, shutdown).await;
        });
        Self {
            url,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            stop,
            serving,
        }
    }

    /// Where it listens, for those who write HTTP by hand.
    pub(crate) fn address(&self) -> &str {
        self.url
            .trim_start_matches("http://")
            .trim_end_matches("/mcp")
    }

    /// Stops, and waits until requests in flight have finished.
    pub(crate) async fn stop(self) {
        self.stop.send(()).ok();
        self.serving.await.unwrap();
    }

    /// A POST with the headers that clients send.
    pub(crate) fn post(&self, body: impl Into<reqwest::Body>) -> reqwest::RequestBuilder {
        self.client
            .post(&self.url)
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .body(body)
    }

    /// A well-formed request of the era.
    pub(crate) fn request(&self, era: Era, method: &str, params: Value) -> reqwest::RequestBuilder {
        let name = params
            .get("name")
            .or_else(|| params.get("uri"))
            .and_then(Value::as_str)
            .map(str::to_owned);
        let request = self.post(message(era, method, params).to_string());
        match (era, name) {
            (Era::Legacy, _) => request.header("mcp-protocol-version", "2025-11-25"),
            (Era::Modern, None) => modern(request, method),
            (Era::Modern, Some(name)) => modern(request, method).header("mcp-name", name),
        }
    }

    /// Calls a tool and returns the result object.
    pub(crate) async fn call(&self, era: Era, tool: &str, arguments: Value) -> Value {
        let params = json!({ "name": tool, "arguments": arguments });
        let answer = Answer::of(self.request(era, "tools/call", params)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["result"].clone()
    }
}

/// The message of a request with id 7.
pub(crate) fn message(era: Era, method: &str, mut params: Value) -> Value {
    if era == Era::Modern {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        });
    }
    json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params })
}

fn modern(request: reqwest::RequestBuilder, method: &str) -> reqwest::RequestBuilder {
    request
        .header("mcp-protocol-version", MODERN)
        .header("mcp-method", method)
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// Sends, and insists that the body is JSON-RPC.
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        assert_eq!(
            headers["content-type"], "application/json",
            "{status} {text}"
        );
        let body: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{status} {text}"));
        assert_eq!(body["jsonrpc"], "2.0", "{text}");
        Self {
            status,
            headers,
            body,
        }
    }

    /// Status and JSON-RPC code of an error whose id is the one that [`message`] gives.
    pub(crate) fn error(&self) -> (u16, i64) {
        assert_eq!(self.body["id"], 7, "{self:?}");
        self.error_without_id()
    }

    pub(crate) fn error_without_id(&self) -> (u16, i64) {
        let code = self.body["error"]["code"].as_i64();
        (
            self.status,
            code.unwrap_or_else(|| panic!("no error: {self:?}")),
        )
    }

    pub(crate) fn text(&self) -> &str {
        self.body["error"]["message"].as_str().unwrap()
    }
}

/// The text of a tool result that says it failed.
pub(crate) fn tool_error(result: &Value) -> &str {
    assert_eq!(result["isError"], true, "{result}");
    result["content"][0]["text"].as_str().unwrap()
}
