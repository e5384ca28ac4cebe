//! `Host` and `Origin`: keeps DNS rebinding and foreign web pages out
//! (MCP 2026-07-28, basic/transports, "Security Warning"), and lets configured web pages in (CORS).

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::routing::MethodRouter;
use http::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue, ORIGIN, RETRY_AFTER};
use http::uri::Authority;
use http::{HeaderMap, Method, StatusCode, Uri};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::allowed::{AllowedOrigin, Origin, port_of};
use crate::config::{Frontend, HttpConfig};
use crate::gateway;
use crate::refusal::{Refusal, SERVER_ERROR};
use lambda_program::gateway::GatewayContext;

/// Headers that a web page may send: MCP's, and the API key.
const REQUEST_HEADERS: [HeaderName; 7] = [
    CONTENT_TYPE,
    HeaderName::from_static(api_keys::KEY_HEADER),
    HeaderName::from_static("mcp-protocol-version"),
    HeaderName::from_static("mcp-method"),
    HeaderName::from_static("mcp-name"),
    HeaderName::from_static("mcp-session-id"),
    HeaderName::from_static("last-event-id"),
];

/// Refuses a request whose `Host` or `Origin` is not allowed.
pub(crate) fn check(
    config: &HttpConfig,
    uri: &Uri,
    headers: &HeaderMap,
    context: Option<&GatewayContext>,
) -> Result<(), Refusal> {
    check_host(config, uri, headers, context)?;
    let Some(origin) = headers.get(ORIGIN) else {
        return Ok(());
    };
    if headers.get_all(ORIGIN).iter().count() == 1
        && origin_is_allowed(&config.allowed_origins, origin)
    {
        return Ok(());
    }
    Err(not_allowed("Origin", config.names.allowed_origins))
}

/// Refuses a request to a host that is not allowed. Every host that the request names counts: a target in absolute
/// form has one of its own, which recipients must believe before the header (RFC 9112, section 3.2.2).
fn check_host(
    config: &HttpConfig,
    uri: &Uri,
    headers: &HeaderMap,
    context: Option<&GatewayContext>,
) -> Result<(), Refusal> {
    let (target, header) =
        hosts(uri, headers).ok_or_else(|| forbidden("Host", "missing or malformed".to_owned()))?;
    let mut named = target.iter().chain(&header);
    if named.all(|host| host_is_allowed(config, host, context)) {
        return Ok(());
    }
    Err(not_allowed("Host", config.names.allowed_hosts))
}

/// CORS for the configured origins.
#[derive(Clone)]
pub(crate) struct Cors {
    layer: CorsLayer,
    config: Arc<HttpConfig>,
}

impl Cors {
    /// `None` when no origin is configured.
    pub(crate) fn new(config: &HttpConfig) -> Option<Self> {
        if config.allowed_origins.is_empty() {
            return None;
        }
        let allowed = config.allowed_origins.clone();
        let layer = CorsLayer::new()
            .allow_origin(AllowOrigin::predicate(move |origin, _| {
                origin_is_allowed(&allowed, origin)
            }))
            .allow_methods([Method::POST])
            .allow_headers(REQUEST_HEADERS)
            .expose_headers([RETRY_AFTER, HeaderName::from_static("x-request-id")])
            .max_age(Duration::from_secs(600));
        let config = Arc::new(config.clone());
        Some(Self { layer, config })
    }

    /// Puts CORS around `route`. The layer answers preflights itself, so their host is checked before it.
    pub(crate) fn around(self, route: MethodRouter) -> MethodRouter {
        let config = self.config;
        let check = move |request: Request, next: Next| {
            let refused = refuse_preflight(&config, &request);
            async move {
                match refused {
                    Some(refusal) => refusal.into_response(None),
                    None => next.run(request).await,
                }
            }
        };
        route.layer(self.layer).layer(from_fn(check))
    }
}

/// Why a preflight is not answered. Any other request is judged later, when its id is known.
fn refuse_preflight(config: &HttpConfig, request: &Request) -> Option<Refusal> {
    if request.method() != Method::OPTIONS {
        return None;
    }
    let context = gateway::context(config.frontend, request.headers());
    check_host(config, request.uri(), request.headers(), context.as_ref()).err()
}

fn not_allowed(header: &str, setting: &str) -> Refusal {
    forbidden(header, format!("not allowed; see {setting}"))
}

fn forbidden(header: &str, problem: String) -> Refusal {
    Refusal::new(
        StatusCode::FORBIDDEN,
        SERVER_ERROR,
        format!("Forbidden: {header} header is {problem}"),
    )
}

/// The hosts of the target, where it is in absolute form, and of the one `Host` header; `None` when there is neither,
/// or one that cannot be judged.
fn hosts(uri: &Uri, headers: &HeaderMap) -> Option<(Option<Authority>, Option<Authority>)> {
    if uri
        .scheme_str()
        .is_some_and(|scheme| !matches!(scheme, "http" | "https"))
    {
        return None;
    }
    let mut values = headers.get_all(HOST).iter();
    let header = match (values.next(), values.next()) {
        (Some(value), None) => Some(Authority::try_from(value.as_bytes()).ok()?),
        (None, _) => None,
        (Some(_), Some(_)) => return None,
    };
    let target = uri.authority().cloned();
    let valid = |host: &Authority| {
        !host.as_str().contains('@') && !host.host().is_empty() && port_of(host).is_some()
    };
    let named = target.is_some() || header.is_some();
    (named && target.iter().chain(&header).all(valid)).then_some((target, header))
}

fn host_is_allowed(
    config: &HttpConfig,
    host: &Authority,
    context: Option<&GatewayContext>,
) -> bool {
    let implied = match config.frontend {
        Frontend::Direct => is_loopback(host.host()),
        Frontend::LambdaWebAdapter => context
            .and_then(|context| context.domain_name.as_deref())
            .is_some_and(|domain| domain.eq_ignore_ascii_case(host.host())),
    };
    implied
        || config
            .allowed_hosts
            .iter()
            .any(|allowed| allowed.matches(host))
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn origin_is_allowed(allowed: &[AllowedOrigin], origin: &HeaderValue) -> bool {
    origin
        .to_str()
        .ok()
        .and_then(Origin::parse)
        .is_some_and(|origin| allowed.iter().any(|allowed| allowed.matches(&origin)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn allows(origin: &str, list: &[&str]) -> bool {
        let list: Vec<AllowedOrigin> = list.iter().map(|entry| entry.parse().unwrap()).collect();
        origin_is_allowed(&list, &HeaderValue::from_str(origin).unwrap())
    }

    fn serves(host: &str, config: &HttpConfig, context: Option<&GatewayContext>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_str(host).unwrap());
        check(config, &Uri::from_static("/mcp"), &headers, context).is_ok()
    }

    #[test]
    fn loopback_names_are_served_directly() {
        let config = HttpConfig::default();
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:1",
            "127.8.9.1",
            "[::1]:8080",
            "[::1]",
        ] {
            assert!(serves(host, &config, None), "{host}");
        }
        for host in [
            "example.com",
            "localhost.example.com",
            "127.0.0.1.nip.io",
            "10.0.0.1",
            "user@localhost",
            "localhost:x",
        ] {
            assert!(!serves(host, &config, None), "{host}");
        }
    }

    #[test]
    fn on_lambda_only_the_gateways_domain_and_the_list_are_served() {
        let config = HttpConfig {
            frontend: Frontend::LambdaWebAdapter,
            allowed_hosts: vec!["mcp.example.com:8443".parse().unwrap()],
            ..HttpConfig::default()
        };
        let context = GatewayContext {
            domain_name: Some("abc.execute-api.eu-west-1.amazonaws.com".to_owned()),
            ..GatewayContext::default()
        };
        assert!(serves(
            "ABC.execute-api.eu-west-1.amazonaws.com",
            &config,
            Some(&context)
        ));
        assert!(serves("mcp.example.com:8443", &config, None));
        for host in [
            "mcp.example.com",
            "localhost",
            "abc.execute-api.eu-west-1.amazonaws.com.evil.com",
        ] {
            assert!(!serves(host, &config, Some(&context)), "{host}");
        }
        assert!(!serves(
            "abc.execute-api.eu-west-1.amazonaws.com",
            &config,
            None
        ));
    }

    #[test]
    fn a_missing_or_doubled_host_is_refused() {
        let config = HttpConfig::default();
        let uri = Uri::from_static("/mcp");
        let mut headers = HeaderMap::new();
        assert!(check(&config, &uri, &headers, None).is_err());
        headers.append(HOST, HeaderValue::from_static("localhost"));
        assert!(check(&config, &uri, &headers, None).is_ok());
        headers.append(HOST, HeaderValue::from_static("localhost"));
        assert!(check(&config, &uri, &headers, None).is_err());
    }

    #[test]
    fn origins_match_by_scheme_host_and_port() {
        let list = [
            "https://app.example.com",
            "http://localhost:*",
            "http://[::1]:3000",
        ];
        for origin in [
            "https://app.example.com",
            "https://APP.example.com:443",
            "http://localhost",
            "http://localhost:5173",
            "http://[::1]:3000",
        ] {
            assert!(allows(origin, &list), "{origin}");
        }
        for origin in [
            "http://app.example.com",
            "https://app.example.com:8443",
            "https://localhost:5173",
            "null",
            "",
            "https://app.example.com.evil.com",
            "http://[::1]",
            "https://app.example.com/",
            "https://a@app.example.com",
        ] {
            assert!(!allows(origin, &list), "{origin}");
        }
    }

    proptest! {
        #[test]
        fn no_origin_is_served_that_the_list_does_not_name(origin in "\\PC{0,60}") {
            let named = ["https://app.example.com", "https://app.example.com:443"];
            let Ok(value) = HeaderValue::from_str(&origin) else { return Ok(()) };
            let list = ["https://app.example.com".parse().unwrap()];
            prop_assert_eq!(
                origin_is_allowed(&list, &value),
                named.contains(&origin.to_ascii_lowercase().as_str())
            );
        }

        #[test]
        fn a_prefix_or_suffix_never_makes_a_foreign_host_ours(
            before in "[a-z0-9.-]{0,8}", after in "[a-z0-9.-]{0,8}"
        ) {
            let config = HttpConfig {
                allowed_hosts: vec!["mcp.example.com".parse().unwrap()],
                ..HttpConfig::default()
            };
            let ours = before.is_empty() && after.is_empty();
            prop_assert_eq!(serves(&format!("{before}mcp.example.com{after}"), &config, None), ours);
        }

        #[test]
        fn any_host_header_gets_a_decision(host in proptest::collection::vec(any::<u8>(), 0..80)) {
            let Ok(value) = HeaderValue::from_bytes(&host) else { return Ok(()) };
            let mut headers = HeaderMap::new();
            headers.insert(HOST, value.clone());
            headers.insert(ORIGIN, value);
            prop_assert!(check(&HttpConfig::default(), &Uri::from_static("/mcp"), &headers, None).is_err());
        }
    }
}
