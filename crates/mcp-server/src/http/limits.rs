//! Sizes: of the request body, of its nesting, of the result.

use std::io;

use axum::body::{Body, Bytes};
use http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use rmcp::model::ErrorCode;
use serde::Serialize;

use super::config::Limits;
use super::refusal::{Refusal, SERVER_ERROR};

/// The whole body, within the limits of size and time.
pub(crate) async fn read_body(body: Body, limits: &Limits) -> Result<Bytes, Refusal> {
    let read = Limited::new(body, limits.request_bytes).collect();
    match tokio::time::timeout(limits.body_timeout, read).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            SERVER_ERROR,
            format!(
                "Payload Too Large: the request body exceeds {} bytes (MCP_MAX_REQUEST_BYTES)",
                limits.request_bytes
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
                "Request Timeout: no complete request body within {} ms (MCP_BODY_TIMEOUT_MS)",
                limits.body_timeout.as_millis()
            ),
        )),
    }
}

/// Refuses a document that nests deeper than `limit`, before anything recursive touches it.
pub(crate) fn check_depth(json: &[u8], limit: usize) -> Result<(), Refusal> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth = depth.saturating_add(1),
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                ErrorCode::INVALID_REQUEST,
                format!(
                    "Invalid Request: JSON nests deeper than {limit} levels (MCP_MAX_JSON_DEPTH)"
                ),
            ));
        }
    }
    Ok(())
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

    #[test]
    fn depth_counts_brackets_outside_strings() {
        assert!(check_depth(br#"{"a":[[1]]}"#, 3).is_ok());
        assert!(check_depth(br#"{"a":[[1]]}"#, 2).is_err());
        assert!(check_depth(br#"{"a":"[[[[{{{{\"[[["}"#, 1).is_ok());
        assert!(check_depth(br#"[],[],[]"#, 1).is_ok());
    }

    proptest! {
        #[test]
        fn what_passes_the_depth_check_is_within_the_parsers_own_limit(depth in 1_usize..300) {
            let json = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            prop_assert_eq!(check_depth(json.as_bytes(), 120).is_ok(), depth <= 120);
            if depth <= 120 {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
            }
        }

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
