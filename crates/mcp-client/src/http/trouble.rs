//! Why no answer began: what to look at next.

use std::error::Error;
use std::io;

use rustls::{AlertDescription, CertificateError};

use super::tls::is_authority;

/// What stands between here and an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Nobody knows the name.
    Name,
    /// Something at the address said no, rather than nothing at all.
    Refused,
    /// The proxy wants credentials.
    ProxyCredentials,
    /// The proxy opens no connection to the server.
    ProxyRefuses,
    Tls(TlsTrouble),
    /// Something answers that is not HTTP/1.1: TLS, HTTP/2, or another protocol.
    NotHttp,
    /// The connection was there, and ended without an answer.
    Dropped,
    /// The way there: no route, no network.
    Other,
}

/// What is wrong with a TLS handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TlsTrouble {
    Expired,
    NotYetValid,
    /// The certificate is for these names, which may be none.
    Name(Vec<String>),
    UnknownIssuer,
    /// It is the certificate of an authority, as `openssl req -x509` makes them.
    SelfSigned,
    /// The other side does not speak TLS.
    NotTls,
    /// The other side wants HTTP/2.
    Http2Only,
    Other,
}

impl Trouble {
    /// Of a request that had no answer.
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        let causes: Vec<_> = causes(error).collect();
        let tls = causes.iter().find_map(|cause| tls_error(*cause));
        let tunnel = causes.iter().find_map(|cause| tunnel(&cause.to_string()));
        if let Some(tls) = tls {
            return Self::Tls(TlsTrouble::of(tls));
        }
        if let Some(tunnel) = tunnel {
            return tunnel;
        }
        if error.is_dns() {
            return Self::Name;
        }
        let refused = |cause: &&&(dyn Error + 'static)| {
            let io = cause.downcast_ref::<io::Error>();
            io.is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
        };
        if causes.iter().any(|cause| refused(&cause)) {
            return Self::Refused;
        }
        let hyper = causes
            .iter()
            .find_map(|cause| cause.downcast_ref::<hyper::Error>());
        match hyper {
            Some(error) if error.is_parse() => Self::NotHttp,
            _ if error.is_connect() => Self::Other,
            _ => Self::Dropped,
        }
    }
}

fn causes<'e>(error: &'e reqwest::Error) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    let first: &'e (dyn Error + 'static) = error;
    std::iter::successors(Some(first), |error: &&'e (dyn Error + 'static)| {
        (*error).source()
    })
}

/// The error of rustls that `cause` is, or has inside: `source` passes over what an I/O error holds.
fn tls_error<'e>(cause: &'e (dyn Error + 'static)) -> Option<&'e rustls::Error> {
    if let Some(error) = cause.downcast_ref::<io::Error>() {
        return tls_error(error.get_ref()?);
    }
    cause.downcast_ref()
}

/// hyper-util's errors about tunnels have no public type.
fn tunnel(words: &str) -> Option<Trouble> {
    match words.strip_prefix("tunnel error: ")? {
        "proxy authorization required" => Some(Trouble::ProxyCredentials),
        // What is below tells more: the proxy's own name, or its port.
        "failed to create underlying connection" => None,
        _ => Some(Trouble::ProxyRefuses),
    }
}

impl TlsTrouble {
    fn of(error: &rustls::Error) -> Self {
        use CertificateError as Certificate;
        match error {
            rustls::Error::InvalidCertificate(
                Certificate::Expired | Certificate::ExpiredContext { .. },
            ) => Self::Expired,
            rustls::Error::InvalidCertificate(
                Certificate::NotValidYet | Certificate::NotValidYetContext { .. },
            ) => Self::NotYetValid,
            rustls::Error::InvalidCertificate(Certificate::NotValidForName) => {
                Self::Name(Vec::new())
            }
            rustls::Error::InvalidCertificate(Certificate::NotValidForNameContext {
                presented,
                ..
            }) => Self::Name(presented.iter().map(|name| name_of(name)).collect()),
            // The second: signed by another of the issuer's name.
            rustls::Error::InvalidCertificate(
                Certificate::UnknownIssuer | Certificate::BadSignature,
            ) => Self::UnknownIssuer,
            error if is_authority(error) => Self::SelfSigned,
            rustls::Error::InvalidMessage(_) => Self::NotTls,
            rustls::Error::NoApplicationProtocol
            | rustls::Error::AlertReceived(AlertDescription::NoApplicationProtocol) => {
                Self::Http2Only
            }
            _ => Self::Other,
        }
    }
}

/// rustls writes `DnsName("a.example")`.
fn name_of(presented: &str) -> String {
    let inner = presented
        .split_once('(')
        .map_or(presented, |(_, inner)| inner);
    inner.trim_end_matches(')').trim_matches('"').to_owned()
}
