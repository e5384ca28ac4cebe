//! The next thing to try after each error.

mod network;
mod status;
mod usage;

use std::borrow::Cow;
use std::sync::Arc;

use rmcp::model::ErrorCode;

pub(crate) use self::status::{endpoint_option, is_about_host};
use super::Error;
use crate::http::HttpFailure;

impl Error {
    pub(crate) fn hint(&self) -> Cow<'static, str> {
        match self {
            Self::Usage(misuse) => usage::hint(misuse).into(),
            Self::ToolFailed { .. } => {
                "the words are the tool's own: `mcp-client tools show NAME` has its description and its arguments".into()
            }
            Self::CheckFailed { check: "listTools", .. } => {
                "the smoke test is for servers made from this project, with a key for these tools; `mcp-client doctor` \
                 examines any server"
                    .into()
            }
            Self::CheckFailed { check, .. } => {
                let tool = check.trim_start_matches("callTool:");
                format!("is `{tool}` on this server another tool of that name? `mcp-client tools list` tells").into()
            }
            Self::Unreachable { endpoint, cause } => network::unreachable(endpoint, cause),
            Self::TimedOut { connecting, .. } => network::timed_out(*connecting).into(),
            Self::RateLimited { cause, .. } => status::wait(cause),
            Self::Refused {
                presented, cause, ..
            } => status::refused(presented, cause),
            Self::NotMcp { endpoint, cause } => status::not_mcp(endpoint, cause),
            Self::NotAccepted { cause, .. } => status::not_accepted(cause).into(),
            Self::AnswerLost { .. } => "--max-answer MIB takes larger ones".into(),
            Self::NoSharedVersion { .. } => {
                "the server, or this program, is too old or too new for the other".into()
            }
            Self::Unusable { .. } => "tell who runs the server".into(),
            Self::ListCut(_) => "tell who runs the server: what was read of the list is shown".into(),
            Self::Unknown { what, known, .. } => {
                format!("`mcp-client {what}s list` shows the {known} that there are for you").into()
            }
            Self::Interrupted => "the server was told, if the call had reached it".into(),
            Self::Rejected { step, code, .. } if step == "connecting" && *code != ErrorCode::INTERNAL_ERROR.0 => {
                "the server may speak only the other era: `--protocol legacy` or `--protocol modern`; without the option \
                 it is found out"
                    .into()
            }
            Self::Rejected { code, .. } => rejected(ErrorCode(*code)).into(),
            Self::Broken { cause, .. } if is_session_gone(&**cause) => {
                "try again; if it comes again, the server forgets sessions: do several instances share the work without \
                 sharing their sessions?"
                    .into()
            }
            Self::Broken { .. } => {
                "tell who runs the server; the other era may work better: `--protocol legacy` or `--protocol modern`"
                    .into()
            }
            Self::NeedsMore { .. } => "run it at a terminal, or in an interactive MCP client".into(),
            Self::Keys(error) => error.hint(),
            Self::Stack(error) => error.hint().into(),
            Self::Connect(error) => error.hint(),
            Self::Servers(error) => error.hint(),
            Self::Client(cause) if matches!(**cause, HttpFailure::Certificates(_)) => {
                "name a file with certificates in PEM with --cacert".into()
            }
            Self::Client(_) => {
                "install the system's CA certificates, or name a bundle in SSL_CERT_FILE".into()
            }
            Self::Runtime(_) => "check the limits of this process (files, threads)".into(),
            Self::Unwell { fix, .. } => fix.clone().into(),
            Self::NotSaved { .. } => "name another folder with --save; the answer itself is above".into(),
            Self::Output(_) => "check the disk or the program that reads the output".into(),
        }
    }
}

/// A failure of HTTP may be in a box of its own.
fn is_session_gone(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    let failure = cause.downcast_ref::<Arc<HttpFailure>>().map(AsRef::as_ref);
    let failure = failure.or(cause.downcast_ref::<HttpFailure>());
    matches!(failure, Some(HttpFailure::SessionGone))
}

fn rejected(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::INVALID_PARAMS => {
            "`mcp-client tools list` and `prompts list` show the names and their arguments"
        }
        ErrorCode::METHOD_NOT_FOUND => "`mcp-client info` shows what the server can do",
        ErrorCode::UNSUPPORTED_PROTOCOL_VERSION | ErrorCode::INVALID_REQUEST => {
            "the server may speak another era: try `--protocol auto`"
        }
        ErrorCode::INTERNAL_ERROR => "look at the server's logs",
        _ => "the message is the server's own: look at its documentation or logs",
    }
}
