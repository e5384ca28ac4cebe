//! The hosts and origins that are served, as they are configured and compared.

use std::fmt;
use std::str::FromStr;

use http::uri::Authority;

/// A `Host` that is served: a name, or a name and port. A name alone admits every port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost {
    host: String,
    port: Option<u16>,
}

impl AllowedHost {
    pub(super) fn matches(&self, host: &Authority) -> bool {
        self.host.eq_ignore_ascii_case(host.host())
            && self.port.is_none_or(|port| host.port_u16() == Some(port))
    }
}

/// Why a configured host or origin cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed(&'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Malformed {}

impl FromStr for AllowedHost {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        const EXPECTED: Malformed = Malformed(
            "a host name, or a host name and port, such as `mcp.example.com` or `mcp.example.com:8443`",
        );
        let authority = Authority::from_str(text).map_err(|_| EXPECTED)?;
        let port = port_of(&authority).ok_or(EXPECTED)?;
        if authority.as_str().contains(['@', '*']) || authority.host().is_empty() {
            return Err(EXPECTED);
        }
        Ok(Self {
            host: authority.host().to_ascii_lowercase(),
            port,
        })
    }
}

/// An `Origin` that is served: scheme, host and port (RFC 6454); `:*` as port admits every port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedOrigin {
    origin: Origin,
    any_port: bool,
}

impl AllowedOrigin {
    pub(super) fn matches(&self, origin: &Origin) -> bool {
        self.origin.scheme == origin.scheme
            && self.origin.host == origin.host
            && (self.any_port || self.origin.port == origin.port)
    }
}

impl FromStr for AllowedOrigin {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        const EXPECTED: Malformed = Malformed(
            "an origin without a path, such as `https://app.example.com` or `http://localhost:*`",
        );
        let (base, any_port) = match text.strip_suffix(":*") {
            Some(base) => (base, true),
            None => (text, false),
        };
        let origin = Origin::parse(base).ok_or(EXPECTED)?;
        let names_port = Authority::from_str(base.split_once("://").map_or("", |(_, rest)| rest))
            .is_ok_and(|authority| authority.port().is_some());
        if any_port && names_port {
            return Err(EXPECTED);
        }
        Ok(Self { origin, any_port })
    }
}

/// The tuple of RFC 6454, section 4, with the scheme's default port filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

impl Origin {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let default_port = match scheme.as_str() {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let authority = Authority::from_str(rest).ok()?;
        if rest.contains(['@', '*']) || authority.host().is_empty() {
            return None;
        }
        Some(Self {
            scheme,
            host: authority.host().to_ascii_lowercase(),
            port: port_of(&authority)?.unwrap_or(default_port),
        })
    }
}

/// The port if there is one; `None` when there is a colon and no valid port behind it.
pub(super) fn port_of(authority: &Authority) -> Option<Option<u16>> {
    match authority.as_str().strip_prefix(authority.host()) {
        Some("") => Some(None),
        _ => authority.port_u16().map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_that_cannot_match_are_refused() {
        for entry in [
            "app.example.com",
            "https://",
            "https://a/b",
            "null",
            "*",
            "https://*",
            "https://a:1:*",
            "ftp://a",
            "https://a:",
            "https://a:99999",
        ] {
            assert!(entry.parse::<AllowedOrigin>().is_err(), "{entry}");
        }
        for entry in [
            "",
            "https://a",
            "a/b",
            "a:",
            "a:0x1",
            "u@a",
            "*.example.com",
        ] {
            assert!(entry.parse::<AllowedHost>().is_err(), "{entry}");
        }
    }
}
