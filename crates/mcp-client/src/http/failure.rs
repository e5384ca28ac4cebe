//! What an HTTP exchange can end in, other than an MCP message.

use std::io;

use http::{HeaderName, HeaderValue, StatusCode, header};
use reqwest::Response;
use serde_json::Value;
use untrusted_json::MAX_DEPTH;

use super::challenge::Challenge;
use super::tls::InvalidBundle;
use super::{Message, RequestId, Trouble};
use crate::secrets::Secrets;

/// The longest part of a server's own words that is shown, in characters.
const LONGEST_REASON: usize = 200;
/// The longest place that a redirect may name, in bytes. One that is longer is left out.
const LONGEST_LOCATION: usize = 2048;

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
        request_id: Option<Box<RequestId>>,
        /// `WWW-Authenticate`, in the server's order.
        challenges: Vec<Challenge>,
        /// What the body says, if it is short text or JSON with a message.
        reason: Option<String>,
        /// Whether the body is a page for people.
        html: bool,
        /// Whether the body is in the protocol's own form: the server said it, and nothing before it.
        json_rpc: bool,
    },
    #[error("expected JSON or an event stream, got {}", found.as_deref().unwrap_or("no content type"))]
    ContentType { found: Option<String> },
    /// It is compressed in a way that nobody asked for.
    #[error("the answer is encoded as `{found}`, which was not asked for")]
    Encoding { found: String },
    #[error("the answer is no JSON-RPC message")]
    NotJsonRpc(#[source] serde_json::Error),
    #[error(
        "the answer is JSON, but no JSON-RPC message: it has neither `method` nor `result` nor `error`"
    )]
    NoMessage,
    #[error("the answer is no UTF-8 text")]
    NotUtf8,
    #[error("the answer is no event stream: {0}")]
    NotEvents(String),
    /// 202 or an empty body where a request needs an answer.
    #[error("the answer is empty")]
    Empty,
    /// No document can be built of it safely.
    #[error("the answer is refused")]
    Refused(#[source] untrusted_json::Hazard),
    /// 404 in a session (2025-11-25, basic/transports): another must be begun.
    #[error("the server has ended the session (HTTP 404)")]
    SessionGone,
    #[error("the answer carries another request's id")]
    WrongId,
    #[error("the answer is larger than {} MiB", limit >> 20)]
    TooLarge {
        /// In bytes.
        limit: usize,
    },
    /// Those that the user named.
    #[error(transparent)]
    Certificates(InvalidBundle),
}

/// Who gave a failed answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speaker {
    /// The MCP server: it speaks JSON-RPC.
    Server,
    /// An API Gateway of AWS, in its own words: only those carry its id and nothing else of the server.
    ApiGateway,
    Unknown,
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
            location: header(response, &header::LOCATION)
                .filter(|location| status.is_redirection() && location.len() <= LONGEST_LOCATION),
            request_id: RequestId::of(response.headers()).map(Box::new),
            challenges: Challenge::all(response.headers()),
            reason: None,
            html: false,
            json_rpc: false,
        }
    }

    pub(crate) fn content_type(response: &Response) -> Self {
        let found = header(response, &header::CONTENT_TYPE).map(|found| format!("`{found}`"));
        Self::ContentType { found }
    }

    pub(crate) fn encoding(found: &HeaderValue) -> Self {
        let found = String::from_utf8_lossy(found.as_bytes()).into_owned();
        Self::Encoding { found }
    }

    /// Why a stream of events broke: what was kept in its error, if it is ours.
    pub(crate) fn of_stream(error: sse_stream::Error) -> Self {
        let sse_stream::Error::Body(cause) = error else {
            return Self::NotEvents(error.to_string());
        };
        let cause = cause
            .downcast::<io::Error>()
            .map(|error| error.into_inner());
        match cause {
            Ok(Some(cause)) => match cause.downcast::<Self>() {
                Ok(failure) => *failure,
                Err(other) => Self::NotEvents(other.to_string()),
            },
            Ok(None) => Self::NotEvents("it broke".to_owned()),
            Err(other) => Self::NotEvents(other.to_string()),
        }
    }

    /// Whether it is about what came, so that asking for the rest of it cannot help.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::TooLarge { .. })
    }

    /// Adds what the body says, without secrets: cut in two, one would not be known any more.
    pub(crate) fn explain(&mut self, body: &str, secrets: &Secrets) {
        if let Self::Status {
            reason,
            html,
            json_rpc,
            ..
        } = self
        {
            *reason = words(body, secrets);
            *html = body.trim_start().starts_with('<');
            *json_rpc = Message::read(body.to_owned()).is_ok();
        }
    }

    pub(crate) fn speaker(&self) -> Speaker {
        match self {
            Self::Status { json_rpc: true, .. } => Speaker::Server,
            Self::Status {
                request_id: Some(id),
                html: false,
                ..
            } if id.header == "apigw-requestid" => Speaker::ApiGateway,
            _ => Speaker::Unknown,
        }
    }

    /// Why no answer began, if that is it.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::Send(error) => Some(Trouble::of(error)),
            _ => None,
        }
    }

    pub(crate) fn reason(&self) -> Option<&str> {
        match self {
            Self::Status { reason, .. } => reason.as_deref(),
            _ => None,
        }
    }

    pub(crate) fn challenges(&self) -> &[Challenge] {
        match self {
            Self::Status { challenges, .. } => challenges,
            _ => &[],
        }
    }

    /// Whether an answer had begun.
    pub(crate) fn is_read(&self) -> bool {
        matches!(self, Self::Read(_))
    }

    pub(crate) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    pub(crate) fn request_id(&self) -> Option<&RequestId> {
        match self {
            Self::Status { request_id, .. } => request_id.as_deref(),
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

/// A server's words about an error: the message in a JSON body, the title of a page, or the first line of text.
fn words(body: &str, secrets: &Secrets) -> Option<String> {
    untrusted_json::check(body.as_bytes(), MAX_DEPTH).ok()?;
    let message = match serde_json::from_str::<Value>(body) {
        Ok(document) => ["/error/message", "/message", "/error_description", "/error"]
            .iter()
            .find_map(|path| document.pointer(path)?.as_str().map(ToOwned::to_owned)),
        Err(_) if body.trim_start().starts_with('<') => title(body).map(ToOwned::to_owned),
        Err(_) => Some(body.to_owned()),
    };
    let message = message?;
    let line = message.trim().lines().next()?.trim_end();
    (!line.starts_with('<')).then(|| shortened(&secrets.conceal(line)))
}

fn title(page: &str) -> Option<&str> {
    let (_, rest) = page.split_once("<title>")?;
    rest.split_once("</title>").map(|(title, _)| title)
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
    fn a_reason_is_found_in_json_in_text_and_in_a_title() {
        for (body, expected) in [
            (r#"{"message":"Forbidden"}"#, Some("Forbidden")),
            (
                r#"{"jsonrpc":"2.0","error":{"code":-32000,"message":"Host refused"}}"#,
                Some("Host refused"),
            ),
            ("\n no such stage \nmore", Some("no such stage")),
            ("<html><body>404</body></html>", None),
            (
                "<html>\n<head><title>502 Bad Gateway</title></head>",
                Some("502 Bad Gateway"),
            ),
            ("{\"other\":1}", None),
            ("", None),
        ] {
            assert_eq!(words(body, &Secrets::default()).as_deref(), expected);
        }
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        let reason = words(&"é".repeat(500), &Secrets::default()).unwrap();
        assert_eq!(reason.chars().count(), LONGEST_REASON + 1);
        assert!(reason.ends_with("é…"));
    }
}
