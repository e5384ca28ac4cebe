//! HTTP to one server: the client that is set up for a [`Target`], and answers read within limits.
//!
//! ```text
//! connection   the reqwest client: headers, proxy, certificates, no redirect
//! answer       a response as JSON-RPC messages, judged before anything is built of them
//! message      one JSON-RPC message, its payload as it was written
//! failure      what an exchange can end in otherwise
//! trouble      why no answer began
//! tls          whom to trust where the user says so
//! challenge    what `WWW-Authenticate` asks for
//! trace        `-v` and `--dump-wire`
//! ```

pub(crate) mod answer;
pub(crate) mod challenge;
mod connection;
pub(crate) mod failure;
pub(crate) mod message;
mod request_id;
mod tls;
pub(crate) mod trace;
mod trouble;

pub(crate) use self::connection::{Connection, is_reserved, proxy_of};
pub(crate) use self::failure::{HttpFailure, Speaker};
pub(crate) use self::message::Message;
pub(crate) use self::request_id::RequestId;
pub(crate) use self::trouble::{TlsTrouble, Trouble};

/// The session's id in the eras that have sessions.
pub(crate) const SESSION_ID: http::HeaderName = http::HeaderName::from_static("mcp-session-id");
/// Where an interrupted stream goes on.
pub(crate) const LAST_EVENT_ID: http::HeaderName = http::HeaderName::from_static("last-event-id");
/// What every POST accepts.
pub(crate) const ACCEPTED: http::HeaderValue =
    http::HeaderValue::from_static("application/json, text/event-stream");
