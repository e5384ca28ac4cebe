//! What does not go through rmcp: arguments on their way out, results on their way in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rmcp::model::{ClientJsonRpcMessage, ClientRequest, RequestId};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::http::message::id_text;
use crate::http::{HttpFailure, Message};
use crate::members::Members;
use crate::reply::Reply;

/// Payloads of the calls that are under way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Payloads(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    /// The arguments of every tool call from now on.
    arguments: Option<Box<RawValue>>,
    /// The method of each request that has no answer yet, by id.
    asked: HashMap<String, String>,
    results: HashMap<String, Reply>,
    /// The result of `initialize` or `server/discover`.
    introduction: Option<Reply>,
}

impl Payloads {
    /// What is sent as the arguments of tool calls, whatever rmcp would send.
    pub(crate) fn set_arguments(&self, arguments: &Members) {
        self.lock().arguments = to_raw_value(arguments).ok();
    }

    /// The result of a request, once.
    pub(crate) fn take(&self, id: &RequestId) -> Option<Reply> {
        self.lock().results.remove(&id.to_string())
    }

    /// How the server introduced itself.
    pub(crate) fn introduction(&self) -> Option<Reply> {
        self.lock().introduction.clone()
    }

    /// The ids of the requests that have no answer yet.
    pub(crate) fn unanswered(&self) -> Vec<RequestId> {
        let ids = self.lock().asked.keys().cloned().collect::<Vec<_>>();
        let number = |id: String| id.parse().ok().map(RequestId::Number);
        ids.into_iter().filter_map(number).collect()
    }

    /// A message's body, and a note of what it asks for.
    pub(super) fn body(&self, message: &ClientJsonRpcMessage) -> serde_json::Result<String> {
        let ClientJsonRpcMessage::Request(request) = message else {
            return serde_json::to_string(message);
        };
        let mut inner = self.lock();
        let method = request.request.method().to_owned();
        inner.asked.insert(request.id.to_string(), method);
        let arguments = inner.arguments.clone();
        match (&request.request, arguments) {
            (ClientRequest::CallToolRequest(_), Some(arguments)) => {
                let mut message = members(message)?;
                let params = message.get("params").map_or("{}", RawValue::get);
                let mut params: Members = serde_json::from_str(params)?;
                params.set("arguments", arguments);
                message.set("params", to_raw_value(&params)?);
                serde_json::to_string(&message)
            }
            _ => serde_json::to_string(message),
        }
    }

    /// Keeps a result, and makes the message that rmcp gets in its place.
    pub(super) fn keep(&self, message: &Message) -> Result<String, HttpFailure> {
        let mut inner = self.lock();
        let (Some(id), Some(result)) = (message.id(), message.result()) else {
            if let Some(id) = message.id().filter(|_| message.error().is_some()) {
                inner.asked.remove(&id_text(id));
            }
            return Ok(message.text().to_owned());
        };
        let Some(method) = inner.asked.remove(&id_text(id)) else {
            return Ok(message.text().to_owned());
        };
        let for_rmcp = match method.as_str() {
            // The lifecycle is rmcp's.
            "initialize" | "server/discover" => {
                inner.introduction = Some(Reply::new(result.to_owned()));
                serde_json::from_str(result.get()).unwrap_or_default()
            }
            // Some arguments must be repeated in headers (SEP-2243), and the schemas tell which.
            "tools/list" => schemas(result),
            _ => Value::Object(serde_json::Map::new()),
        };
        inner
            .results
            .insert(id.to_owned(), Reply::new(result.to_owned()));
        let mut message: Members =
            serde_json::from_str(message.text()).map_err(HttpFailure::NotJsonRpc)?;
        message.set(
            "result",
            to_raw_value(&for_rmcp).map_err(HttpFailure::NotJsonRpc)?,
        );
        serde_json::to_string(&message).map_err(HttpFailure::NotJsonRpc)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn members(message: &impl Serialize) -> serde_json::Result<Members> {
    serde_json::from_str(&serde_json::to_string(message)?)
}

/// The names and schemas of those tools that have both.
fn schemas(list: &RawValue) -> Value {
    let list: Value = serde_json::from_str(list.get()).unwrap_or_default();
    let tools = list.get("tools").and_then(Value::as_array);
    let usable = tools.into_iter().flatten().filter_map(|tool| {
        let (name, schema) = (tool.get("name")?.as_str()?, tool.get("inputSchema")?);
        let schema = schema.is_object().then_some(schema)?;
        Some(serde_json::json!({"name": name, "inputSchema": schema}))
    });
    serde_json::json!({"tools": usable.collect::<Vec<_>>()})
}
