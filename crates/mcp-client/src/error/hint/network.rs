//! After a request that had no answer.

use std::borrow::Cow;

use super::status;
use crate::endpoint::EndpointUrl;
use crate::http::{HttpFailure, TlsTrouble, Trouble, proxy_of};

const DROPPED: &str =
    "the server, or a gateway before it, dropped the connection: look at its logs, then try again";

pub(super) fn unreachable(endpoint: &EndpointUrl, cause: &HttpFailure) -> Cow<'static, str> {
    match cause.trouble() {
        Some(trouble) => of_trouble(endpoint, &trouble, proxy_of(endpoint).as_deref()),
        None if cause.status().is_some() => status::failed(cause),
        None => DROPPED.into(),
    }
}

pub(super) fn timed_out(connecting: bool) -> &'static str {
    match connecting {
        true => "check the host, the port and the firewall, or raise --connect-timeout",
        false => "try again, raise --timeout, or look at the server's logs",
    }
}

fn of_trouble(endpoint: &EndpointUrl, trouble: &Trouble, proxy: Option<&str>) -> Cow<'static, str> {
    let variable = proxy_variable(endpoint);
    match (trouble, proxy) {
        (Trouble::Tls(tls), _) => of_tls(endpoint, tls),
        (Trouble::ProxyCredentials, _) => credentials_for_proxy(endpoint).into(),
        (Trouble::ProxyRefuses, Some(proxy)) => format!(
            "the proxy {proxy} opens no connection to {}: ask who runs it, or put the host into NO_PROXY",
            endpoint.host()
        )
        .into(),
        (Trouble::Name, Some(proxy)) => {
            format!("nobody knows the name of the proxy {proxy}: check {variable}").into()
        }
        (Trouble::Refused, Some(proxy)) => format!(
            "nothing listens at the proxy {proxy}: check {variable}, or put {} into NO_PROXY",
            endpoint.host()
        )
        .into(),
        (Trouble::Name, None) => {
            "nobody knows that name: check the host of --endpoint, and this machine's DNS".into()
        }
        (Trouble::Refused, None) if endpoint.is_default() => {
            "start the server with `cargo run`, or name another with --endpoint or MCP_SERVER_ENDPOINT".into()
        }
        (Trouble::Refused, None) => {
            "nothing listens there: check the host and the port of --endpoint".into()
        }
        (Trouble::NotHttp, _) => not_http(endpoint).into(),
        (Trouble::Dropped, _) => DROPPED.into(),
        (Trouble::Other | Trouble::ProxyRefuses, _) => {
            "check the network and the proxy settings: `mcp-client doctor` goes the way step by step".into()
        }
    }
}

fn not_http(endpoint: &EndpointUrl) -> &'static str {
    match endpoint.is_https() {
        true => {
            "what answers there does not speak HTTP/1.1, or not well: HTTP/2 alone is not enough for this client, nor is a head \
             that is too large or has a byte that must not be there"
        }
        false => {
            "what answers there does not speak HTTP/1.1: does it speak TLS (then use an https:// URL) or HTTP/2 alone? \
             `mcp-client doctor` tells"
        }
    }
}

fn of_tls(endpoint: &EndpointUrl, trouble: &TlsTrouble) -> Cow<'static, str> {
    match trouble {
        TlsTrouble::Expired => {
            "the certificate has expired: who runs the server must renew it (or this machine's clock is wrong)".into()
        }
        TlsTrouble::NotYetValid => {
            "the certificate is not valid yet: check the clocks, here and where it was made".into()
        }
        TlsTrouble::Name(names) if names.is_empty() => format!(
            "the certificate names no host: one made with `-addext subjectAltName={}` does",
            alternative_name(endpoint)
        )
        .into(),
        TlsTrouble::Name(names) => format!(
            "the certificate is for {}: use the name that it is for in --endpoint",
            names.join(", ")
        )
        .into(),
        TlsTrouble::UnknownIssuer => {
            "nobody here trusts its issuer: name the issuer's certificate with --cacert FILE (a company's proxy that \
             reads TLS has one of its own)"
                .into()
        }
        TlsTrouble::SelfSigned => {
            "the certificate is self-signed: trust it, and nothing else, with --cacert FILE".into()
        }
        TlsTrouble::NotTls => {
            "there is no TLS on that port: use an http:// URL, or the port that has TLS".into()
        }
        TlsTrouble::Http2Only => {
            "the server speaks HTTP/2 only, and this client HTTP/1.1: let the server, or what stands before it, speak both"
                .into()
        }
        TlsTrouble::Other => {
            "the TLS handshake failed: does the server speak TLS 1.2 or 1.3, without a certificate of the client's?".into()
        }
    }
}

fn alternative_name(endpoint: &EndpointUrl) -> String {
    let host = endpoint.host().trim_matches(['[', ']']);
    match host.parse::<std::net::IpAddr>() {
        Ok(address) => format!("IP:{address}"),
        Err(_) => format!("DNS:{host}"),
    }
}

fn proxy_variable(endpoint: &EndpointUrl) -> &'static str {
    match endpoint.is_https() {
        true => "HTTPS_PROXY (or ALL_PROXY)",
        false => "HTTP_PROXY (or ALL_PROXY)",
    }
}

fn credentials_for_proxy(endpoint: &EndpointUrl) -> String {
    let variable = proxy_variable(endpoint);
    format!(
        "the proxy wants credentials: put them into {variable}, as http://USER:PASSWORD@HOST:PORT"
    )
}
