//! What a request of the newer era says again in its headers (2026-07-28, basic/transports/streamable-http), so that
//! whatever stands before the server can route it without reading the body.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use serde_json::value::RawValue;

use super::params;
use crate::http::Message;

pub(super) const PROTOCOL_VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const NAME: HeaderName = HeaderName::from_static("mcp-name");
const VERSION_IN_META: &str = "io.modelcontextprotocol/protocolVersion";

/// How many tools are remembered.
const MOST_TOOLS: usize = 10_000;

/// Which argument goes into which header.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Repeated {
    /// Names of properties, from the root of the arguments.
    path: Vec<String>,
    header: HeaderName,
}

/// Which arguments of which tools go into headers, from the lists that passed by.
#[derive(Debug, Default)]
pub(super) struct Tools(Mutex<HashMap<String, Result<Vec<Repeated>, String>>>);

/// The version that a message of the newer era names.
pub(super) fn version_of(message: &Message) -> Option<String> {
    let meta = params::member(message.params(), "_meta");
    params::text(meta.as_deref(), VERSION_IN_META)
}

/// The headers of a message of the newer era.
///
/// # Errors
/// When it calls a tool whose schema asks for headers in a way that no client may follow; with the reason.
pub(super) fn of(message: &Message, version: &str, tools: &Tools) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    let mut put = |name: HeaderName, text: &str| {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    };
    put(PROTOCOL_VERSION, version);
    let method = message.method().unwrap_or_default();
    put(METHOD, &encoded(method));
    let name = match method {
        "tools/call" | "prompts/get" => "name",
        "resources/read" | "resources/subscribe" | "resources/unsubscribe" => "uri",
        "tasks/get" | "tasks/update" | "tasks/cancel" => "taskId",
        _ => return Ok(headers),
    };
    let Some(name) = params::text(message.params(), name) else {
        return Ok(headers);
    };
    put(NAME, &encoded(&name));
    if method == "tools/call" {
        for Repeated { path, header } in tools.repeated(&name)? {
            let arguments = params::member(message.params(), "arguments");
            let value = path
                .iter()
                .try_fold(arguments, |value, name| {
                    params::member(value.as_deref(), name).map(Some)
                })
                .flatten();
            if let Some(text) = value.and_then(|value| plain(&value)) {
                put(header, &encoded(&text));
            }
        }
    }
    Ok(headers)
}

impl Tools {
    /// Whether a list with this tool passed by.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.lock().contains_key(name)
    }

    /// Remembers what a result of `tools/list` says.
    pub(super) fn learn(&self, list: &RawValue) {
        let list: Value = serde_json::from_str(list.get()).unwrap_or_default();
        let tools = list.get("tools").and_then(Value::as_array);
        let mut known = self.lock();
        for tool in tools.into_iter().flatten() {
            if let Some(name) = tool.get("name").and_then(Value::as_str)
                && (known.len() < MOST_TOOLS || known.contains_key(name))
            {
                known.insert(name.to_owned(), all_repeated(tool.get("inputSchema")));
            }
        }
    }

    fn repeated(&self, name: &str) -> Result<Vec<Repeated>, String> {
        let known = self.lock();
        known.get(name).cloned().unwrap_or_else(|| Ok(Vec::new()))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Result<Vec<Repeated>, String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn all_repeated(schema: Option<&Value>) -> Result<Vec<Repeated>, String> {
    let mut found = Vec::new();
    collect(schema, &mut Vec::new(), &mut found)?;
    let mut seen = HashSet::new();
    match found.iter().find(|found| !seen.insert(&found.header)) {
        Some(twice) => Err(format!("`{}` is there twice", twice.header)),
        None => Ok(found),
    }
}

/// Follows `properties` alone: nowhere else may a header be asked for.
fn collect<'s>(
    schema: Option<&'s Value>,
    path: &mut Vec<&'s str>,
    found: &mut Vec<Repeated>,
) -> Result<(), String> {
    let properties = schema.and_then(|schema| schema.get("properties")?.as_object());
    for (name, property) in properties.into_iter().flatten() {
        path.push(name);
        if let Some(header) = property.get("x-mcp-header") {
            let name = header.as_str().filter(|name| !name.is_empty());
            let name = name.and_then(|name| format!("mcp-param-{name}").parse().ok());
            let header = name.ok_or_else(|| format!("{header} is no name of a header"))?;
            let kind = property.get("type").and_then(Value::as_str);
            if !matches!(kind, Some("string" | "integer" | "boolean")) {
                return Err(format!(
                    "`{}` is neither text, integer nor boolean",
                    path.join(".")
                ));
            }
            let path = path.iter().map(|name| (*name).to_owned()).collect();
            found.push(Repeated { path, header });
        }
        collect(Some(property), path, found)?;
        path.pop();
    }
    Ok(())
}

/// A string's text, and a number or a boolean as it was written; nothing of `null`, an object or an array.
fn plain(value: &RawValue) -> Option<String> {
    let json = value.get();
    match json.as_bytes().first()? {
        b'"' => serde_json::from_str(json).ok(),
        b'{' | b'[' | b'n' => None,
        _ => Some(json.to_owned()),
    }
}

/// Base64 where a header's value would not arrive as it is, or would be taken for base64.
fn encoded(text: &str) -> String {
    let is_visible = |byte: u8| (b' '..=b'~').contains(&byte);
    let arrives = text.bytes().all(is_visible) && text.trim() == text;
    let looks_encoded = text.starts_with("=?base64?") && text.ends_with("?=");
    match arrives && !looks_encoded {
        true => text.to_owned(),
        false => format!("=?base64?{}?=", STANDARD.encode(text)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn list(properties: Value) -> Box<RawValue> {
        let schema = json!({"type": "object", "properties": properties});
        let list = json!({"tools": [{"name": "deploy", "inputSchema": schema}]});
        RawValue::from_string(list.to_string()).unwrap()
    }

    fn call(params: &str) -> Message {
        Message::read(format!(
            r#"{{"id":1,"method":"tools/call","params":{params}}}"#
        ))
        .unwrap()
    }

    fn value(headers: &HeaderMap, name: &str) -> Option<String> {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn arguments_are_repeated_as_they_were_written() {
        let tools = Tools::default();
        tools.learn(&list(json!({
            "region": {"type": "string", "x-mcp-header": "Region"},
            "count": {"type": "integer", "x-mcp-header": "Count"},
            "dry": {"type": "boolean", "x-mcp-header": "Dry"},
            "where": {"type": "object", "properties": {"zone": {"type": "string", "x-mcp-header": "Zone"}}},
        })));
        let call = call(
            r#"{"name":"deploy","arguments":{"count":12345678901234567890123,"region":"Zürich","dry":null,"where":{"zone":"a b"}}}"#,
        );
        let headers = of(&call, "2026-07-28", &tools).unwrap();
        for (name, expected) in [
            ("mcp-protocol-version", Some("2026-07-28")),
            ("mcp-method", Some("tools/call")),
            ("mcp-name", Some("deploy")),
            ("mcp-param-count", Some("12345678901234567890123")),
            ("mcp-param-region", Some("=?base64?WsO8cmljaA==?=")),
            ("mcp-param-zone", Some("a b")),
            ("mcp-param-dry", None),
        ] {
            assert_eq!(value(&headers, name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn a_schema_that_no_client_may_follow_is_refused() {
        for property in [
            json!({"type": "string", "x-mcp-header": ""}),
            json!({"type": "string", "x-mcp-header": "a b"}),
            json!({"type": "string", "x-mcp-header": 7}),
            json!({"type": "object", "x-mcp-header": "A"}),
            json!({"type": "string", "x-mcp-header": "Same"}),
        ] {
            let tools = Tools::default();
            let other = json!({"type": "string", "x-mcp-header": "same"});
            tools.learn(&list(json!({"a": property, "b": other})));
            assert!(
                of(&call(r#"{"name":"deploy"}"#), "2026-07-28", &tools).is_err(),
                "{property}"
            );
        }
    }

    #[test]
    fn what_a_header_cannot_carry_is_encoded() {
        for (text, expected) in [
            ("", ""),
            ("plain text", "plain text"),
            (" padded", "=?base64?IHBhZGRlZA==?="),
            ("a\nb", "=?base64?YQpi?="),
            ("=?base64?x?=", "=?base64?PT9iYXNlNjQ/eD89?="),
        ] {
            assert_eq!(encoded(text), expected);
        }
    }
}
