//! The address of an MCP server.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use api_keys::without_possible_keys;
use reqwest::Url;

/// The URL of an MCP endpoint.
///
/// Invariant: `http` or `https`, with a host, with neither credentials nor a fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EndpointUrl(Url);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidEndpoint {
    #[error("`MCP_SERVER_ENDPOINT` is set, but empty")]
    Empty,
    #[error("invalid endpoint: expected an http:// or https:// URL, got `{0}`")]
    NotHttp(String),
    /// It carries a user name or a password. The text is not repeated: it holds a secret.
    #[error("invalid endpoint: it must not carry a user name or password")]
    Credentials,
    /// It has a fragment, which is never sent.
    #[error("invalid endpoint: `#{0}` is never sent to a server")]
    Fragment(String),
}

impl EndpointUrl {
    /// Where `cargo run` serves; `--help` names it.
    pub(crate) const DEFAULT: &'static str = "http://127.0.0.1:8080/mcp";

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn is_default(&self) -> bool {
        self.as_str() == Self::DEFAULT
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    pub(crate) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The values in the query that are secrets, by their names.
    pub(crate) fn secrets(&self) -> Vec<String> {
        const WORDS: [&str; 8] = [
            "auth",
            "credential",
            "key",
            "pass",
            "pwd",
            "secret",
            "sig",
            "token",
        ];
        let pairs = self.0.query_pairs();
        let secret = pairs.filter(|(name, value)| {
            let name = name.to_ascii_lowercase();
            !value.is_empty() && WORDS.iter().any(|word| name.contains(word))
        });
        secret.map(|(_, value)| value.into_owned()).collect()
    }

    /// Whether the path ends in `/mcp`, as most do.
    pub(crate) fn ends_in_mcp(&self) -> bool {
        self.0.path().trim_end_matches('/').ends_with("/mcp")
    }

    /// Whether the host is this machine: nothing sent there crosses a network.
    pub(crate) fn is_loopback(&self) -> bool {
        let host = self.0.host_str().unwrap_or_default();
        let name = host.trim_end_matches('.');
        if name == "localhost" || name.ends_with(".localhost") {
            return true;
        }
        match host.trim_matches(['[', ']']).parse() {
            Ok(IpAddr::V4(address)) => address.is_loopback(),
            Ok(IpAddr::V6(address)) => is_loopback_v6(address),
            Err(_) => false,
        }
    }

    /// Where a `Location` header of this endpoint's answer points, which may be relative. None if that is no endpoint.
    pub(crate) fn resolve(&self, location: &str) -> Option<Self> {
        self.0.join(location).ok()?.as_str().parse().ok()
    }

    /// The same with TLS, or without it.
    pub(crate) fn with_tls(&self, tls: bool) -> Self {
        let mut url = self.0.clone();
        // Between these two schemes it never fails.
        let _ = url.set_scheme(if tls { "https" } else { "http" });
        Self(url)
    }

    /// The port, also the one that goes without saying.
    pub(crate) fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or_default()
    }

    /// The same with another path.
    pub(crate) fn with_path(&self, path: &str) -> Self {
        let mut url = self.0.clone();
        url.set_path(path);
        Self(url)
    }

    /// Where Streamable HTTP usually is, if this looks like the URL of HTTP+SSE (2024-11-05).
    pub(crate) fn without_sse(&self) -> Option<Self> {
        let parent = self.path().trim_end_matches('/').strip_suffix("/sse")?;
        Some(self.with_path(&match parent.ends_with("/mcp") {
            true => parent.to_owned(),
            false => format!("{parent}/mcp"),
        }))
    }

    pub(crate) fn path(&self) -> &str {
        self.0.path()
    }
}

fn is_loopback_v6(address: Ipv6Addr) -> bool {
    address.is_loopback() || address.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback())
}

impl FromStr for EndpointUrl {
    type Err = InvalidEndpoint;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let not_http = || InvalidEndpoint::NotHttp(without_possible_keys(text));
        let url = Url::parse(text.trim()).map_err(|_| not_http())?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidEndpoint::Credentials);
        }
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(not_http());
        }
        match url.fragment() {
            Some(fragment) => Err(InvalidEndpoint::Fragment(without_possible_keys(fragment))),
            None => Ok(Self(url)),
        }
    }
}

impl fmt::Display for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(text: &str) -> EndpointUrl {
        text.parse().unwrap()
    }

    #[test]
    fn the_default_is_itself_valid_and_local() {
        let default = endpoint(EndpointUrl::DEFAULT);
        assert!(default.is_default());
        assert!(default.is_loopback());
        assert!(default.ends_in_mcp());
    }

    #[test]
    fn loopback_is_recognised_in_every_spelling() {
        let local =
            "localhost LOCALHOST.:1 api.localhost 127.9.9.9 127.1 [::1]:8080 [::ffff:127.0.0.1]";
        for host in local.split(' ') {
            assert!(
                endpoint(&format!("http://{host}/mcp")).is_loopback(),
                "{host}"
            );
        }
        let remote = "example.com localhost.example.com notlocalhost 127.0.0.1.example.com 10.0.0.1 0.0.0.0 [::2]";
        for host in remote.split(' ') {
            assert!(
                !endpoint(&format!("http://{host}/mcp")).is_loopback(),
                "{host}"
            );
        }
    }

    #[test]
    fn what_is_no_endpoint_is_refused() {
        for text in [
            "",
            "localhost:8080/mcp",
            "/mcp",
            "ftp://host/mcp",
            "http://",
        ] {
            let error = text.parse::<EndpointUrl>().unwrap_err();
            assert_eq!(error, InvalidEndpoint::NotHttp(text.to_owned()));
        }
        let fragment = "https://host/mcp#top".parse::<EndpointUrl>().unwrap_err();
        assert_eq!(fragment, InvalidEndpoint::Fragment("top".to_owned()));
    }

    #[test]
    fn credentials_are_refused_and_not_repeated() {
        for text in ["https://user:s3cret@host/mcp", "s3cret://s3cret@host"] {
            let error = text.parse::<EndpointUrl>().unwrap_err();
            assert_eq!(error, InvalidEndpoint::Credentials);
            assert!(!error.to_string().contains("s3cret"));
        }
    }

    #[test]
    fn the_transport_of_2024_has_a_neighbour() {
        let there = |text| endpoint(text).without_sse().map(|url| url.to_string());
        assert_eq!(there("https://h/a/sse").as_deref(), Some("https://h/a/mcp"));
        assert_eq!(
            there("https://h/mcp/sse/").as_deref(),
            Some("https://h/mcp")
        );
        assert_eq!(there("https://h/mcp"), None);
    }

    #[test]
    fn a_query_may_hold_a_secret() {
        let url = endpoint("https://host/mcp?API_Key=a%2Fb&version=2026-07-28&access_token=t&sig=");
        assert_eq!(url.secrets(), ["a/b", "t"]);
    }

    #[test]
    fn a_relative_redirect_is_resolved() {
        let here = endpoint("https://host/stage/mcp");
        let resolved = |location| here.resolve(location).map(|found| found.to_string());
        assert_eq!(resolved("/login").unwrap(), "https://host/login");
        assert_eq!(resolved("https://other/x").unwrap(), "https://other/x");
        for nothing in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://user:pass@host/x",
            "//",
        ] {
            assert_eq!(resolved(nothing), None);
        }
    }
}
