//! The way to the machine: proxy, name, connection.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::Case;
use super::record::{Record, Step, Stop, Trouble};
use crate::exit;
use crate::http::proxy_of;

/// How many of a name's addresses are tried.
const MOST_ADDRESSES: usize = 4;

pub(super) async fn examine(case: &Case, record: &mut Record<'_, '_>) -> Result<(), Stop> {
    let endpoint = &case.target.endpoint;
    let limit = case.target.connect_timeout;
    if let Some(proxy) = proxy_of(endpoint) {
        through_proxy(&proxy, limit, record).await?;
        record.skipped(Step::Dns, "the proxy looks the name up")?;
        return record.skipped(Step::Connection, "the proxy opens it");
    }
    record.ok(Step::Proxy, "none")?;
    let host = endpoint.host().trim_matches(['[', ']']);
    let addresses = match look_up(host, endpoint.port(), limit).await {
        Ok(addresses) => addresses,
        Err(reason) => return record.failed(Step::Dns, &unknown_name(host, &reason)),
    };
    let shown: Vec<_> = addresses
        .iter()
        .map(|address| address.ip().to_string())
        .collect();
    match shown.iter().any(|address| address == host) {
        true => record.skipped(Step::Dns, "the host is an address")?,
        false => record.ok(Step::Dns, &format!("{host} is {}", shown.join(", ")))?,
    }
    match connect(&addresses, limit).await {
        Ok(address) => record.ok(Step::Connection, &format!("{address} answers")),
        Err(reason) => record.failed(
            Step::Connection,
            &no_connection(endpoint.is_default(), &reason),
        ),
    }
}

async fn through_proxy(
    proxy: &str,
    limit: Duration,
    record: &mut Record<'_, '_>,
) -> Result<(), Stop> {
    let Some((host, port)) = host_and_port(proxy) else {
        return record.ok(Step::Proxy, proxy);
    };
    let reached = match look_up(&host, port, limit).await {
        Ok(addresses) => connect(&addresses, limit)
            .await
            .map_err(|reason| reason.text),
        Err(reason) => Err(reason),
    };
    match reached {
        Ok(_) => record.ok(Step::Proxy, &format!("{proxy}, from the environment")),
        Err(reason) => record.failed(
            Step::Proxy,
            &Trouble {
                detail: format!("the proxy {proxy} cannot be reached"),
                cause: reason,
                fix: "check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY, or put the server's host into NO_PROXY".to_owned(),
                class: ("unreachable", exit::UNREACHABLE),
            },
        ),
    }
}

fn host_and_port(proxy: &str) -> Option<(String, u16)> {
    let url: http::Uri = proxy.parse().ok()?;
    let default = match url.scheme_str() {
        Some("https") => 443,
        Some("http") => 80,
        _ => 1080,
    };
    let host = url.host()?.trim_matches(['[', ']']).to_owned();
    Some((host, url.port_u16().unwrap_or(default)))
}

async fn look_up(host: &str, port: u16, limit: Duration) -> Result<Vec<SocketAddr>, String> {
    let found = timeout(limit, lookup_host((host, port))).await;
    let found = found.map_err(|_| format!("no answer within {} s", limit.as_secs_f64()))?;
    let found = found.map_err(|error| error.to_string())?;
    let addresses: Vec<_> = found.take(MOST_ADDRESSES).collect();
    match addresses.is_empty() {
        true => Err("the name has no address".to_owned()),
        false => Ok(addresses),
    }
}

struct NoConnection {
    text: String,
    timed_out: bool,
}

/// Connects to the first of these that answers.
async fn connect(addresses: &[SocketAddr], limit: Duration) -> Result<SocketAddr, NoConnection> {
    let mut last = NoConnection {
        text: "there is no address".to_owned(),
        timed_out: false,
    };
    for address in addresses {
        match timeout(limit, TcpStream::connect(address)).await {
            Ok(Ok(_)) => return Ok(*address),
            Ok(Err(error)) => {
                last.text = format!("{address}: {error}");
                last.timed_out = false;
            }
            Err(_) => {
                last.text = format!("{address}: no answer within {} s", limit.as_secs_f64());
                last.timed_out = true;
            }
        }
    }
    Err(last)
}

fn unknown_name(host: &str, reason: &str) -> Trouble {
    Trouble {
        detail: format!("nobody knows the name {host}"),
        cause: reason.to_owned(),
        fix:
            "check the host of --endpoint, and this machine's DNS; behind a proxy, set HTTPS_PROXY"
                .to_owned(),
        class: ("unreachable", exit::UNREACHABLE),
    }
}

fn no_connection(is_default: bool, reason: &NoConnection) -> Trouble {
    let (detail, fix, class) = match (reason.timed_out, is_default) {
        (true, _) => (
            "nothing answers",
            "check the host, the port and the firewall, or raise --connect-timeout; behind a proxy, set HTTPS_PROXY",
            ("timed_out", exit::TRY_AGAIN),
        ),
        (false, true) => (
            "nothing listens there",
            "start the server with `cargo run`, or name another with --endpoint or MCP_SERVER_ENDPOINT",
            ("unreachable", exit::UNREACHABLE),
        ),
        (false, false) => (
            "nothing listens there",
            "check the host and the port of --endpoint; is the server running?",
            ("unreachable", exit::UNREACHABLE),
        ),
    };
    Trouble {
        detail: detail.to_owned(),
        cause: reason.text.clone(),
        fix: fix.to_owned(),
        class,
    }
}
