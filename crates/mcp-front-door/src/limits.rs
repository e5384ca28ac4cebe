//! Sizes: of the request body, of its nesting, of the result.

use std::io;

use axum::body::{Body, Bytes};
use http::StatusCode;
use http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use rmcp::model::ErrorCode;
use serde::Serialize;

use crate::config::HttpConfig;
use crate::refusal::{Refusal, SERVER_ERROR};

/// The whole body, within the limits of size and time.
pub(crate) async fn read_body(body: Body, config: &HttpConfig) -> Result<Bytes, Refusal> {
    let (limits, names) = (&config.limits, &config.names);
    let read = Limited::new(body, limits.request_bytes).collect();
    match tokio::time::timeout(limits.body_timeout, read).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            SERVER_ERROR,
            format!(
                "Payload Too Large: the request body exceeds {} bytes ({})",
                limits.request_bytes, names.request_bytes
            ),
        )),
        Ok(Err(_)) => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            SERVER_ERROR,
            "Bad Request: the request body broke off",
        )),
        Err(_) => Err(Refusal::new(
            StatusCode::REQUEST_TIMEOUT,
            SERVER_ERROR,
            format!(
                "Request Timeout: no complete request body within {} ms ({})",
                limits.body_timeout.as_millis(),
                names.body_timeout
            ),
        )),
    }
}

/// Refuses what no document may be built of: deep nesting, and the keys that serde_json keeps for itself.
pub(crate) fn check_document(json: &[u8], config: &HttpConfig) -> Result<(), Refusal> {
    untrusted_json::check(json, config.limits.json_depth).map_err(|problem| {
        let setting = match problem {
            untrusted_json::Hazard::TooDeep { .. } => format!(" ({})", config.names.json_depth),
            untrusted_json::Hazard::PrivateKey => String::new(),
        };
        Refusal::new(
            StatusCode::BAD_REQUEST,
            ErrorCode::INVALID_REQUEST,
            format!("Invalid Request: {problem}{setting}"),
        )
    })
}

/// Largest request head, in bytes: the target, and every header's name and value. API Gateway passes at most 10,240.
pub(crate) const HEAD_BYTES: usize = 64 * 1024;

/// Refuses a larger head. The parser has a limit too, which is not exact: it reads in large steps.
pub(crate) fn check_head(head: &Parts) -> Result<(), Refusal> {
    let authority = head.uri.authority().map_or(0, |host| host.as_str().len());
    let path = head
        .uri
        .path_and_query()
        .map_or(0, |path| path.as_str().len());
    let fields = head
        .headers
        .iter()
        // A colon, a space and a line break go with each.
        .map(|(name, value)| name.as_str().len() + value.len() + 4);
    if fields.fold(authority + path, usize::saturating_add) <= HEAD_BYTES {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        SERVER_ERROR,
        format!("Request Header Fields Too Large: the request head exceeds {HEAD_BYTES} bytes"),
    ))
}

/// Largest result that reaches the caller through Lambda, in bytes of [`JsonSize::as_string`]: Lambda's limit on the
/// whole answer, less room for what the adapter writes around our body (status, headers) and rmcp around the result.
pub(crate) const LAMBDA_BYTES: usize = 6_291_556 - 16 * 1024;

/// The room that a value takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct JsonSize {
    /// Bytes of JSON.
    pub(crate) bytes: usize,
    /// Bytes of that JSON as the content of a JSON string, which is how the Web Adapter hands a body to Lambda. JSON is
    /// full of quotes, and a text with many of them takes up to twice as much.
    pub(crate) as_string: usize,
}

impl io::Write for JsonSize {
    fn write(&mut self, json: &[u8]) -> io::Result<usize> {
        // Every other control character is already escaped in JSON.
        let escaped = |byte: &&u8| matches!(byte, b'"' | b'\\' | b'\n' | b'\r' | b'\t');
        let more = json.iter().filter(escaped).count();
        self.bytes = self.bytes.saturating_add(json.len());
        self.as_string = self
            .as_string
            .saturating_add(json.len())
            .saturating_add(more);
        Ok(json.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The room that `value` takes as JSON, without building it.
pub(crate) fn json_size<T: Serialize>(value: &T) -> JsonSize {
    let mut size = JsonSize::default();
    // A value that does not serialise is rmcp's to report; it takes no room.
    match serde_json::to_writer(&mut size, value) {
        Ok(()) => size,
        Err(_) => JsonSize::default(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_counted_size_is_the_size(text in "(.|[\"\\\\\\x00-\\x1f]){0,200}", number in any::<f64>()) {
            let value = serde_json::json!({ "text": text, "list": [number, null, true] });
            let json = value.to_string();
            let string = serde_json::to_string(&json).unwrap();
            let expected = JsonSize { bytes: json.len(), as_string: string.len() - 2 };
            prop_assert_eq!(json_size(&value), expected);
        }
    }
}
