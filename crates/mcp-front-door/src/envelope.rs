//! What can be read of a JSON-RPC message before it is trusted: its id, its method, and the few parts of its
//! parameters that the front door needs. The rest stays unparsed.

use http::StatusCode;
use rmcp::model::{ErrorCode, RequestId};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::refusal::{Refusal, Rejected};

/// A request or notification, as far as the front door reads it.
#[derive(Debug, Default)]
pub(crate) struct Envelope {
    /// Absent on a notification.
    pub(crate) id: Option<RequestId>,
    /// The method, as sent.
    pub(crate) method: String,
    /// The version that the request's `_meta` names: present in the modern era only.
    pub(crate) protocol_version: Option<String>,
    /// The client's name, from `_meta` or from the parameters of `initialize`.
    pub(crate) client_name: Option<String>,
    /// W3C trace context, from `_meta`.
    pub(crate) traceparent: Option<String>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    jsonrpc: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    method: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    params: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Params<'a> {
    #[serde(borrow, rename = "_meta")]
    meta: Option<&'a RawValue>,
    #[serde(borrow, rename = "clientInfo")]
    client_info: Option<&'a RawValue>,
    #[serde(borrow)]
    cursor: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Meta<'a> {
    #[serde(borrow, rename = "io.modelcontextprotocol/protocolVersion")]
    protocol_version: Option<&'a RawValue>,
    #[serde(borrow, rename = "io.modelcontextprotocol/clientInfo")]
    client_info: Option<&'a RawValue>,
    #[serde(borrow)]
    traceparent: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ClientInfo<'a> {
    #[serde(borrow)]
    name: Option<&'a RawValue>,
}

/// Keeps an explicit `null` apart from an absent member.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

impl Envelope {
    /// Reads the outer layer of `body`.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Rejected> {
        let message: &RawValue = serde_json::from_slice(body).map_err(|error| Rejected {
            id: None,
            refusal: Refusal::new(
                StatusCode::BAD_REQUEST,
                ErrorCode::PARSE_ERROR,
                format!("Parse error: the body is not valid JSON ({error})"),
            ),
        })?;
        match message.get().as_bytes().first() {
            Some(b'{') => {}
            Some(b'[') => {
                return Err(invalid(
                    None,
                    "batches are not part of MCP; send one message per request",
                ));
            }
            _ => return Err(invalid(None, "expected a JSON-RPC object")),
        }
        let message: Message<'_> = serde_json::from_str(message.get())
            .map_err(|error| invalid(None, &error.to_string()))?;
        Self::from_message(&message)
    }

    fn from_message(message: &Message<'_>) -> Result<Self, Rejected> {
        let id = match message.id {
            None => None,
            Some(id) => Some(
                request_id(id)
                    .ok_or_else(|| invalid(None, "`id` must be a string or an integer"))?,
            ),
        };
        if text(message.jsonrpc).as_deref() != Some("2.0") {
            return Err(invalid(id, "`jsonrpc` must be \"2.0\""));
        }
        let Some(method) = text(message.method) else {
            let problem = match message.method {
                Some(_) => "`method` must be a string",
                None => {
                    "expected a request or a notification; this server is stateless and takes no responses"
                }
            };
            return Err(invalid(id, problem));
        };
        if message
            .params
            .is_some_and(|params| !params.get().starts_with('{'))
        {
            return Err(invalid_params(id, "`params` must be an object"));
        }
        let params = match message.params {
            None => Params::default(),
            // Every member is taken as it stands, so this fails only where one is there twice.
            Some(params) => serde_json::from_str(params.get())
                .map_err(|error| invalid_params(id.clone(), &error.to_string()))?,
        };
        // rmcp takes the parameters of a list as absent when they are malformed, and would begin again.
        if method.ends_with("/list") && params.cursor.is_some() && text(params.cursor).is_none() {
            return Err(invalid_params(id, "`cursor` must be a string"));
        }
        let meta: Meta<'_> = lenient(params.meta);
        let client: ClientInfo<'_> = lenient(meta.client_info.or(params.client_info));
        Ok(Self {
            id,
            method,
            protocol_version: text(meta.protocol_version),
            client_name: text(client.name),
            traceparent: text(meta.traceparent),
        })
    }
}

/// The id of a message of which no document may be built; `None` when it cannot be read.
pub(crate) fn id(body: &[u8]) -> Option<RequestId> {
    let message: Message<'_> = serde_json::from_slice(body).ok()?;
    request_id(message.id?)
}

/// An id, read without building a document.
fn request_id(raw: &RawValue) -> Option<RequestId> {
    match raw.get().starts_with('"') {
        true => text(Some(raw)).map(|id| RequestId::String(id.into())),
        false => raw.get().parse().ok().map(RequestId::Number),
    }
}

fn invalid(id: Option<RequestId>, problem: &str) -> Rejected {
    Rejected {
        id,
        refusal: Refusal::new(
            StatusCode::BAD_REQUEST,
            ErrorCode::INVALID_REQUEST,
            format!("Invalid Request: {problem}"),
        ),
    }
}

fn invalid_params(id: Option<RequestId>, problem: &str) -> Rejected {
    Rejected {
        id,
        refusal: Refusal::new(
            StatusCode::BAD_REQUEST,
            ErrorCode::INVALID_PARAMS,
            format!("Invalid params: {problem}"),
        ),
    }
}

/// A part that is only looked into: what has another shape counts as absent, and rmcp judges it later.
fn lenient<'a, T: Default + Deserialize<'a>>(raw: Option<&'a RawValue>) -> T {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok())
        .unwrap_or_default()
}

fn text(raw: Option<&RawValue>) -> Option<String> {
    serde_json::from_str(raw?.get()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> (i32, Option<RequestId>) {
        let rejected = Envelope::read(body.as_bytes()).expect_err(body);
        (rejected.refusal.code().0, rejected.id)
    }

    #[test]
    fn a_request_is_read() {
        let envelope = Envelope::read(
            br#" {"jsonrpc":"2.0","id":"a","method":"tools/list","params":{"_meta":{
                "io.modelcontextprotocol/protocolVersion":"2026-07-28",
                "io.modelcontextprotocol/clientInfo":{"name":"editor","version":"1"},
                "traceparent":"00-1-2-01"}}} "#,
        )
        .unwrap();
        assert_eq!(envelope.id, Some(RequestId::String("a".into())));
        assert_eq!(envelope.method, "tools/list");
        assert_eq!(envelope.protocol_version.as_deref(), Some("2026-07-28"));
        assert_eq!(envelope.client_name.as_deref(), Some("editor"));
        assert_eq!(envelope.traceparent.as_deref(), Some("00-1-2-01"));
    }

    #[test]
    fn initialize_names_the_client_in_its_parameters() {
        let envelope = Envelope::read(
            br#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"clientInfo":{"name":"old","version":"1"}}}"#,
        )
        .unwrap();
        assert_eq!(envelope.client_name.as_deref(), Some("old"));
    }

    #[test]
    fn bad_messages_have_the_code_of_their_kind() {
        for body in ["", "{", "not json", "{\"a\":\u{1}}", "{} {}"] {
            assert_eq!(refused(body), (-32700, None), "{body}");
        }
        for body in [
            "[]",
            r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#,
            "1",
            "null",
            r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#,
        ] {
            assert_eq!(refused(body), (-32600, None), "{body}");
        }
        let seven = Some(RequestId::Number(7));
        for body in [
            r#"{"id":7,"method":"ping"}"#,
            r#"{"jsonrpc":"1.0","id":7,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":7}"#,
            r#"{"jsonrpc":"2.0","id":7,"method":5}"#,
            r#"{"jsonrpc":"2.0","id":7,"result":{}}"#,
        ] {
            assert_eq!(refused(body), (-32600, seven.clone()), "{body}");
        }
        assert_eq!(
            refused(r#"{"jsonrpc":"2.0","id":7,"method":"tools/list","params":[1]}"#),
            (-32602, seven)
        );
        assert_eq!(refused("\u{feff}{}").0, -32700);
        assert!(Envelope::read(b"{\"\xff\":1}").is_err());
    }
}
