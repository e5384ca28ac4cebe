//! The first answers: TLS, HTTP, redirect.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::exchange::{Exchange, knock};
use super::record::{Record, Step, Stop, Trouble};
use super::{Case, route};
use crate::endpoint::EndpointUrl;
use crate::error::hint::endpoint_option;
use crate::exit;
use crate::http::{self as wire, HttpFailure, TlsTrouble, proxy_of};
use crate::target::Target;

/// How long a server may take to say in which protocol it speaks.
const FIRST_BYTES: Duration = Duration::from_secs(2);

/// What came back from the endpoint.
pub(super) struct Knocks {
    /// Without credentials.
    pub(super) anonymous: Arc<Exchange>,
    /// With them; the same where there are none.
    pub(super) known: Arc<Exchange>,
}

pub(super) async fn examine(case: &Case, record: &mut Record<'_, '_>) -> Result<Knocks, Stop> {
    // Whoever is there gets no credentials before it is known that something is.
    let anonymous = Arc::new(knock(case, &case.anonymous).await);
    tls(case, &anonymous, record).await?;
    http(case, &anonymous, record).await?;
    let known = match case.target.credentials.is_empty() {
        true => Arc::clone(&anonymous),
        false => Arc::new(knock(case, &case.target).await),
    };
    redirect(&known, record)?;
    route::examine(case, &known, record).await?;
    Ok(Knocks { anonymous, known })
}

async fn tls(case: &Case, seen: &Exchange, record: &mut Record<'_, '_>) -> Result<(), Stop> {
    let endpoint = &case.target.endpoint;
    let trouble = seen.failure.as_deref().and_then(HttpFailure::trouble);
    match (&trouble, &seen.error) {
        (Some(wire::Trouble::Tls(TlsTrouble::Http2Only)), _) if endpoint.is_https() => {
            record.ok(Step::Tls, "it works, for HTTP/2 only")
        }
        (Some(wire::Trouble::Tls(found)), Some(error)) => {
            let mut trouble = Trouble::of(error);
            trouble.detail = of_tls(found).to_owned();
            record.failed(Step::Tls, &trouble)
        }
        (Some(_), _) if !endpoint.is_https() && speaks_tls(case).await => {
            let there = endpoint.with_tls(true);
            let fix = format!("use {}", endpoint_option(&there));
            let detail = "the server speaks TLS on that port, and the URL says http://";
            let mut trouble = Trouble::of_protocol(detail, detail, &fix);
            trouble.class = ("unreachable", exit::UNREACHABLE);
            record.failed(Step::Tls, &trouble)
        }
        _ if !endpoint.is_https() => record.skipped(Step::Tls, "the URL says http://"),
        (Some(_), _) => Ok(()),
        (None, _) if case.target.certificates.is_some() => {
            record.ok(Step::Tls, "trusted by --cacert")
        }
        (None, _) => record.ok(Step::Tls, "trusted"),
    }
}

fn of_tls(trouble: &TlsTrouble) -> &'static str {
    match trouble {
        TlsTrouble::Expired => "the certificate has expired",
        TlsTrouble::NotYetValid => "the certificate is not valid yet",
        TlsTrouble::Name(_) => "the certificate is for another host",
        TlsTrouble::UnknownIssuer => "the certificate's issuer is not trusted here",
        TlsTrouble::SelfSigned => "the certificate is self-signed, and not trusted here",
        TlsTrouble::NotTls => "the port speaks no TLS",
        TlsTrouble::Http2Only => "the server speaks HTTP/2 only",
        TlsTrouble::Other => "the TLS handshake failed",
    }
}

/// Whether the same port takes a TLS handshake, whatever becomes of it.
async fn speaks_tls(case: &Case) -> bool {
    let target = at(case, case.target.endpoint.with_tls(true));
    let seen = knock(case, &target).await;
    match seen.failure.as_deref().and_then(HttpFailure::trouble) {
        Some(wire::Trouble::Tls(trouble)) => {
            !matches!(trouble, TlsTrouble::NotTls | TlsTrouble::Other)
        }
        Some(_) => false,
        None => seen.status.is_some(),
    }
}

/// Another endpoint, which gets no credentials.
pub(super) fn at(case: &Case, endpoint: EndpointUrl) -> Target {
    Target {
        endpoint,
        ..case.anonymous.clone()
    }
}

async fn http(case: &Case, seen: &Exchange, record: &mut Record<'_, '_>) -> Result<(), Stop> {
    let trouble = seen.failure.as_deref().and_then(HttpFailure::trouble);
    match (&seen.error, seen.status) {
        (Some(error), None) => {
            let mut said = Trouble::of(error);
            match trouble {
                Some(wire::Trouble::Tls(found)) => of_tls(&found).clone_into(&mut said.detail),
                Some(wire::Trouble::NotHttp) if is_http2(case).await => {
                    of_tls(&TlsTrouble::Http2Only).clone_into(&mut said.detail);
                    "let the server, or what stands before it, speak HTTP/1.1 too"
                        .clone_into(&mut said.fix);
                }
                Some(wire::Trouble::NotHttp) => {
                    "what answers is no HTTP/1.1".clone_into(&mut said.detail)
                }
                Some(wire::Trouble::ProxyCredentials) => {
                    "the proxy wants credentials".clone_into(&mut said.detail)
                }
                Some(wire::Trouble::ProxyRefuses) => {
                    "the proxy opens no connection".clone_into(&mut said.detail)
                }
                Some(wire::Trouble::Dropped) => {
                    "the connection ends without an answer".clone_into(&mut said.detail)
                }
                _ => {}
            }
            record.failed(Step::Http, &said)
        }
        (_, status) => {
            let status = status.unwrap_or(StatusCode::OK);
            record.ok(
                Step::Http,
                &format!("HTTP/1.1; a question without credentials gets {status}"),
            )
        }
    }
}

/// Whether the first thing that a server without TLS says is a frame of HTTP/2 with its settings (RFC 9113, 3.4).
async fn is_http2(case: &Case) -> bool {
    let endpoint = &case.target.endpoint;
    if endpoint.is_https() || proxy_of(endpoint).is_some() {
        return false;
    }
    let asking = async {
        let host = endpoint.host().trim_matches(['[', ']']);
        let mut stream = TcpStream::connect((host, endpoint.port())).await?;
        stream
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            .await?;
        stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).await?;
        let mut frame = [0; 9];
        stream.read_exact(&mut frame).await?;
        std::io::Result::Ok(matches!(frame, [0, _, _, 4, _, 0, 0, 0, 0]))
    };
    matches!(timeout(FIRST_BYTES, asking).await, Ok(Ok(true)))
}

fn redirect(seen: &Exchange, record: &mut Record<'_, '_>) -> Result<(), Stop> {
    let location = seen.failure.as_deref().and_then(HttpFailure::location);
    match (&seen.error, location) {
        (Some(error), Some(location)) => {
            let mut trouble = Trouble::of(error);
            trouble.detail = format!("the server points to {location}");
            record.failed(Step::Redirect, &trouble)
        }
        _ => record.ok(Step::Redirect, "none"),
    }
}
