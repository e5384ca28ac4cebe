//! HTTP to one server: the client that is set up for a [`Target`], and answers read within limits.
//!
//! ```text
//! connection   the reqwest client: headers, proxy, certificates, no redirect
//! answer       a response as JSON-RPC messages, judged before anything is built of them
//! message      one JSON-RPC message, its payload as it was written
//! failure      what an exchange can end in otherwise
//! challenge    what `WWW-Authenticate` asks for
//! trace        `-v` and `--dump-wire`
//! ```

pub(crate) mod answer;
pub(crate) mod challenge;
mod connection;
pub(crate) mod failure;
pub(crate) mod message;
mod request_id;
pub(crate) mod trace;

pub(crate) use self::connection::{Connection, is_reserved, proxy_of};
pub(crate) use self::failure::HttpFailure;
pub(crate) use self::message::Message;
pub(crate) use self::request_id::RequestId;

/// The session's id in the eras that have sessions.
pub(crate) const SESSION_ID: http::HeaderName = http::HeaderName::from_static("mcp-session-id");
/// What every POST accepts.
pub(crate) const ACCEPTED: http::HeaderValue =
    http::HeaderValue::from_static("application/json, text/event-stream");
