//! The next thing to try after each error.

use std::borrow::Cow;
use std::io;

use http::StatusCode;
use rmcp::model::ErrorCode;

use super::{Error, Misuse};
use crate::arguments::InvalidArguments;
use crate::endpoint::EndpointUrl;
use crate::http_failure::HttpFailure;
use crate::presented_key::InvalidKey;

impl Error {
    pub(crate) fn hint(&self) -> Cow<'static, str> {
        match self {
            Self::Usage(misuse) => of_misuse(misuse).into(),
            Self::ToolFailed { .. } => {
                "`mcp-client tools list` shows the arguments of each tool; digits that are text need quotes: \
                 --arg 'id=\"42\"'"
                    .into()
            }
            Self::CheckFailed { check: "listTools", .. } => {
                "the smoke test is for servers with these tools, and a key may be limited to others: use \
                 `mcp-client tools list` and `mcp-client tools call NAME`"
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
                with_key, cause, ..
            } => refused(*with_key, cause).into(),
            Self::NotMcp { endpoint, cause } => not_mcp(endpoint, cause),
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
            Self::Output(_) => "check the disk or the program that reads the output".into(),
        }
    }
}

fn of_misuse(misuse: &Misuse) -> &'static str {
    match misuse {
        Misuse::Endpoint(_) => "an endpoint looks like https://HOST/mcp",
        Misuse::Key(InvalidKey::Character { .. }) => {
            "set MCP_API_KEY to the key alone, without quotes or line breaks inside"
        }
        Misuse::Key(InvalidKey::Padding) => "set MCP_API_KEY to the key alone, without spaces",
        Misuse::KeyInTheClear(_) => {
            "use https://, unset MCP_API_KEY, or say --insecure-http if the network is trusted"
        }
        Misuse::Arguments(InvalidArguments::Hostile { .. }) => {
            "serde_json keeps these keys for itself: send the argument without them"
        }
        Misuse::Arguments(InvalidArguments::NoName(_)) => "write `--arg city=Kyiv`",
        Misuse::Arguments(InvalidArguments::Repeated(_)) => "give each argument once",
        Misuse::Arguments(InvalidArguments::Read { .. }) => {
            "check that the file exists and is readable text"
        }
        Misuse::Arguments(InvalidArguments::TooLarge(_)) => "send less",
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

fn refused(with_key: bool, cause: &HttpFailure) -> &'static str {
    let unauthorized = cause.status() == Some(StatusCode::UNAUTHORIZED);
    match (unauthorized, with_key) {
        (true, false) => "set MCP_API_KEY",
        (true, true) => "the server did not accept the key in MCP_API_KEY: check it",
        (false, true) => {
            "the key is unknown, expired or disabled (or the gateway refused the Host/Origin)"
        }
        (false, false) => "set MCP_API_KEY (or the gateway refused the Host/Origin)",
    }
}

fn not_mcp(endpoint: &EndpointUrl, cause: &HttpFailure) -> Cow<'static, str> {
    if let Some(location) = cause.location() {
        let location = endpoint.resolve(location);
        return format!(
            "redirects are not followed, so that the key cannot leave: if you trust it, use --endpoint {location}"
        )
        .into();
    }
    if endpoint.ends_in_mcp() {
        "check --endpoint: the host, the stage and the path".into()
    } else {
        "check --endpoint: the endpoint usually ends in /mcp".into()
    }
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
