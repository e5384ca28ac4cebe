//! After an answer that is no MCP message.

use std::borrow::Cow;

use http::StatusCode;

use crate::endpoint::EndpointUrl;
use crate::http::{HttpFailure, Speaker};

pub(super) fn wait(cause: &HttpFailure) -> Cow<'static, str> {
    match cause.retry_after() {
        Some(time) if time.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("try again in {time} s").into()
        }
        Some(time) => format!("try again after {time}").into(),
        None => "try again in a moment".into(),
    }
}

/// 5xx.
pub(super) fn failed(cause: &HttpFailure) -> Cow<'static, str> {
    if cause.retry_after().is_some() {
        return wait(cause);
    }
    let api_gateway = cause.speaker() == Speaker::ApiGateway;
    match cause.status().map_or(0, |status| status.as_u16()) {
        500 if api_gateway => {
            "the function behind the gateway failed, or the authorizer that checks keys: `mcp-client doctor` tells \
             which; look at its logs"
        }
        502 => {
            "the gateway got no answer from the server behind it: is it running, on the port that the gateway asks? look \
             at its logs"
        }
        503 if api_gateway => {
            "the function gave no answer within the gateway's 30 s, or could not be called (its concurrency): look at its \
             logs, then try again"
        }
        503 => "the server is busy, or down: look at its logs, then try again",
        504 => {
            "the server took longer than what stands before it waits: look at its logs for what is slow"
        }
        _ => "the gateway, or the server behind it, failed: look at its logs, then try again",
    }
    .into()
}

/// 401 and 403.
pub(super) fn refused(presented: &[String], cause: &HttpFailure) -> Cow<'static, str> {
    let unauthorized = cause.status() == Some(StatusCode::UNAUTHORIZED);
    if let Some(bearer) = cause.challenges().iter().find(|found| found.is_bearer()) {
        return wants_token(presented, bearer);
    }
    let nothing = presented.is_empty();
    let presented = presented.join(", ");
    match (unauthorized, nothing) {
        (true, true) => {
            "set MCP_API_KEY, or what else the server asks for with --header NAME=@VARIABLE".into()
        }
        (true, false) => {
            format!("the server did not accept what {presented} holds: check it, and that the server reads that header").into()
        }
        (false, _) => forbidden(&presented, cause),
    }
}

fn wants_token(
    presented: &[String],
    bearer: &crate::http::challenge::Challenge,
) -> Cow<'static, str> {
    if presented.is_empty() {
        return match bearer.resource_metadata() {
            Some(metadata) => format!(
                "set MCP_BEARER_TOKEN to an OAuth token; {metadata} names the servers that give one (RFC 9728)"
            )
            .into(),
            None => "the server wants a bearer token: set MCP_BEARER_TOKEN".into(),
        };
    }
    let reason = bearer
        .parameter("error_description")
        .or(bearer.parameter("error"));
    let reason = reason
        .map(|reason| format!(" ({reason})"))
        .unwrap_or_default();
    let presented = presented.join(", ");
    format!("the server wants a bearer token and did not accept what {presented} holds{reason}: set MCP_BEARER_TOKEN").into()
}

fn forbidden(presented: &str, cause: &HttpFailure) -> Cow<'static, str> {
    if is_about_host(cause) {
        return "call the server by the host name that it serves, or add this one to its allowed hosts (MCP_ALLOWED_HOSTS on \
                a server of this project)"
            .into();
    }
    match (cause.speaker(), presented.is_empty()) {
        (Speaker::ApiGateway, false) => format!(
            "the key is unknown to the gateway's authorizer, expired or disabled (sent from {presented}): `mcp-client keys list` \
             shows those that there are"
        )
        .into(),
        (Speaker::Server, false) => {
            format!("the key is unknown to the server, expired or disabled, or may not do this (sent from {presented})").into()
        }
        (Speaker::Unknown, false) => {
            format!("the key is unknown, expired or disabled, or may not do this (sent from {presented})").into()
        }
        (_, true) => "set MCP_API_KEY, or what else the server asks for with --header NAME=@VARIABLE".into(),
    }
}

/// Whether a refusal says that it is about `Host`. No `Origin` is sent, so it cannot be about that.
pub(crate) fn is_about_host(cause: &HttpFailure) -> bool {
    let reason = cause.reason().unwrap_or_default().to_ascii_lowercase();
    cause.speaker() != Speaker::ApiGateway
        && reason
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == "host")
}

/// Another 4xx: the request, not the URL.
pub(super) fn not_accepted(cause: &HttpFailure) -> &'static str {
    match cause.status().map_or(0, |status| status.as_u16()) {
        400 if wants_tls(cause) => "the server speaks TLS on that port: use an https:// URL",
        402 => "the service behind the server wants to be paid: look at the account",
        406 => {
            "the server cannot answer in JSON or an event stream: is it an MCP server, or a gateway that changes `accept`?"
        }
        407 => {
            "the proxy wants credentials: put them into HTTPS_PROXY (HTTP_PROXY for an http:// URL), as http://USER:PASSWORD@HOST:PORT"
        }
        413 => "the request is larger than the server or a gateway before it takes: send less",
        415 => {
            "the server does not take JSON: is it an MCP server, or a gateway that changes `content-type`?"
        }
        _ => "the other era may work better: `--protocol legacy` or `--protocol modern`",
    }
}

/// nginx and Go say so in clear text.
fn wants_tls(cause: &HttpFailure) -> bool {
    let reason = cause.reason().unwrap_or_default().to_ascii_lowercase();
    reason.contains("plain http request was sent to https")
        || reason.contains("http request to an https server")
}

pub(super) fn not_mcp(endpoint: &EndpointUrl, cause: &HttpFailure) -> Cow<'static, str> {
    if let Some(location) = cause.location() {
        return redirected(endpoint, location);
    }
    if let HttpFailure::Encoding { found } = cause {
        return format!("switch the compression `{found}` off in the server or what stands before it: only gzip was offered").into();
    }
    if let Some(there) = endpoint.without_sse() {
        return format!(
            "the URL is that of HTTP+SSE, the transport of 2024, which this client does not speak: try {}",
            endpoint_option(&there)
        )
        .into();
    }
    match cause.status() {
        Some(StatusCode::NOT_FOUND) if cause.speaker() == Speaker::ApiGateway => {
            "the gateway has no such route: check the stage and the path of --endpoint; --stack NAME finds it by the stack's name".into()
        }
        Some(StatusCode::NOT_FOUND) if endpoint.path().ends_with("/mcp/") => {
            "check --endpoint: the path ends in a `/` that may be too much".into()
        }
        _ if endpoint.ends_in_mcp() => "check --endpoint: the host, the stage and the path".into(),
        _ => "check --endpoint: the endpoint usually ends in /mcp".into(),
    }
}

fn redirected(endpoint: &EndpointUrl, location: &str) -> Cow<'static, str> {
    match endpoint.resolve(location) {
        Some(there) => format!(
            "redirects are not followed, so that the key cannot leave: if you trust it, use {}",
            endpoint_option(&there)
        )
        .into(),
        None => "it redirects to what is no http(s) URL".into(),
    }
}

/// `--endpoint URL`, ready for a shell, whoever wrote the URL.
pub(crate) fn endpoint_option(url: &EndpointUrl) -> String {
    let quoted = shlex::try_quote(url.as_str());
    format!("--endpoint {}", quoted.unwrap_or(Cow::Borrowed("URL")))
}
