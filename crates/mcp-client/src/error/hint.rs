//! The next thing to try after each error.

use std::borrow::Cow;
use std::io;

use http::StatusCode;
use rmcp::model::ErrorCode;

use super::{Error, Misuse};
use crate::arguments::InvalidArguments;
use crate::credential::InvalidCredential;
use crate::endpoint::EndpointUrl;
use crate::http::HttpFailure;

impl Error {
    pub(crate) fn hint(&self) -> Cow<'static, str> {
        match self {
            Self::Usage(misuse) => of_misuse(misuse).into(),
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
            Self::Unreachable { endpoint, cause } => unreachable(endpoint, cause),
            Self::TimedOut { connecting, .. } => timed_out(*connecting).into(),
            Self::RateLimited { cause, .. } => wait(cause),
            Self::Refused {
                presented, cause, ..
            } => refused(presented, cause),
            Self::NotMcp { endpoint, cause } => not_mcp(endpoint, cause),
            Self::NotAccepted { cause, .. } => not_accepted(cause).into(),
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
            Self::Rejected { code, .. } => rejected(ErrorCode(*code)).into(),
            Self::Broken { .. } => {
                "tell who runs the server; the other era may work better: `--protocol legacy` or `--protocol modern`"
                    .into()
            }
            Self::NeedsMore { .. } => "use an interactive MCP client for it".into(),
            Self::Keys(error) => error.hint(),
            Self::Stack(error) => error.hint().into(),
            Self::Connect(error) => error.hint(),
            Self::Servers(error) => error.hint(),
            Self::Client(_) => {
                "install the system's CA certificates, or name a bundle in SSL_CERT_FILE".into()
            }
            Self::Runtime(_) => "check the limits of this process (files, threads)".into(),
            Self::NotSaved { .. } => "name another folder with --save; the answer itself is above".into(),
            Self::Output(_) => "check the disk or the program that reads the output".into(),
        }
    }
}

fn of_misuse(misuse: &Misuse) -> &'static str {
    match misuse {
        Misuse::Endpoint(_) => "an endpoint looks like https://HOST/mcp",
        Misuse::Credential(
            InvalidCredential::Character { .. } | InvalidCredential::Padding { .. },
        ) => "set it to the value alone, without quotes, spaces around it, or line breaks inside",
        Misuse::Credential(_) => {
            "write `--header x-api-key=@MY_KEY`, with the value in the variable MY_KEY, or `--header x-api-key=@./FILE`"
        }
        Misuse::InTheClear { .. } => {
            "use https://, unset the variable, or say --insecure-http if the network is trusted"
        }
        Misuse::LoadElsewhere(_) => "if that machine is yours, say --i-own-this-host",
        Misuse::Certificates { .. } => "name a file with certificates in PEM",
        Misuse::Arguments(InvalidArguments::Hostile { .. }) => {
            "serde_json keeps these keys for itself: send the argument without them"
        }
        Misuse::Arguments(InvalidArguments::NoName(_)) => "write `--arg city=Kyiv`",
        Misuse::Arguments(InvalidArguments::Repeated(_)) => "give each argument once",
        Misuse::Arguments(InvalidArguments::Read { .. }) => {
            "check that the file exists and is readable text"
        }
        Misuse::Arguments(InvalidArguments::TooLarge(_)) => "send less",
        Misuse::Arguments(
            InvalidArguments::Missing { .. }
            | InvalidArguments::Unknown { .. }
            | InvalidArguments::Type { .. },
        ) => {
            "`mcp-client tools show NAME` has the schema; --unchecked sends the arguments as they are"
        }
        Misuse::Arguments(InvalidArguments::Json(_) | InvalidArguments::NotAnObject(_)) => {
            "write `--json-args '{\"city\":\"Kyiv\"}'`, or `--json-args @FILE`"
        }
    }
}

const DROPPED: &str =
    "the server, or a gateway before it, dropped the connection: look at its logs, then try again";

fn unreachable(endpoint: &EndpointUrl, cause: &HttpFailure) -> Cow<'static, str> {
    match cause {
        HttpFailure::Status {
            retry_after: Some(_),
            ..
        } => wait(cause),
        HttpFailure::Status { .. } => {
            "the gateway, or the server behind it, failed: look at its logs, then try again".into()
        }
        HttpFailure::Read(_) => DROPPED.into(),
        HttpFailure::Send(error) if !error.is_connect() => DROPPED.into(),
        HttpFailure::Send(error) if is_refused(error) && endpoint.is_default() => {
            "start the server with `cargo run`, or name another with --endpoint or MCP_SERVER_ENDPOINT"
                .into()
        }
        HttpFailure::Send(error) if is_refused(error) => {
            "nothing listens there: check the host and the port of --endpoint".into()
        }
        _ if endpoint.is_https() => {
            "check the host name, the network and the proxy settings; the server's certificate must be trusted \
             here, and a server without TLS needs an http:// URL"
                .into()
        }
        _ => "check the host name, the network and the proxy settings".into(),
    }
}

/// Whether something at the address said no, rather than nothing at all.
fn is_refused(error: &reqwest::Error) -> bool {
    let first: &(dyn std::error::Error + 'static) = error;
    std::iter::successors(Some(first), |error| error.source())
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

fn timed_out(connecting: bool) -> &'static str {
    if connecting {
        "check the host, the port and the firewall, or raise --connect-timeout"
    } else {
        "try again, raise --timeout, or look at the server's logs"
    }
}

fn wait(cause: &HttpFailure) -> Cow<'static, str> {
    match cause.retry_after() {
        Some(time) if time.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("try again in {time} s").into()
        }
        Some(time) => format!("try again after {time}").into(),
        None => "try again in a moment".into(),
    }
}

fn refused(presented: &[String], cause: &HttpFailure) -> Cow<'static, str> {
    let unauthorized = cause.status() == Some(StatusCode::UNAUTHORIZED);
    let bearer = cause.challenges().iter().find(|found| found.is_bearer());
    let presented = presented.join(", ");
    match (unauthorized, bearer) {
        (true, Some(bearer)) if presented.is_empty() => match bearer.resource_metadata() {
            Some(metadata) => format!(
                "the server wants an OAuth token (RFC 9728; its authorization servers are named at {metadata}): set MCP_BEARER_TOKEN"
            )
            .into(),
            None => "the server wants a bearer token: set MCP_BEARER_TOKEN".into(),
        },
        (_, Some(bearer)) if !presented.is_empty() => {
            let reason = bearer.parameter("error_description").or(bearer.parameter("error"));
            let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
            format!("the server wants a bearer token and did not accept what {presented} holds{reason}: set MCP_BEARER_TOKEN").into()
        }
        (true, _) if presented.is_empty() => {
            "set MCP_API_KEY, or what else the server asks for with --header NAME=@VARIABLE".into()
        }
        (true, _) => format!("the server did not accept what {presented} holds: check it").into(),
        (false, _) if presented.is_empty() => "set MCP_API_KEY (or the gateway refused the Host/Origin)".into(),
        (false, _) => "the key is unknown, expired or disabled (or the gateway refused the Host/Origin)".into(),
    }
}

fn not_accepted(cause: &HttpFailure) -> &'static str {
    match cause.status().map_or(0, |status| status.as_u16()) {
        402 => "the service behind the server wants to be paid: look at the account",
        406 => {
            "the server cannot answer in JSON or an event stream: is it an MCP server, or a gateway that changes `accept`?"
        }
        407 => {
            "the proxy wants credentials: put them into HTTPS_PROXY, as http://USER:PASSWORD@HOST:PORT"
        }
        413 => "the request is larger than the server or a gateway before it takes: send less",
        415 => {
            "the server does not take JSON: is it an MCP server, or a gateway that changes `content-type`?"
        }
        _ => "the other era may work better: `--protocol legacy` or `--protocol modern`",
    }
}

fn not_mcp(endpoint: &EndpointUrl, cause: &HttpFailure) -> Cow<'static, str> {
    if let Some(location) = cause.location() {
        return match endpoint.resolve(location) {
            Some(there) => format!(
                "redirects are not followed, so that the key cannot leave: if you trust it, use --endpoint {}",
                quoted(there.as_str())
            )
            .into(),
            None => "it redirects to what is no http(s) URL".into(),
        };
    }
    if endpoint.ends_in_mcp() {
        "check --endpoint: the host, the stage and the path".into()
    } else {
        "check --endpoint: the endpoint usually ends in /mcp".into()
    }
}

/// `text` as one word of a shell, whoever wrote it.
fn quoted(text: &str) -> String {
    shlex::try_quote(text).map_or_else(|_| "URL".to_owned(), Cow::into_owned)
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
