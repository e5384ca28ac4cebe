//! The HTTP client for one server.

use std::sync::Arc;
use std::time::Instant;

use http::{HeaderMap, HeaderName};
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response};

use super::trace::Trace;
use super::{HttpFailure, tls};
use crate::endpoint::EndpointUrl;
use crate::target::Target;

/// Sends requests to a [`Target`], with its headers, and says so to its [`Trace`].
#[derive(Debug, Clone)]
pub(crate) struct Connection {
    http: Client,
    url: Arc<str>,
    headers: HeaderMap,
    trace: Trace,
}

impl Connection {
    /// Prepares a client that sends the target's headers, follows no redirect, and uses no proxy to this machine.
    ///
    /// # Errors
    /// When the certificates to trust cannot be loaded.
    pub(crate) fn new(target: &Target, trace: Trace) -> Result<Self, HttpFailure> {
        let mut builder = Client::builder()
            .user_agent(concat!("mcp-client/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .connect_timeout(target.connect_timeout);
        if target.endpoint.is_loopback() {
            builder = builder.no_proxy();
        }
        if let Some(bundle) = &target.certificates {
            let config = tls::config(bundle).map_err(HttpFailure::Certificates)?;
            builder = builder.tls_backend_preconfigured(config);
        } else if !target.endpoint.is_https() {
            // Nothing is going to be verified, and a minimal container has no certificates to load.
            builder = builder.tls_certs_only([]);
        }
        Ok(Self {
            http: builder.build().map_err(HttpFailure::send)?,
            url: target.endpoint.as_str().into(),
            headers: headers(target),
            trace,
        })
    }

    /// A request to the endpoint.
    pub(crate) fn request(&self, method: Method) -> RequestBuilder {
        let request = self.http.request(method, &*self.url);
        request.headers(self.headers.clone())
    }

    pub(crate) fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Sends a request, with `body` if there is one.
    ///
    /// # Errors
    /// When no answer begins.
    pub(crate) async fn send(
        &self,
        request: RequestBuilder,
        body: Option<String>,
    ) -> Result<Response, HttpFailure> {
        let body = body.unwrap_or_default();
        let request = request
            .body(body.clone())
            .build()
            .map_err(HttpFailure::send)?;
        let url = request.url().as_str();
        self.trace
            .request(request.method(), url, request.headers(), body.as_bytes());
        let begin = Instant::now();
        let answer = self.http.execute(request).await.map_err(HttpFailure::send);
        match &answer {
            Ok(answer) => {
                let milliseconds = begin.elapsed().as_secs_f64() * 1000.0;
                self.trace
                    .answer(answer.status(), answer.headers(), milliseconds);
            }
            Err(failure) => self.trace.failure(failure),
        }
        answer
    }
}

fn headers(target: &Target) -> HeaderMap {
    let headers = target.credentials.iter();
    headers
        .map(|header| (header.name().clone(), header.value()))
        .collect()
}

/// The proxy that requests to `endpoint` go through, without credentials.
pub(crate) fn proxy_of(endpoint: &EndpointUrl) -> Option<String> {
    if endpoint.is_loopback() {
        return None;
    }
    let url = endpoint.as_str().parse().ok()?;
    let proxy = Matcher::from_env().intercept(&url)?;
    let proxy = proxy.uri();
    let authority = proxy.authority()?.as_str();
    let address = authority.rsplit('@').next()?;
    Some(format!("{}://{address}", proxy.scheme_str()?))
}

/// Names of headers that a user cannot set: the protocol's own, and those that belong to the connection.
pub(crate) fn is_reserved(name: &HeaderName) -> bool {
    let name = name.as_str();
    name.starts_with("mcp-")
        || [
            "accept",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "host",
            "last-event-id",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
        ]
        .contains(&name)
}
