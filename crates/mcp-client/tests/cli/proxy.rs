//! `proxy`: the client's side, and what goes through it in both eras.

use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::time::timeout;

use crate::program::{Program, program};
use crate::server::{self, Server};
use crate::stub::{self, Seen};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(10);
pub(crate) const KEY: &str = "mcp_0123456789abcdef";

/// The proxy while it runs.
pub(crate) struct Proxy {
    pub(crate) child: Child,
    stdin: Option<ChildStdin>,
    stdout: Option<Lines<BufReader<ChildStdout>>>,
}

/// What is left when it has ended.
pub(crate) struct Ended {
    /// Lines that nobody had read.
    pub(crate) lines: Vec<Value>,
    pub(crate) stderr: String,
    status: ExitStatus,
}

/// A proxy before `endpoint`.
pub(crate) fn proxy(endpoint: &str) -> Proxy {
    start(program(&["proxy", endpoint]).key(KEY))
}

pub(crate) fn start(program: Program) -> Proxy {
    let mut command = program.into_command();
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let stdin = child.stdin.take();
    let stdout = BufReader::new(child.stdout.take().unwrap()).lines();
    Proxy {
        child,
        stdin,
        stdout: Some(stdout),
    }
}

impl Proxy {
    pub(crate) async fn write(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(line.as_bytes()).await.unwrap();
        stdin.write_all(b"\n").await.unwrap();
    }

    pub(crate) async fn line(&mut self) -> String {
        let next = self.stdout.as_mut().unwrap().next_line();
        let line = timeout(PATIENCE, next).await.unwrap().unwrap();
        line.unwrap()
    }

    pub(crate) async fn message(&mut self) -> Value {
        let line = self.line().await;
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// Sends a request of the older era.
    pub(crate) async fn ask(&mut self, id: impl Into<Value>, method: &str, params: Value) {
        let id: Value = id.into();
        let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.write(&request.to_string()).await;
    }

    /// The same in the newer era.
    pub(crate) async fn ask_newer(
        &mut self,
        id: impl Into<Value>,
        method: &str,
        mut params: Value,
    ) {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        self.ask(id, method, params).await;
    }

    pub(crate) async fn notify(&mut self, method: &str, params: Value) {
        let message = json!({"jsonrpc": "2.0", "method": method, "params": params});
        self.write(&message.to_string()).await;
    }

    /// The handshake of the older era.
    pub(crate) async fn initialize(&mut self) -> Value {
        let client = json!({"name": "test", "version": "1"});
        let params =
            json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client});
        self.ask(0, "initialize", params).await;
        let answer = self.message().await;
        self.notify("notifications/initialized", json!({})).await;
        answer
    }

    pub(crate) fn close_output(&mut self) {
        self.stdout = None;
    }

    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().unwrap().to_string();
        let status = std::process::Command::new("kill")
            .args(["-s", name, &id])
            .status();
        assert!(status.unwrap().success());
    }

    /// Closes its standard input and waits for its end.
    pub(crate) async fn close(mut self) -> Ended {
        self.stdin = None;
        self.ended().await
    }

    pub(crate) async fn ended(mut self) -> Ended {
        let mut lines = Vec::new();
        if let Some(mut stdout) = self.stdout.take() {
            while let Some(line) = timeout(PATIENCE, stdout.next_line())
                .await
                .unwrap()
                .unwrap()
            {
                lines.push(serde_json::from_str(&line).unwrap());
            }
        }
        let status = timeout(PATIENCE, self.child.wait()).await.unwrap().unwrap();
        let mut stderr = String::new();
        let mut rest = self.child.stderr.take().unwrap();
        rest.read_to_string(&mut stderr).await.unwrap();
        Ended {
            lines,
            stderr,
            status,
        }
    }
}

impl Ended {
    #[track_caller]
    pub(crate) fn well(self) -> Self {
        assert_eq!(self.status.code(), Some(0), "{}", self.stderr);
        self
    }

    /// Ended well, with nothing more to say.
    #[track_caller]
    pub(crate) fn quietly(self) {
        let Self { lines, stderr, .. } = self.well();
        assert_eq!((lines, stderr.as_str()), (Vec::<Value>::new(), ""));
    }
}

/// POSTs, each answered by `answer` from its headers and its message.
pub(crate) fn posts<F, R>(answer: F) -> MethodRouter
where
    F: Fn(HeaderMap, Value) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Response> + Send,
{
    post(async move |request: Request| {
        let headers = request.headers().clone();
        let body = to_bytes(request.into_body(), usize::MAX).await.unwrap();
        answer(headers, serde_json::from_slice(&body).unwrap()).await
    })
}

/// What a server of the older era says to a handshake; nothing to anything else.
pub(crate) fn handshake(message: &Value) -> Option<Response> {
    match message["method"].as_str() {
        Some("initialize") => {
            let server = json!({"name": "old", "version": "1"});
            let result =
                json!({"protocolVersion": "2025-06-18", "capabilities": {}, "serverInfo": server});
            Some(result_of(message, result))
        }
        Some(method) if method.starts_with("notifications/") => {
            Some(StatusCode::ACCEPTED.into_response())
        }
        _ => None,
    }
}

pub(crate) fn result_of(message: &Value, result: Value) -> Response {
    stub::json_answer(&json!({"jsonrpc": "2.0", "id": message["id"], "result": result}))
}

#[tokio::test]
async fn both_eras_reach_the_own_server() {
    let mut proxy = proxy(&server::own().await);
    let introduction = proxy.initialize().await;
    assert_eq!(introduction["result"]["protocolVersion"], "2025-11-25");
    proxy.ask("one", "tools/list", json!({})).await;
    let list = proxy.message().await;
    assert_eq!(list["id"], "one");
    assert!(list["result"]["tools"].as_array().unwrap().len() > 1);
    proxy.ask_newer(2, "server/discover", json!({})).await;
    let discovery = proxy.message().await;
    assert_eq!(discovery["result"]["resultType"], "complete");
    let call = json!({"name": "calculate", "arguments": {"operation": "multiply", "a": 6, "b": 7}});
    proxy.ask_newer(3, "tools/call", call).await;
    let answer = proxy.message().await;
    assert_eq!(answer["result"]["structuredContent"]["result"], 42.0);
    proxy.ask_newer(4, "nonsense", json!({})).await;
    assert_eq!(proxy.message().await["error"]["code"], -32601);
    proxy.close().await.quietly();
}

#[tokio::test]
async fn messages_are_passed_on_as_they_were_written() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let bodies = Arc::clone(&seen);
    let handler = post(async move |body: String| {
        bodies.lock().unwrap().push(body);
        let answer = "{ \"x\" : 1.10,\r\n \"result\": {\"z\":12345678901234567890123,\n\t\"a\" : \"\\u00e9 é\\n\"},\"id\":7}\n";
        ([(header::CONTENT_TYPE, "application/json")], answer)
    });
    let endpoint = stub::serve(Router::new().route("/mcp", handler)).await;
    let mut proxy = proxy(&endpoint);
    let request = r#"{"params":{"b":1e400, "a":1.10,"é":"\u00e9"}, "unknown":[ ],"method":"x","id":7,"jsonrpc":"2.0"}"#;
    proxy.write(request).await;
    assert_eq!(
        proxy.line().await,
        r#"{"x":1.10,"result":{"z":12345678901234567890123,"a":"\u00e9 é\n"},"id":7}"#
    );
    proxy.close().await.quietly();
    assert_eq!(*seen.lock().unwrap(), [request]);
}

#[tokio::test]
async fn the_answer_has_the_id_of_the_request() {
    let handler = posts(async |_, message| match message["method"].as_str() {
        Some("text") => stub::json_answer(&json!({"id": "1", "result": {}})),
        Some("nobody") => {
            stub::json_answer(&json!({"error": {"code": -32603, "message": "no disk"}}))
        }
        _ => stub::json_answer(&json!({"id": 99, "result": {}})),
    });
    let endpoint = stub::serve(Router::new().route("/mcp", handler)).await;
    let mut proxy = proxy(&endpoint);
    proxy.ask(1, "text", json!({})).await;
    assert_eq!(proxy.line().await, r#"{"id":1,"result":{}}"#);
    proxy.ask("two", "nobody", json!({})).await;
    let answer = proxy.message().await;
    assert_eq!(
        (&answer["id"], &answer["error"]["message"]),
        (&json!("two"), &json!("no disk"))
    );
    proxy.ask(3, "other", json!({})).await;
    let answer = proxy.message().await;
    assert_eq!(
        (&answer["id"], &answer["error"]["code"]),
        (&json!(3), &json!(-32603))
    );
    proxy.close().await.quietly();
}

#[tokio::test]
async fn the_newer_era_says_it_again_in_headers() {
    let seen = Seen::default();
    let config = |router| seen.watching(router);
    let endpoint = Server::default().stateful(config).await;
    let mut proxy = proxy(&endpoint);
    // The server refuses the first attempt: which arguments are repeated is in a list that nobody asked for yet.
    let call = json!({"name": "deploy", "arguments": {"region": "Zürich"}});
    proxy.ask_newer(1, "tools/call", call.clone()).await;
    let answer = proxy.message().await;
    assert_eq!(
        answer["result"]["content"][0]["text"], "deployed",
        "{answer}"
    );
    assert_eq!(seen.methods().len(), 3);
    proxy.ask_newer(2, "tools/call", call).await;
    assert_eq!(proxy.message().await["id"], 2);
    assert_eq!(seen.methods().len(), 4);
    let last = |name: &str| seen.header(name).pop().flatten();
    for (name, expected) in [
        ("mcp-protocol-version", Some("2026-07-28")),
        ("mcp-method", Some("tools/call")),
        ("mcp-name", Some("deploy")),
        ("mcp-param-region", Some("=?base64?WsO8cmljaA==?=")),
        ("mcp-session-id", None),
        ("x-api-key", Some(KEY)),
    ] {
        assert_eq!(last(name).as_deref(), expected, "{name}");
    }
    proxy.close().await.quietly();
}

#[tokio::test]
async fn answers_come_as_they_are_ready() {
    let slow = Arc::new(tokio::sync::Notify::new());
    let handler = posts(move |_, message| {
        let slow = Arc::clone(&slow);
        async move {
            match message["method"].as_str() {
                Some("slow") => slow.notified().await,
                _ => slow.notify_one(),
            }
            result_of(&message, json!({}))
        }
    });
    let endpoint = stub::serve(Router::new().route("/mcp", handler)).await;
    let mut proxy = proxy(&endpoint);
    for id in 0..20 {
        proxy.ask(id, "slow", json!({})).await;
    }
    let mut answered = Vec::new();
    for id in 20..40 {
        proxy.ask(id, "fast", json!({})).await;
    }
    for _ in 0..40 {
        answered.push(proxy.message().await["id"].as_u64().unwrap());
    }
    assert_ne!(answered, (0..40).collect::<Vec<_>>());
    answered.sort_unstable();
    assert_eq!(answered, (0..40).collect::<Vec<_>>());
    proxy.close().await.quietly();
}

#[tokio::test]
async fn what_is_asked_is_still_answered_when_the_client_has_finished() {
    let handler = posts(async |_, message| {
        tokio::time::sleep(Duration::from_millis(200)).await;
        result_of(&message, json!({}))
    });
    let endpoint = stub::serve(Router::new().route("/mcp", handler)).await;
    let mut proxy = proxy(&endpoint);
    for id in 0..3 {
        proxy.ask(id, "x", json!({})).await;
    }
    let ended = proxy.close().await.well();
    assert_eq!(ended.lines.len(), 3);
}

#[tokio::test]
async fn a_client_that_is_gone_ends_it_quietly() {
    let mut proxy = proxy(&server::own().await);
    proxy.close_output();
    proxy.ask_newer(1, "server/discover", json!({})).await;
    proxy.ended().await.quietly();
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_ends_it_well_and_open_requests_are_answered() {
    for signal in ["TERM", "INT"] {
        let mut proxy = proxy(&stub::silent().await);
        proxy.ask(1, "x", json!({})).await;
        // An answer of its own shows that the first line was taken.
        proxy.write("nonsense").await;
        assert_eq!(proxy.message().await["error"]["code"], -32700);
        proxy.signal(signal);
        let ended = proxy.ended().await.well();
        assert_eq!(ended.lines.len(), 1);
        assert_eq!(ended.lines[0]["id"], 1);
        assert_eq!(ended.lines[0]["error"]["code"], -32000);
        assert_eq!(ended.stderr, "");
    }
}
