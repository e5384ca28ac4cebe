//! HTTP servers that are no MCP servers, or only so much of one as a test needs.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, post};
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpSocket};

/// Serves on a free port of this machine and returns the URL with the path `/mcp`.
pub(crate) async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}/mcp")
}

/// Answers everything with `answer`.
pub(crate) async fn always(
    answer: impl Fn() -> Response + Clone + Send + Sync + 'static,
) -> String {
    let handler = any(move || std::future::ready(answer()));
    serve(Router::new().fallback(handler)).await
}

/// Answers everything with a status and a body.
pub(crate) async fn status(code: u16, content_type: &'static str, body: &'static str) -> String {
    let code = StatusCode::from_u16(code).unwrap();
    always(move || (code, [(header::CONTENT_TYPE, content_type)], body).into_response()).await
}

/// Takes requests and never answers.
pub(crate) async fn silent() -> String {
    let handler = any(std::future::pending::<Response>);
    serve(Router::new().fallback(handler)).await
}

/// An address where nothing listens, and the socket that keeps everything else away from it.
pub(crate) fn closed() -> (String, TcpSocket) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    (format!("http://{address}/mcp"), socket)
}

/// A modern server in which `answer` gives the result or the error of every method but `server/discover`.
pub(crate) async fn modern(
    answer: impl Fn(&str) -> Value + Clone + Send + Sync + 'static,
) -> String {
    serve(modern_router(answer)).await
}

/// The same, not yet served.
pub(crate) fn modern_router(
    answer: impl Fn(&str) -> Value + Clone + Send + Sync + 'static,
) -> Router {
    let handler = each_post(move |method, call| {
        let mut message = match method {
            "server/discover" => json!({"result": discovery()}),
            method => answer(method),
        };
        message["jsonrpc"] = json!("2.0");
        message["id"] = call["id"].clone();
        json_answer(&message)
    });
    Router::new().fallback(handler)
}

/// A legacy server that takes this long to answer `server/discover`.
pub(crate) async fn slow_discover(delay: Duration) -> String {
    let legacy = legacy_post(|_, _| None);
    let slow = move |request: Request, next: axum::middleware::Next| async move {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        if String::from_utf8_lossy(&body).contains("server/discover") {
            tokio::time::sleep(delay).await;
        }
        next.run(Request::from_parts(parts, Body::from(body))).await
    };
    let router = Router::new().fallback(legacy);
    serve(router.layer(axum::middleware::from_fn(slow))).await
}

/// A legacy server that insists on this version.
pub(crate) async fn versioned(version: &'static str) -> String {
    let handler = legacy_post(move |method, call| {
        let result = json!({"protocolVersion": version, "capabilities": {}, "serverInfo": {"name": "v", "version": "1"}});
        (method == "initialize")
            .then(|| json_answer(&json!({"jsonrpc": "2.0", "id": call["id"], "result": result})))
    });
    serve(Router::new().fallback(handler)).await
}

/// A legacy server whose tool `ask` asks for a name and an age in the middle of the call, and answers with the answer.
pub(crate) async fn asking() -> String {
    let (answered, answer) = tokio::sync::watch::channel(None);
    let handler = post(async move |body: String| -> Response {
        let call: Value = serde_json::from_str(&body).unwrap();
        let result = match call["method"].as_str() {
            None => {
                answered.send_replace(Some(call));
                return StatusCode::ACCEPTED.into_response();
            }
            Some("initialize") => json!({
                "protocolVersion": "2025-11-25",
                "capabilities": {"tools": {}},
                "serverInfo": {"name": "asks", "version": "1"},
            }),
            Some("tools/list") => {
                json!({"tools": [{"name": "ask", "inputSchema": {"type": "object"}}]})
            }
            Some("tools/call") => return question(call["id"].clone(), answer.clone()),
            Some(_) => return StatusCode::ACCEPTED.into_response(),
        };
        json_answer(&json!({"jsonrpc": "2.0", "id": call["id"], "result": result}))
    });
    serve(Router::new().fallback(handler)).await
}

fn question(id: Value, mut answer: tokio::sync::watch::Receiver<Option<Value>>) -> Response {
    let question = json!({"jsonrpc": "2.0", "id": "q", "method": "elicitation/create", "params": {
        "message": "Who are you?",
        "requestedSchema": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "title": "Name"},
                "age": {"type": "integer", "minimum": 1, "maximum": 150, "default": 36},
            },
            "required": ["name"],
        },
    }});
    let events = async_stream(move |events| async move {
        events.send(question).await.unwrap();
        let answer = answer
            .wait_for(Option::is_some)
            .await
            .unwrap()
            .clone()
            .unwrap();
        let text = answer.get("result").unwrap_or(&answer["error"]).to_string();
        let result = json!({"content": [{"type": "text", "text": text}]});
        events
            .send(json!({"jsonrpc": "2.0", "id": id, "result": result}))
            .await
            .unwrap();
    });
    ([(header::CONTENT_TYPE, "text/event-stream")], events).into_response()
}

/// A modern server whose calls take four steps of this length, each told as progress.
pub(crate) async fn working(step: Duration) -> String {
    let handler = each_post(move |method, call| {
        let (id, token) = (
            call["id"].clone(),
            call["params"]["_meta"]["progressToken"].clone(),
        );
        if method == "server/discover" {
            let answer = json!({"jsonrpc": "2.0", "id": id, "result": discovery()});
            return json_answer(&answer);
        }
        let events = async_stream(move |events| async move {
            for done in 1..=4 {
                tokio::time::sleep(step).await;
                let params = json!({"progressToken": token, "progress": done, "total": 4, "message": "baking\nhint: run me"});
                let progress =
                    json!({"jsonrpc": "2.0", "method": "notifications/progress", "params": params});
                events.send(progress).await.unwrap();
            }
            let result = json!({"content": [{"type": "text", "text": "done"}]});
            let answer = json!({"jsonrpc": "2.0", "id": id, "result": result});
            events.send(answer).await.unwrap();
        });
        ([(header::CONTENT_TYPE, "text/event-stream")], events).into_response()
    });
    serve(Router::new().fallback(handler)).await
}

/// A body of events, as they come from `write`.
fn async_stream<F: Future<Output = ()> + Send + 'static>(
    write: impl FnOnce(tokio::sync::mpsc::Sender<Value>) -> F,
) -> Body {
    let (sender, receiver) = tokio::sync::mpsc::channel::<Value>(1);
    tokio::spawn(write(sender));
    let events = futures_util::stream::unfold(receiver, async |mut receiver| {
        let event = receiver.recv().await?;
        Some((
            Ok::<_, std::io::Error>(format!("data: {event}\n\n")),
            receiver,
        ))
    });
    Body::from_stream(events)
}

/// A server of the legacy era with a handshake that takes any version, and a refusal in plain text for whatever else
/// `answer` does not know.
pub(crate) async fn legacy(
    answer: impl Fn(&str) -> Option<Response> + Clone + Send + Sync + 'static,
) -> String {
    let handler = legacy_post(move |method, _| answer(method));
    serve(Router::new().fallback(handler)).await
}

/// The same for POST alone; `answer` gets the method and the whole call.
pub(crate) fn legacy_post(
    answer: impl Fn(&str, &Value) -> Option<Response> + Clone + Send + Sync + 'static,
) -> MethodRouter {
    each_post(move |method, call| match (answer(method, call), method) {
        (Some(answer), _) => answer,
        (None, "initialize") => {
            let result = json!({
                "protocolVersion": call["params"]["protocolVersion"],
                "capabilities": {"prompts": {}, "tools": {}},
                "serverInfo": {"name": "old", "version": "1"},
            });
            json_answer(&json!({"jsonrpc": "2.0", "id": call["id"], "result": result}))
        }
        (None, "notifications/initialized") => StatusCode::ACCEPTED.into_response(),
        (None, _) => (StatusCode::BAD_REQUEST, "unknown method").into_response(),
    })
}

fn each_post(
    answer: impl Fn(&str, &Value) -> Response + Clone + Send + Sync + 'static,
) -> MethodRouter {
    post(async move |request: Request| {
        let body = to_bytes(request.into_body(), usize::MAX).await.unwrap();
        let call: Value = serde_json::from_slice(&body).unwrap();
        answer(call["method"].as_str().unwrap(), &call)
    })
}

/// What `server/discover` answers.
pub(crate) fn discovery() -> Value {
    json!({
        "resultType": "complete",
        "supportedVersions": ["2026-07-28"],
        "capabilities": {"tools": {}},
        "ttlMs": 0,
        "cacheScope": "private",
    })
}

/// A JSON answer with status 200.
pub(crate) fn json_answer(message: &Value) -> Response {
    let content_type = [(header::CONTENT_TYPE, "application/json")];
    (content_type, Body::from(message.to_string())).into_response()
}

/// The requests that passed by.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Vec<(Method, HeaderMap)>>>);

impl Seen {
    /// Records the requests to `router`.
    pub(crate) fn watching(&self, router: Router) -> Router {
        let seen = self.clone();
        router.layer(axum::middleware::from_fn(
            move |request: Request, next: axum::middleware::Next| {
                let entry = (request.method().clone(), request.headers().clone());
                seen.0.lock().unwrap().push(entry);
                next.run(request)
            },
        ))
    }

    pub(crate) fn methods(&self) -> Vec<Method> {
        let seen = self.0.lock().unwrap();
        seen.iter().map(|(method, _)| method.clone()).collect()
    }

    /// The values of a header, one for each request.
    pub(crate) fn header(&self, name: &str) -> Vec<Option<String>> {
        let seen = self.0.lock().unwrap();
        let value = |headers: &HeaderMap| Some(headers.get(name)?.to_str().unwrap().to_owned());
        seen.iter().map(|(_, headers)| value(headers)).collect()
    }
}
