//! What an HTTP exchange can end in, other than an MCP message.

use http::{HeaderName, StatusCode, header};
use reqwest::Response;
use serde_json::Value;

use crate::request_id::RequestId;

/// The longest part of a server's own words that is shown, in characters.
const LONGEST_REASON: usize = 200;

/// Why an exchange brought no MCP message.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpFailure {
    /// The request did not arrive, or no answer began: DNS, connection, TLS, time.
    #[error(transparent)]
    Send(reqwest::Error),
    #[error("the connection broke in the middle of the answer")]
    Read(#[source] reqwest::Error),
    #[error("HTTP {status}{}", reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default())]
    Status {
        status: StatusCode,
        /// `Retry-After`, as sent.
        retry_after: Option<String>,
        /// `Location`, as sent, if the status is a redirect.
        location: Option<String>,
        request_id: Option<RequestId>,
        /// What the body says, if it is short text or JSON with a message.
        reason: Option<String>,
    },
    #[error("expected JSON or an event stream, got {}", found.as_deref().unwrap_or("no content type"))]
    ContentType { found: Option<String> },
    #[error("the answer is no JSON-RPC message")]
    NotJsonRpc(#[source] serde_json::Error),
    /// No document can be built of it safely.
    #[error("the answer is refused")]
    Refused(#[source] untrusted_json::Hazard),
    #[error("the answer carries another request's id")]
    WrongId,
    #[error("the answer is larger than {limit} bytes")]
    TooLarge { limit: usize },
}

impl HttpFailure {
    /// The URL is left out: the endpoint is named above it, and a URL may hold a secret.
    pub(crate) fn send(error: reqwest::Error) -> Self {
        Self::Send(error.without_url())
    }

    pub(crate) fn read(error: reqwest::Error) -> Self {
        Self::Read(error.without_url())
    }

    pub(crate) fn status_of(response: &Response) -> Self {
        let status = response.status();
        Self::Status {
            status,
            retry_after: header(response, &header::RETRY_AFTER),
            location: header(response, &header::LOCATION).filter(|_| status.is_redirection()),
            request_id: RequestId::of(response.headers()),
            reason: None,
        }
    }

    pub(crate) fn content_type(response: &Response) -> Self {
        let found = header(response, &header::CONTENT_TYPE).map(|found| format!("`{found}`"));
        Self::ContentType { found }
    }

    /// Whether it is about what came, so that asking for the rest of it cannot help.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::TooLarge { .. })
    }

    /// Adds what the body says, which [`untrusted_json`] has judged.
    pub(crate) fn explain(&mut self, body: &[u8]) {
        if let Self::Status { reason, .. } = self {
            *reason = words(body);
        }
    }

    pub(crate) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    pub(crate) fn request_id(&self) -> Option<&RequestId> {
        match self {
            Self::Status { request_id, .. } => request_id.as_ref(),
            _ => None,
        }
    }

    pub(crate) fn retry_after(&self) -> Option<&str> {
        match self {
            Self::Status { retry_after, .. } => retry_after.as_deref(),
            _ => None,
        }
    }

    pub(crate) fn location(&self) -> Option<&str> {
        match self {
            Self::Status { location, .. } => location.as_deref(),
            _ => None,
        }
    }
}

fn header(response: &Response, name: &HeaderName) -> Option<String> {
    let value = response.headers().get(name)?;
    value.to_str().ok().map(ToOwned::to_owned)
}

/// A server's words about an error: the message in a JSON body, or the first line of text. A page of HTML has none.
fn words(body: &[u8]) -> Option<String> {
    let message = match serde_json::from_slice::<Value>(body) {
        Ok(document) => ["/error/message", "/message", "/error_description", "/error"]
            .iter()
            .find_map(|path| document.pointer(path)?.as_str().map(ToOwned::to_owned)),
        Err(_) => std::str::from_utf8(body).ok().map(ToOwned::to_owned),
    };
    let message = message?;
    let line = message.trim().lines().next()?.trim_end();
    (!line.starts_with('<')).then(|| shortened(line))
}

fn shortened(text: &str) -> String {
    let mut rest = text.chars();
    let mut start: String = rest.by_ref().take(LONGEST_REASON).collect();
    if rest.next().is_some() {
        start.push('…');
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_found_in_json_and_text_but_not_in_html() {
        for (body, expected) in [
            (&br#"{"message":"Forbidden"}"#[..], Some("Forbidden")),
            (
                br#"{"jsonrpc":"2.0","error":{"code":-32000,"message":"Host refused"}}"#,
                Some("Host refused"),
            ),
            (b"\n no such stage \nmore", Some("no such stage")),
            (b"<html><body>404</body></html>", None),
            (b"{\"other\":1}", None),
            (b"", None),
            (b"\xff\xfe", None),
        ] {
            assert_eq!(words(body).as_deref(), expected);
        }
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        let reason = words("é".repeat(500).as_bytes()).unwrap();
        assert_eq!(reason.chars().count(), LONGEST_REASON + 1);
        assert!(reason.ends_with("é…"));
    }
}
