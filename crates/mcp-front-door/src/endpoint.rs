//! The MCP endpoint: one request, from its first byte to its log line.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use http::header::{ACCEPT, ALLOW, HeaderValue, RETRY_AFTER};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use rmcp::ServerHandler;
use rmcp::model::{ProtocolVersion, RequestId};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::access_log::{Exchange, Outcome, Record, printable, traceparent};
use crate::auth::Authenticator;
use crate::caller::Caller;
use crate::config::{Frontend, HttpConfig};
use crate::envelope::Envelope;
use crate::negotiation::{PROTOCOL_VERSION, check_media_types, check_protocol_version};
use crate::outgoing::{finish, normalize};
use crate::rate_limit::RateLimiter;
use crate::refusal::{Refusal, Rejected, SERVER_ERROR};
use crate::shield::{Call, Shield};
use crate::{auth, envelope, gateway, guard, limits};
use lambda_program::emf::MetricsSink;
use lambda_program::gateway::GatewayContext;

/// Everything that is shared between requests.
pub(crate) struct Endpoint<H: ServerHandler> {
    rmcp: StreamableHttpService<Arc<Shield<H>>, NeverSessionManager>,
    config: HttpConfig,
    keys: Option<Arc<dyn Authenticator>>,
    metrics: Option<MetricsSink>,
    supported: Vec<ProtocolVersion>,
    permits: Semaphore,
    rate_limiter: Option<RateLimiter>,
}

/// A POST that passed every check, ready for rmcp.
struct Admitted<'a> {
    id: Option<RequestId>,
    /// The request's body, for the answer to say what is wrong with it.
    body: Bytes,
    request: Request,
    _permit: SemaphorePermit<'a>,
}

impl<H: ServerHandler> Endpoint<H> {
    pub(crate) fn new(
        handler: H,
        config: HttpConfig,
        keys: Option<Arc<dyn Authenticator>>,
        metrics: Option<MetricsSink>,
    ) -> Self {
        let shield = Arc::new(Shield::new(handler, &config));
        let supported = ServerHandler::supported_protocol_versions(&*shield).into_owned();
        let factory = move || Ok(Arc::clone(&shield));
        Self {
            rmcp: StreamableHttpService::new(factory, Arc::default(), rmcp_config(&config)),
            supported,
            permits: Semaphore::new(
                config
                    .limits
                    .concurrent_requests
                    .min(Semaphore::MAX_PERMITS),
            ),
            rate_limiter: config.rate_limit.map(RateLimiter::new),
            config,
            keys,
            metrics,
        }
    }

    /// Answers one request, whatever it is.
    pub(crate) async fn answer(&self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let context = gateway::context(self.config.frontend, &parts.headers);
        let record = Record::new(uuid::Uuid::new_v4().simple().to_string());
        let mut exchange = Exchange::start(Arc::clone(&record), self.metrics.clone());
        self.note_trace(&record, &parts.headers, context.as_ref());

        let response = match self.admit(parts, body, context, &record).await {
            Ok(admitted) => {
                let answer = self.rmcp.handle(admitted.request).await;
                normalize(answer, admitted.id, &admitted.body, &record).await
            }
            Err(Rejected { id, refusal }) => {
                record.note(|facts| facts.outcome = Some(Outcome::RpcError(refusal.code().0)));
                refusal.into_response(id)
            }
        };
        exchange.answered(response.status());
        finish(response, &record, exchange)
    }

    /// All checks, in order. The body is read before anything else is judged, so that every refusal names the id.
    async fn admit(
        &self,
        mut parts: Parts,
        body: Body,
        context: Option<GatewayContext>,
        record: &Arc<Record>,
    ) -> Result<Admitted<'_>, Rejected> {
        let without_id = |refusal| Rejected { id: None, refusal };
        limits::check_head(&parts).map_err(without_id)?;
        if parts.method != Method::POST {
            guard::check(&self.config, &parts.uri, &parts.headers, context.as_ref())
                .map_err(without_id)?;
            return Err(without_id(method_not_allowed()));
        }
        let body = limits::read_body(body, &self.config)
            .await
            .map_err(without_id)?;
        let envelope = match limits::check_document(&body, &self.config) {
            Ok(()) => Envelope::read(&body),
            Err(refusal) => Err(Rejected {
                id: envelope::id(&body),
                refusal,
            }),
        };

        let id = match &envelope {
            Ok(envelope) => envelope.id.clone(),
            Err(rejected) => rejected.id.clone(),
        };
        let with_id = |refusal| Rejected {
            id: id.clone(),
            refusal,
        };
        guard::check(&self.config, &parts.uri, &parts.headers, context.as_ref())
            .map_err(with_id)?;
        let caller = self
            .caller(context.as_ref(), &parts.headers, record)
            .map_err(with_id)?;
        record.note(|facts| facts.key_id = caller.key_id().map(|id| printable(id, 64)));
        check_media_types(&parts.headers).map_err(with_id)?;
        let envelope = envelope?;
        note_message(record, &envelope, &parts.headers);
        check_protocol_version(&parts.headers, &envelope, &self.supported).map_err(with_id)?;

        if let Some(limiter) = &self.rate_limiter {
            limiter.admit(&caller).map_err(with_id)?;
        }
        let permit = self
            .permits
            .try_acquire()
            .map_err(|_| with_id(overloaded()))?;

        parts.extensions.insert(caller);
        parts.extensions.insert(Call {
            time_limit: self.time_limit(&parts.headers),
            record: Arc::clone(record),
        });
        // What the client accepts was checked above, more leniently than rmcp does.
        parts.headers.insert(
            ACCEPT,
            HeaderValue::from_static("application/json, text/event-stream"),
        );
        Ok(Admitted {
            id,
            body: body.clone(),
            request: Request::from_parts(parts, Body::from(body)),
            _permit: permit,
        })
    }

    /// Who is calling: the authorizer's word, or our own look at the key, or nobody knows.
    fn caller(
        &self,
        context: Option<&GatewayContext>,
        headers: &HeaderMap,
        record: &Record,
    ) -> Result<Caller, Refusal> {
        match (self.config.frontend, &self.keys) {
            (Frontend::LambdaWebAdapter, _) => gateway::caller(context, &self.config, &record.id),
            (Frontend::Direct, Some(keys)) => auth::caller(keys.as_ref(), headers),
            (Frontend::Direct, None) => Ok(Caller::anonymous()),
        }
    }

    fn time_limit(&self, headers: &HeaderMap) -> Duration {
        let configured = self.config.limits.tool_timeout;
        gateway::remaining(self.config.frontend, headers)
            .map_or(configured, |left| left.min(configured))
    }

    fn note_trace(&self, record: &Record, headers: &HeaderMap, context: Option<&GatewayContext>) {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        record.note(|facts| {
            facts.traceparent = text("traceparent").and_then(traceparent);
            if let Some(context) = context {
                facts.aws_request_id = context.request_id.as_deref().map(|id| printable(id, 64));
                facts.aws_trace = text("x-amzn-trace-id").map(|id| printable(id, 256));
            }
        });
    }
}

/// Any path but ours.
pub(crate) async fn no_such_path() -> Response {
    Refusal::new(
        StatusCode::NOT_FOUND,
        SERVER_ERROR,
        format!("Not Found: the MCP endpoint is {}", crate::ENDPOINT),
    )
    .into_response(None)
}

/// Stateless, JSON answers; the checks that the front door makes itself are off.
fn rmcp_config(config: &HttpConfig) -> StreamableHttpServerConfig {
    StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_sse_keep_alive(None)
        .with_sse_retry(None)
        .disable_allowed_hosts()
        .disable_allowed_origins()
        .with_max_request_body_bytes(config.limits.request_bytes)
}

fn method_not_allowed() -> Refusal {
    Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        SERVER_ERROR,
        "Method not allowed.",
    )
    .with_header(ALLOW, HeaderValue::from_static("POST"))
}

fn overloaded() -> Refusal {
    Refusal::new(
        StatusCode::SERVICE_UNAVAILABLE,
        SERVER_ERROR,
        "Service Unavailable: too many requests at the same time; try again",
    )
    .with_header(RETRY_AFTER, HeaderValue::from_static("1"))
}

fn note_message(record: &Record, envelope: &Envelope, headers: &HeaderMap) {
    let version = envelope
        .protocol_version
        .as_deref()
        .or_else(|| headers.get(PROTOCOL_VERSION)?.to_str().ok());
    let modern = version.is_some_and(|version| version >= ProtocolVersion::V_2026_07_28.as_str());
    record.note(|facts| {
        facts.method = Some(known_method(&envelope.method));
        facts.era = Some(if modern { "modern" } else { "legacy" });
        facts.client = envelope
            .client_name
            .as_deref()
            .map(|name| printable(name, 64));
        if let Some(trace) = envelope.traceparent.as_deref().and_then(traceparent) {
            facts.traceparent = Some(trace);
        }
    });
}

/// The method as a word of ours: what is not a method of MCP is text from the caller, and is not logged.
fn known_method(method: &str) -> &'static str {
    const METHODS: [&str; 22] = [
        "completion/complete",
        "initialize",
        "logging/setLevel",
        "notifications/cancelled",
        "notifications/initialized",
        "notifications/progress",
        "notifications/roots/list_changed",
        "ping",
        "prompts/get",
        "prompts/list",
        "resources/list",
        "resources/read",
        "resources/subscribe",
        "resources/templates/list",
        "resources/unsubscribe",
        "server/discover",
        "subscriptions/listen",
        "tasks/cancel",
        "tasks/get",
        "tasks/update",
        "tools/call",
        "tools/list",
    ];
    METHODS
        .into_iter()
        .find(|known| *known == method)
        .unwrap_or("unknown")
}
