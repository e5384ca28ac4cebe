//! One HTTP request of a kind, and whether its answer is the right one.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::kinds::{Era, Kind};

const VERSION: &str = "2026-07-28";

/// One byte more than the server takes by default.
const OVERSIZE: usize = 1024 * 1024 + 1;

/// A message and what must come back.
struct Case {
    era: Era,
    method: &'static str,
    params: Value,
    expected: Expected,
}

enum Expected {
    /// Status 200, and this value at this place of the answer.
    Value(&'static str, Value),
    /// This status, and an error with this code.
    Error(u16, i64),
}

/// Sends the request with this number, and says what is wrong with the answer.
pub(crate) async fn exchange(
    client: &Client,
    url: &str,
    kind: Kind,
    number: u64,
) -> Result<(), String> {
    if let Some(case) = case(kind, number) {
        let answer = send(message(client, url, &case, number)).await?;
        return answer.expect(&case.expected, &json!(number));
    }
    let post = client
        .post(url)
        .header("content-type", "application/json")
        .header("accept", "*/*");
    let ping = json!({ "jsonrpc": "2.0", "id": number, "method": "ping" }).to_string();
    let (request, status, code, id) = match kind {
        Kind::BadJson => (post.body("{\"jsonrpc\":"), 400, -32700, Value::Null),
        Kind::Oversize => (post.body(vec![b' '; OVERSIZE]), 413, -32000, Value::Null),
        Kind::WrongHost => (
            post.header("host", "rebound.example.com").body(ping),
            403,
            -32000,
            json!(number),
        ),
        _ => (client.request(Method::GET, url), 405, -32000, Value::Null),
    };
    send(request)
        .await?
        .expect(&Expected::Error(status, code), &id)
}

/// Calls a tool that takes long, and leaves before it has answered.
pub(crate) async fn disconnect(client: &Client, url: &str, number: u64) -> Result<(), String> {
    let case = call(
        Era::Modern,
        "ping",
        json!({ "delay_ms": 8000 }),
        Expected::Error(0, 0),
    );
    let request = message(client, url, &case, number);
    match tokio::time::timeout(Duration::from_millis(50), request.send()).await {
        Err(_left) => Ok(()),
        Ok(answer) => Err(format!("an answer came too early: {answer:?}")),
    }
}

/// The message of a kind that is one.
fn case(kind: Kind, number: u64) -> Option<Case> {
    use Expected::{Error, Value};
    Some(match kind {
        // The sum differs from call to call, so that one caller's answer cannot pass as another's.
        Kind::Calculate(era) => call(
            era,
            "calculate",
            json!({ "operation": "add", "a": number, "b": 0.5 }),
            Value(
                "/result/structuredContent/result",
                json!(to_float(number) + 0.5),
            ),
        ),
        Kind::Status(era) => call(
            era,
            "get_server_status",
            json!({}),
            Value("/result/structuredContent/status", json!("ok")),
        ),
        Kind::Weather(era) => {
            let city = format!("City {number}");
            let echoed = Value("/result/structuredContent/city", json!(city));
            call(era, "get_weather", json!({ "city": city }), echoed)
        }
        Kind::User(era) => call(
            era,
            "lookup_user",
            json!({ "user_id": "u-1001" }),
            Value("/result/structuredContent/id", json!("u-1001")),
        ),
        Kind::Ping(era) => call(
            era,
            "ping",
            json!({ "delay_ms": number % 20 }),
            Value(
                "/result/structuredContent/version",
                json!(env!("CARGO_PKG_VERSION")),
            ),
        ),
        Kind::BadArguments(era) => call(
            era,
            "calculate",
            json!({ "operation": "power" }),
            Value("/result/isError", json!(true)),
        ),
        Kind::UnknownTool(era) => call(era, "none", json!({}), Error(200, -32602)),
        Kind::UnknownMethod(era) => plain(era, "no/such", Error(unknown_method(era), -32601)),
        Kind::ToolsList(era) => plain(
            era,
            "tools/list",
            Value("/result/tools/0/inputSchema/type", json!("object")),
        ),
        Kind::Prompt(era) => Case {
            era,
            method: "prompts/get",
            params: json!({ "name": "greeting-template", "arguments": { "name": "Ada" } }),
            expected: Value("/result/messages/0/role", json!("user")),
        },
        Kind::Initialize => Case {
            era: Era::Legacy,
            method: "initialize",
            params: json!({
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "clientInfo": { "name": "soak", "version": "1" },
            }),
            expected: Value("/result/serverInfo/name", json!(env!("CARGO_PKG_NAME"))),
        },
        Kind::Discover => plain(
            Era::Modern,
            "server/discover",
            Value("/result/resultType", json!("complete")),
        ),
        _ => return None,
    })
}

fn call(era: Era, tool: &str, arguments: Value, expected: Expected) -> Case {
    Case {
        era,
        method: "tools/call",
        params: json!({ "name": tool, "arguments": arguments }),
        expected,
    }
}

fn plain(era: Era, method: &'static str, expected: Expected) -> Case {
    Case {
        era,
        method,
        params: json!({}),
        expected,
    }
}

/// The status that goes with an unknown method (MCP 2026-07-28, basic/transports).
fn unknown_method(era: Era) -> u16 {
    match era {
        Era::Legacy => 200,
        Era::Modern => 404,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a day's numbers are far below 2^52"
)]
fn to_float(number: u64) -> f64 {
    number as f64
}

/// The request of a case, with the headers of its era.
fn message(client: &Client, url: &str, case: &Case, number: u64) -> RequestBuilder {
    let mut params = case.params.clone();
    let name = params
        .get("name")
        .and_then(Value::as_str)
        .map(str::to_owned);
    if let (Era::Modern, Some(params)) = (case.era, params.as_object_mut()) {
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": VERSION,
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": { "name": "soak", "version": "1" },
        });
        params.insert("_meta".to_owned(), meta);
    }
    let body = json!({ "jsonrpc": "2.0", "id": number, "method": case.method, "params": params });
    let request = client
        .post(url)
        .header("accept", "application/json, text/event-stream")
        .json(&body);
    match (case.era, name) {
        (Era::Legacy, _) => request.header("mcp-protocol-version", "2025-11-25"),
        (Era::Modern, name) => {
            let request = request
                .header("mcp-protocol-version", VERSION)
                .header("mcp-method", case.method);
            match name {
                Some(name) => request.header("mcp-name", name),
                None => request,
            }
        }
    }
}

struct Answer {
    status: u16,
    body: Value,
}

async fn send(request: RequestBuilder) -> Result<Answer, String> {
    let response = request.send().await.map_err(|error| format!("{error:?}"))?;
    let status = response.status().as_u16();
    let body = response
        .json()
        .await
        .map_err(|error| format!("{status} without JSON: {error:?}"))?;
    Ok(Answer { status, body })
}

impl Answer {
    fn expect(&self, expected: &Expected, id: &Value) -> Result<(), String> {
        let Self { status, body } = self;
        let right = match expected {
            Expected::Value(place, value) => *status == 200 && body.pointer(place) == Some(value),
            Expected::Error(expected, code) => {
                status == expected && body.pointer("/error/code") == Some(&json!(code))
            }
        };
        if right && body.get("id").unwrap_or(&Value::Null) == id {
            Ok(())
        } else {
            Err(format!("{status} {body}"))
        }
    }
}
