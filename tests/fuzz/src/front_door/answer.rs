//! What an answer must be, whatever was asked.

use axum::body::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method, StatusCode};
use mcp_front_door::{ENDPOINT, HEALTH};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::REQUEST_BYTES;
use super::request::Request;

/// The statuses that one request alone can have. 408, 429 and 503 need a slow client or others at the same time.
const STATUSES: [u16; 10] = [200, 202, 400, 403, 404, 405, 406, 413, 415, 431];

/// The deepest nesting that is served.
const DEPTH: usize = 64;

/// JSON-RPC's code for a fault of the server.
const INTERNAL_ERROR: i64 = -32603;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    /// Panics with the reason when this is not an answer to `request`.
    pub(super) fn check(&self, request: &Request) {
        assert!(
            STATUSES.contains(&self.status.as_u16()),
            "undocumented status: {self:?}"
        );
        if self.needs_no_body(request) {
            assert!(self.body.is_empty(), "expected no body: {self:?}");
            assert_eq!(sent_id(request), None, "a request got no answer: {self:?}");
        } else if request.uri.path() == HEALTH && self.status == StatusCode::OK {
            self.json(&self.body);
        } else {
            self.check_messages(request);
        }
    }

    /// A preflight, a notification, and what is asked with HEAD.
    fn needs_no_body(&self, request: &Request) -> bool {
        request.method == Method::HEAD
            || self.status == StatusCode::ACCEPTED
            || (request.method == Method::OPTIONS && self.status == StatusCode::OK)
    }

    fn check_messages(&self, request: &Request) {
        let messages = self.messages();
        let answers: Vec<&Value> = messages
            .iter()
            .inspect(|message| assert_eq!(message["jsonrpc"], "2.0", "not JSON-RPC: {self:?}"))
            .filter(|message| message.get("method").is_none())
            .collect();
        let [answer] = answers.as_slice() else {
            panic!("expected one answer, got {}: {self:?}", answers.len());
        };
        assert!(
            answer.get("result").is_some() != answer.get("error").is_some(),
            "expected a result or an error: {self:?}"
        );
        assert!(
            answer["error"]["code"] != INTERNAL_ERROR || is_late(answer),
            "the server is at fault: {self:?}"
        );
        if let Some(id) = sent_id(request) {
            assert_eq!(answer["id"], id, "another id than the request's: {self:?}");
        }
    }

    /// The messages of a JSON answer, or of the events of a stream.
    fn messages(&self) -> Vec<Value> {
        let content_type = self.headers.get(CONTENT_TYPE).map(|value| value.as_bytes());
        match content_type {
            Some(b"application/json") => vec![self.json(&self.body)],
            Some(b"text/event-stream") => self
                .body
                .split(|byte| *byte == b'\n')
                .filter_map(|line| line.strip_prefix(b"data:"))
                .map(|data| self.json(data))
                .collect(),
            _ => panic!("neither JSON nor an event stream: {self:?}"),
        }
    }

    fn json(&self, text: &[u8]) -> Value {
        serde_json::from_slice(text).unwrap_or_else(|error| panic!("not JSON ({error}): {self:?}"))
    }
}

/// Whether the answer says that time was up, as it may be when the invocation's own deadline is in the request.
fn is_late(answer: &Value) -> bool {
    answer["error"]["message"]
        .as_str()
        .is_some_and(|message| message.starts_with("timed out: "))
}

/// The id that the answer must have: that of a POST to the endpoint whose body is a JSON-RPC object within the limits.
fn sent_id(request: &Request) -> Option<Value> {
    /// Refuses a member that is there twice, since nobody could say which one counts.
    #[derive(Deserialize)]
    struct Message {
        jsonrpc: String,
        id: Value,
        #[serde(rename = "method")]
        _method: Option<IgnoredAny>,
        #[serde(rename = "params")]
        _params: Option<IgnoredAny>,
    }
    if request.method != Method::POST
        || request.uri.path() != ENDPOINT
        || request.body.len() > REQUEST_BYTES
        // The reading below builds a document, as the server would.
        || untrusted_json::check(&request.body, untrusted_json::MAX_DEPTH).is_err()
    {
        return None;
    }
    let text = str::from_utf8(&request.body).ok()?;
    if depth(&serde_json::from_str(text).ok()?) > DEPTH {
        return None;
    }
    let message: Message = serde_json::from_str(text).ok()?;
    let readable = message.id.is_string() || message.id.is_i64();
    (message.jsonrpc == "2.0" && readable).then_some(message.id)
}

/// Levels of arrays and objects.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use http::HeaderValue;

    use super::*;

    const ASKED: &str = "POST /mcp\n\n{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}";

    /// Why the answer is not one to the request, or nothing when it is.
    fn complaint(asked: &str, status: u16, content_type: &'static str, body: &str) -> String {
        let request = Request::parse(asked.as_bytes()).expect("a request");
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))]),
            body: Bytes::copy_from_slice(body.as_bytes()),
        };
        match catch_unwind(|| answer.check(&request)) {
            Ok(()) => String::new(),
            Err(panic) => *panic.downcast::<String>().expect("a formatted message"),
        }
    }

    #[test]
    fn a_good_answer_passes_as_json_and_as_a_stream() {
        let body = r#"{"jsonrpc":"2.0","id":7,"result":{}}"#;
        assert_eq!(complaint(ASKED, 200, "application/json", body), "");
        let progress = r#"{"jsonrpc":"2.0","method":"notifications/progress"}"#;
        let stream = format!("data: {progress}\n\nid: 1\ndata: {body}\n\n");
        assert_eq!(complaint(ASKED, 200, "text/event-stream", &stream), "");
        assert_eq!(complaint("POST /mcp\n\n{}", 202, "", ""), "");
    }

    #[test]
    fn every_broken_promise_is_noticed() {
        for (status, content_type, body, expected) in [
            (500, "application/json", "{}", "undocumented status"),
            (202, "", "{}", "expected no body"),
            (202, "", "", "a request got no answer"),
            (400, "text/plain", "no", "neither JSON nor an event stream"),
            (400, "application/json", "no", "not JSON ("),
            (
                400,
                "application/json",
                r#"{"id":7,"result":1}"#,
                "not JSON-RPC",
            ),
            (
                200,
                "application/json",
                r#"{"jsonrpc":"2.0","id":7}"#,
                "expected a result or an error",
            ),
            (
                200,
                "application/json",
                r#"{"jsonrpc":"2.0","id":8,"result":{}}"#,
                "another id",
            ),
            (
                200,
                "application/json",
                r#"{"jsonrpc":"2.0","id":"7","result":{}}"#,
                "another id",
            ),
            (
                400,
                "application/json",
                r#"{"jsonrpc":"2.0","error":{}}"#,
                "another id",
            ),
            (200, "text/event-stream", "data: no\n\n", "not JSON ("),
            (200, "text/event-stream", "", "expected one answer, got 0"),
            (
                200,
                "application/json",
                r#"{"jsonrpc":"2.0","id":7,"error":{"code":-32603}}"#,
                "the server is at fault",
            ),
        ] {
            let complaint = complaint(ASKED, status, content_type, body);
            assert!(complaint.contains(expected), "{expected}: {complaint}");
        }
    }

    #[test]
    fn an_id_is_owed_only_when_it_could_be_read() {
        let id = |request: &str| sent_id(&Request::parse(request.as_bytes()).expect("a request"));
        assert_eq!(id(ASKED), Some(Value::from(7)));
        assert_eq!(id(&ASKED.replace("7", "\"a\"")), Some(Value::from("a")));
        let deep = |levels: usize| {
            let nested = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
            id(&ASKED.replace("\"ping\"", &nested))
        };
        assert_eq!(deep(DEPTH - 1), Some(Value::from(7)));
        assert_eq!(deep(DEPTH), None);
        for unreadable in [
            ASKED.replace("7", "7.5"),
            ASKED.replace("7", "null"),
            ASKED.replace("7", "7,\"id\":8"),
            ASKED.replace("2.0", "1.0"),
            ASKED.replace("POST", "GET"),
            ASKED.replace("/mcp", "/"),
            format!("{ASKED}{}", " ".repeat(REQUEST_BYTES)),
        ] {
            assert_eq!(id(&unreadable), None, "{unreadable}");
        }
    }
}
