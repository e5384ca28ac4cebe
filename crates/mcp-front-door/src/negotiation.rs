//! Content negotiation and protocol version: what the request says about itself in headers.

use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, StatusCode};
use rmcp::ErrorData;
use rmcp::model::{ErrorCode, ProtocolVersion};

use crate::envelope::Envelope;
use crate::refusal::{Refusal, SERVER_ERROR};

/// The protocol version of a request, since 2025-06-18.
pub(crate) const PROTOCOL_VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");

/// Refuses a request that does not send JSON or would not accept it.
pub(crate) fn check_media_types(headers: &HeaderMap) -> Result<(), Refusal> {
    if !sends_json(headers) {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            SERVER_ERROR,
            "Unsupported Media Type: Content-Type must be application/json, without Content-Encoding",
        ));
    }
    if !accepts_json(headers) {
        return Err(Refusal::new(
            StatusCode::NOT_ACCEPTABLE,
            SERVER_ERROR,
            "Not Acceptable: Accept must admit application/json (clients send: application/json, text/event-stream)",
        ));
    }
    Ok(())
}

/// Refuses a version, named in the header alone, that this server does not speak. A version in the body is
/// compared with the header, and checked, by rmcp; `initialize` negotiates instead.
pub(crate) fn check_protocol_version(
    headers: &HeaderMap,
    envelope: &Envelope,
    supported: &[ProtocolVersion],
) -> Result<(), Refusal> {
    let mut values = headers.get_all(PROTOCOL_VERSION).iter();
    let Some(value) = values.next() else {
        return Ok(());
    };
    // Whoever routes by the header might read another one than we do.
    if values.next().is_some() {
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            ErrorCode::HEADER_MISMATCH,
            "Bad Request: more than one MCP-Protocol-Version header",
        ));
    }
    let requested = String::from_utf8_lossy(value.as_bytes());
    let negotiated = envelope.protocol_version.is_some() || envelope.method == "initialize";
    let known = supported
        .iter()
        .any(|version| version.as_str() == requested);
    // No version is written in anything but ASCII, whatever the body says.
    if known || (negotiated && value.to_str().is_ok()) {
        return Ok(());
    }
    Err(Refusal::from_error(
        StatusCode::BAD_REQUEST,
        ErrorData::new(
            ErrorCode::UNSUPPORTED_PROTOCOL_VERSION,
            "Unsupported protocol version",
            Some(serde_json::json!({ "supported": supported, "requested": requested })),
        ),
    ))
}

fn sends_json(headers: &HeaderMap) -> bool {
    let json = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| essence(value).eq_ignore_ascii_case("application/json"));
    let plain = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .all(|value| value.as_bytes().eq_ignore_ascii_case(b"identity"));
    json && plain
}

/// RFC 9110, section 12.5.1, as far as MCP needs it. No `Accept` at all accepts everything.
fn accepts_json(headers: &HeaderMap) -> bool {
    if !headers.contains_key(ACCEPT) {
        return true;
    }
    headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|range| {
            let admits = matches!(
                essence(range).to_ascii_lowercase().as_str(),
                "application/json" | "application/*" | "*/*"
            );
            admits && !refuses(range)
        })
}

/// Whether a media range carries a weight of zero.
fn refuses(range: &str) -> bool {
    range.split(';').skip(1).any(|parameter| {
        parameter.split_once('=').is_some_and(|(name, value)| {
            name.trim().eq_ignore_ascii_case("q") && value.trim().parse::<f32>() == Ok(0.0)
        })
    })
}

fn essence(value: &str) -> &str {
    value.split(';').next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn with(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn json_is_accepted_in_all_its_spellings() {
        for accept in [
            "application/json, text/event-stream",
            "*/*",
            "application/*;q=0.1",
            "text/html, Application/JSON; q=1",
        ] {
            assert!(accepts_json(&with(ACCEPT, accept)), "{accept}");
        }
        assert!(accepts_json(&HeaderMap::new()));
        for accept in [
            "text/event-stream",
            "text/*",
            "application/json;q=0",
            "application/json; Q=0.000",
            "",
            "application/jsonx",
        ] {
            assert!(!accepts_json(&with(ACCEPT, accept)), "{accept}");
        }
    }

    #[test]
    fn only_plain_json_is_taken() {
        for content_type in [
            "application/json",
            "application/json; charset=utf-8",
            "APPLICATION/JSON",
        ] {
            assert!(
                sends_json(&with(CONTENT_TYPE, content_type)),
                "{content_type}"
            );
        }
        for content_type in [
            "text/plain",
            "application/jsonl",
            "",
            "application/x-www-form-urlencoded",
        ] {
            assert!(
                !sends_json(&with(CONTENT_TYPE, content_type)),
                "{content_type}"
            );
        }
        let mut zipped = with(CONTENT_TYPE, "application/json");
        zipped.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        assert!(!sends_json(&zipped));
    }
}
