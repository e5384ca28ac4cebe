//! What can go wrong, typed by what the caller does next: each variant is one exit code and one kind of advice.

mod hint;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::api_key::InvalidKey;
use crate::arguments::InvalidArguments;
use crate::endpoint::{Endpoint, InvalidEndpoint};
use crate::keys::KeysError;
use crate::pagination::EndlessList;
pub use crate::transport::HttpFailure;

/// Exit codes, after BSD's `sysexits.h` where it has a fitting one.
pub mod exit {
    /// Everything answered as it should.
    pub const OK: u8 = 0;
    /// The tool answered with an error, or a smoke check failed.
    pub const FAILED: u8 = 1;
    /// Wrong usage (`EX_USAGE`).
    pub const USAGE: u8 = 64;
    /// What a key store holds is not valid (`EX_DATAERR`).
    pub const BAD_DATA: u8 = 65;
    /// The server or the key store cannot be reached (`EX_UNAVAILABLE`).
    pub const UNREACHABLE: u8 = 69;
    /// A key store could not be written (`EX_CANTCREAT`).
    pub const NOT_WRITTEN: u8 = 73;
    /// The output could not be written (`EX_IOERR`).
    pub const OUTPUT: u8 = 74;
    /// Try again (`EX_TEMPFAIL`).
    pub const TRY_AGAIN: u8 = 75;
    /// The server does not answer as the protocol says (`EX_PROTOCOL`).
    pub const PROTOCOL: u8 = 76;
    /// The server or the key store refuses us, or a key is not accepted (`EX_NOPERM`).
    pub const REFUSED: u8 = 77;
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line or the environment is wrong: change it.
    #[error(transparent)]
    Usage(#[from] Misuse),
    /// The tool ran and answered with an error: read its answer.
    #[error("the tool `{tool}` answered with an error: {answer}")]
    ToolFailed {
        /// The tool's name.
        tool: String,
        /// What it said.
        answer: String,
    },
    /// A smoke check got an answer, but not the right one.
    #[error("check `{}` failed: expected {}, got {}", .0.check, .0.expected, .0.found)]
    CheckFailed(Box<CheckFailure>),
    /// There was no answer, or only a gateway's 5xx: look at the network or at the server.
    #[error("cannot reach {endpoint}")]
    Unreachable {
        /// Where the server should be.
        endpoint: Endpoint,
        /// What the connection said.
        #[source]
        cause: Arc<HttpFailure>,
    },
    /// No answer in time: try again, or with more patience.
    #[error("{step}: no answer within {} s", limit.as_secs_f64())]
    TimedOut {
        /// What was being done.
        step: String,
        /// The limit that passed.
        limit: Duration,
        /// Whether it was the limit of opening the connection.
        connecting: bool,
    },
    /// Too many requests: try again later.
    #[error("{step}: too many requests")]
    RateLimited {
        /// What was being done.
        step: String,
        /// What the server said.
        #[source]
        cause: Arc<HttpFailure>,
    },
    /// 401 or 403: get another key.
    #[error("{step}: the server refused the request")]
    Refused {
        /// What was being done.
        step: String,
        /// Whether a key was sent.
        with_key: bool,
        /// What the server said.
        #[source]
        cause: Arc<HttpFailure>,
    },
    /// Something answered, but it is no MCP endpoint: check the URL.
    #[error("{endpoint} does not answer as an MCP endpoint")]
    NotMcp {
        /// What was asked.
        endpoint: Endpoint,
        /// What it answered.
        #[source]
        cause: Arc<HttpFailure>,
    },
    /// The server answered with a JSON-RPC error: read it.
    #[error("{step}: the server answered with error {code}: {message}")]
    Rejected {
        /// What was being done.
        step: String,
        /// The JSON-RPC error code.
        code: i32,
        /// The server's message, with its data if it sent any.
        message: String,
    },
    /// The server breaks the protocol in another way.
    #[error("{step}: the server does not follow the protocol")]
    Broken {
        /// What was being done.
        step: String,
        /// How.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The tool or prompt wants something that a command line cannot give.
    #[error("{step}: the server wants {what}, which this client does not offer")]
    NeedsMore {
        /// What was being done.
        step: String,
        /// What the server wants.
        what: &'static str,
    },
    /// A command about keys failed.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The HTTP client cannot be built, most often for want of trusted certificates.
    #[error("cannot prepare the HTTP client")]
    Client(#[source] Arc<HttpFailure>),
    /// The asynchronous runtime cannot be started.
    #[error("cannot start")]
    Runtime(#[source] io::Error),
    /// The result cannot be written.
    #[error("cannot write the output")]
    Output(#[source] io::Error),
}

/// What is wrong with the command line or the environment.
#[derive(Debug, thiserror::Error)]
pub enum Misuse {
    /// The endpoint is none.
    #[error(transparent)]
    Endpoint(InvalidEndpoint),
    /// The key cannot be sent.
    #[error(transparent)]
    Key(InvalidKey),
    /// The key would cross a network unencrypted.
    #[error("refusing to send the API key over plain HTTP to {0}")]
    KeyInTheClear(Endpoint),
    /// The arguments of a tool or prompt are wrong.
    #[error(transparent)]
    Arguments(#[from] InvalidArguments),
}

/// A smoke check that got an answer, but not the right one.
#[derive(Debug)]
pub struct CheckFailure {
    /// The check's name, as printed with its response.
    pub check: &'static str,
    /// What a right answer has.
    pub expected: String,
    /// What came instead.
    pub found: String,
}

impl From<InvalidArguments> for Error {
    fn from(error: InvalidArguments) -> Self {
        Misuse::from(error).into()
    }
}

impl From<EndlessList> for Error {
    fn from(error: EndlessList) -> Self {
        Self::Broken {
            step: "listing".to_owned(),
            cause: error.into(),
        }
    }
}

impl Error {
    /// The code to exit with.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        self.class().1
    }

    /// A stable word for programs: `usage`, `tool_error`, `check_failed`, `unreachable`, `timed_out`, `rate_limited`,
    /// `refused`, `protocol` or `output`, and for keys also `invalid_document`, `store_missing`, `store_full`,
    /// `not_written`, `contended`, `not_accepted` or `cache_not_reset`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.class().0
    }

    fn class(&self) -> (&'static str, u8) {
        match self {
            Self::Usage(_) => ("usage", exit::USAGE),
            Self::ToolFailed { .. } => ("tool_error", exit::FAILED),
            Self::CheckFailed(_) => ("check_failed", exit::FAILED),
            Self::Unreachable { .. } | Self::Client(_) | Self::Runtime(_) => {
                ("unreachable", exit::UNREACHABLE)
            }
            Self::TimedOut { .. } => ("timed_out", exit::TRY_AGAIN),
            Self::RateLimited { .. } => ("rate_limited", exit::TRY_AGAIN),
            Self::Refused { .. } => ("refused", exit::REFUSED),
            Self::NotMcp { .. }
            | Self::Rejected { .. }
            | Self::Broken { .. }
            | Self::NeedsMore { .. } => ("protocol", exit::PROTOCOL),
            Self::Keys(error) => error.class(),
            Self::Output(_) => ("output", exit::OUTPUT),
        }
    }

    /// The messages of the errors below this one, outermost first.
    #[must_use]
    pub fn causes(&self) -> Vec<String> {
        let first = std::error::Error::source(self);
        std::iter::successors(first, |error| error.source())
            .map(ToString::to_string)
            .collect()
    }
}
