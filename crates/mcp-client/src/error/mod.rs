//! What can go wrong, typed by what the caller does next: each variant is one exit code and one kind of advice.

pub(crate) mod hint;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::arguments::InvalidArguments;
use crate::clients::ConnectError;
use crate::credential::InvalidCredential;
use crate::endpoint::{EndpointUrl, InvalidEndpoint};
use crate::exit;
use crate::http::{HttpFailure, RequestId};
use crate::keys::KeysError;
use crate::servers::ServersError;
use crate::session::Cut;
use crate::stack::StackError;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The command line or the environment is wrong: change it.
    #[error(transparent)]
    Usage(#[from] Misuse),
    /// The tool ran and answered with an error: read its answer.
    #[error("the tool `{tool}` answered with an error: {answer}")]
    ToolFailed { tool: String, answer: String },
    /// A smoke check got an answer, but not the right one.
    #[error("check `{check}` failed: expected {expected}, got {found}")]
    CheckFailed {
        /// Its name, as printed with the answer.
        check: &'static str,
        expected: String,
        found: String,
    },
    /// There was no answer, or only a gateway's 5xx: look at the network or at the server.
    #[error("cannot reach {endpoint}")]
    Unreachable {
        endpoint: EndpointUrl,
        #[source]
        cause: Arc<HttpFailure>,
    },
    /// No answer in time: try again, or with more patience.
    #[error("{step}: no answer within {} s", limit.as_secs_f64())]
    TimedOut {
        step: String,
        limit: Duration,
        /// Whether it was the limit of opening the connection.
        connecting: bool,
    },
    /// Too many requests: try again later.
    #[error("{step}: too many requests")]
    RateLimited {
        step: String,
        #[source]
        cause: Arc<HttpFailure>,
    },
    /// 401 or 403: other credentials may help.
    #[error("{step}: the server refused the request")]
    Refused {
        step: String,
        /// Where the credentials are from that it got.
        presented: Vec<String>,
        #[source]
        cause: Arc<HttpFailure>,
    },
    /// Something answered, but it is no MCP endpoint: check the URL.
    #[error("{endpoint} does not answer as an MCP endpoint")]
    NotMcp {
        endpoint: EndpointUrl,
        #[source]
        cause: Arc<HttpFailure>,
    },
    /// Another 4xx: the request, not the URL.
    #[error("{step}: the server did not take the request")]
    NotAccepted {
        step: String,
        #[source]
        cause: Arc<HttpFailure>,
    },
    /// The request was served, and what came back is more than is taken.
    #[error("{step}: the server did it, but its answer is lost")]
    AnswerLost {
        step: String,
        #[source]
        cause: Arc<HttpFailure>,
    },
    /// The versions of the protocol that the server offers are not ours.
    #[error("connecting: no version of the protocol in common: the server has {}, this client {}", server.join(", "), ours())]
    NoSharedVersion { server: Vec<String> },
    /// A list was shown as far as it could be had.
    #[error("the list is not complete")]
    ListCut(#[source] Cut),
    /// The server has nothing of that name.
    #[error("the server has no {what} `{name}`{}", near.as_ref().map(|near| format!(": did you mean `{near}`?")).unwrap_or_default())]
    Unknown {
        what: &'static str,
        name: String,
        near: Option<String>,
        /// How many it has.
        known: usize,
    },
    #[error("the tool `{tool}` cannot be called: {UNUSABLE}")]
    Unusable { tool: String },
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// The server answered with a JSON-RPC error: read it.
    #[error("{step}: the server answered with error {code}: {message}")]
    Rejected {
        step: String,
        code: i32,
        message: String,
        request_id: Option<RequestId>,
    },
    /// The server breaks the protocol in another way.
    #[error("{step}: the server does not follow the protocol")]
    Broken {
        step: String,
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The tool or prompt wants something that a command line cannot give.
    #[error("{step}: the server wants {what}")]
    NeedsMore { step: String, what: &'static str },
    #[error(transparent)]
    Keys(#[from] KeysError),
    #[error(transparent)]
    Stack(#[from] StackError),
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    Servers(#[from] ServersError),
    /// The HTTP client cannot be built, most often for want of trusted certificates.
    #[error("cannot prepare the HTTP client")]
    Client(#[source] Arc<HttpFailure>),
    #[error("cannot start")]
    Runtime(#[source] io::Error),
    #[error("cannot save into `{}`", folder.display())]
    NotSaved {
        folder: PathBuf,
        #[source]
        cause: io::Error,
    },
    /// `doctor` found what is wrong, and has said so.
    #[error("{step}: {cause}")]
    Unwell {
        /// The step that failed.
        step: &'static str,
        cause: String,
        fix: String,
        /// As [`Error::kind`] and [`Error::exit_code`] have them for that failure.
        class: (&'static str, u8),
    },
    #[error("cannot write the output")]
    Output(#[source] io::Error),
}

/// Why a tool is not called (2026-07-28, SEP-2243).
pub(crate) const UNUSABLE: &str =
    "its schema has `x-mcp-header` where the protocol does not allow it";

/// What is wrong with the command line or the environment.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Misuse {
    #[error(transparent)]
    Endpoint(InvalidEndpoint),
    #[error(transparent)]
    Credential(InvalidCredential),
    /// A credential would cross a network unencrypted.
    #[error("refusing to send what `{source_name}` holds over plain HTTP to {endpoint}")]
    InTheClear {
        source_name: String,
        endpoint: EndpointUrl,
    },
    /// A stranger's server is not for measuring.
    #[error("refusing to put load on {0}")]
    LoadElsewhere(EndpointUrl),
    #[error("cannot read the certificates in `{path}`")]
    Certificates {
        path: String,
        #[source]
        cause: io::Error,
    },
    #[error(transparent)]
    Arguments(#[from] InvalidArguments),
}

/// What a server should not do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unexpected {
    #[error("the answer ended before there was a result")]
    NoAnswer,
    #[error(
        "the result is not what introduces a server: protocolVersion, capabilities, serverInfo"
    )]
    Introduction,
}

fn ours() -> String {
    let versions = rmcp::model::ProtocolVersion::KNOWN_VERSIONS.iter().rev();
    versions
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

impl Error {
    pub(crate) fn exit_code(&self) -> u8 {
        self.class().1
    }

    /// A stable word for programs: `usage`, `tool_error`, `check_failed`, `unreachable`, `timed_out`, `rate_limited`,
    /// `refused`, `protocol`, `interrupted` or `output`; for keys also `invalid_document`, `store_missing`, `store_full`,
    /// `not_written`, `contended` or `not_accepted`; for `--stack` also `stack_missing` or `invalid_stack`; for
    /// `--server` also `server_missing`.
    pub(crate) fn kind(&self) -> &'static str {
        self.class().0
    }

    pub(crate) fn class(&self) -> (&'static str, u8) {
        match self {
            Self::Usage(_) | Self::Unknown { .. } => ("usage", exit::USAGE),
            Self::ToolFailed { .. } => ("tool_error", exit::FAILED),
            Self::CheckFailed { .. } => ("check_failed", exit::FAILED),
            Self::Unreachable { .. } | Self::Client(_) | Self::Runtime(_) => {
                ("unreachable", exit::UNREACHABLE)
            }
            Self::TimedOut { .. } => ("timed_out", exit::TRY_AGAIN),
            Self::RateLimited { .. } => ("rate_limited", exit::TRY_AGAIN),
            Self::Refused { .. } => ("refused", exit::REFUSED),
            Self::NotMcp { .. }
            | Self::Rejected { .. }
            | Self::Broken { .. }
            | Self::NotAccepted { .. }
            | Self::AnswerLost { .. }
            | Self::NoSharedVersion { .. }
            | Self::ListCut(_)
            | Self::Unusable { .. }
            | Self::NeedsMore { .. } => ("protocol", exit::PROTOCOL),
            Self::Interrupted => ("interrupted", exit::INTERRUPTED),
            Self::Keys(error) => error.class(),
            Self::Stack(error) => error.class(),
            Self::Unwell { class, .. } => *class,
            Self::NotSaved { .. } => ("not_written", exit::NOT_WRITTEN),
            Self::Connect(error) => error.class(),
            Self::Servers(error) => error.class(),
            Self::Output(_) => ("output", exit::OUTPUT),
        }
    }

    /// Whether the result on standard output says all of it, in text.
    pub(crate) fn is_told(&self) -> bool {
        matches!(self, Self::Unwell { .. })
    }

    /// By which name the failed request is in the logs of the server or the gateway.
    pub(crate) fn request_id(&self) -> Option<&RequestId> {
        match self {
            Self::Unreachable { cause, .. }
            | Self::RateLimited { cause, .. }
            | Self::Refused { cause, .. }
            | Self::NotAccepted { cause, .. }
            | Self::NotMcp { cause, .. } => cause.request_id(),
            Self::Rejected { request_id, .. } => request_id.as_ref(),
            _ => None,
        }
    }

    /// The messages of the errors below, outermost first.
    pub(crate) fn causes(&self) -> Vec<String> {
        let first = std::error::Error::source(self);
        std::iter::successors(first, |error| error.source())
            .map(ToString::to_string)
            .collect()
    }
}
