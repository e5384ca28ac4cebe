//! [`FrontDoor`]: the one way in.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{any, get};
use rmcp::ServerHandler;
use tokio::net::TcpListener;

use crate::auth::Authenticator;
use crate::config::{Frontend, HttpConfig};
use crate::endpoint::{self, Endpoint};
use crate::health::Health;
use crate::{ENDPOINT, HEALTH, guard, listener};
use lambda_program::emf::MetricsSink;

/// A handler, and all that stands in front of it. See the [crate documentation](crate) for an example.
#[must_use = "a front door does nothing until it is served"]
#[derive(Debug)]
pub struct FrontDoor<H> {
    handler: H,
    config: HttpConfig,
    keys: Option<Arc<dyn Authenticator>>,
    metrics: Option<MetricsSink>,
}

impl<H: ServerHandler> FrontDoor<H> {
    /// A front door for a developer's machine: the default [`HttpConfig`], no keys, no metrics.
    pub fn new(handler: H) -> Self {
        Self {
            handler,
            config: HttpConfig::default(),
            keys: None,
            metrics: None,
        }
    }

    /// Replaces the settings.
    pub fn with_config(mut self, config: HttpConfig) -> Self {
        self.config = config;
        self
    }

    /// Lets `keys` decide who may call, where [`Frontend::Direct`](crate::Frontend::Direct); without it everyone may.
    /// Behind the gateway its authorizer decides.
    pub fn with_keys(mut self, keys: impl Authenticator + 'static) -> Self {
        self.keys = Some(Arc::new(keys));
        self
    }

    /// Writes the metrics of every tool call to `sink`.
    pub fn with_metrics(mut self, sink: MetricsSink) -> Self {
        self.metrics = Some(sink);
        self
    }

    /// The routes: [`ENDPOINT`], [`HEALTH`], and a JSON-RPC error everywhere else.
    ///
    /// For a server of your own. [`serve`](Self::serve) also bounds connections, the time that a request head may take and
    /// that an answer may wait to be taken, and answers clients that close their half: all of that no router can. Merge
    /// it with routers that have no fallback of their own; its own says where the endpoint is.
    pub fn into_router(self) -> Router {
        let health = Health::of(&self.handler.get_info());
        let cors = guard::Cors::new(&self.config);
        let endpoint = Endpoint::new(self.handler, self.config, self.keys, self.metrics);
        let endpoint = Arc::new(endpoint);
        let mcp = any(move |request| {
            let endpoint = Arc::clone(&endpoint);
            async move { endpoint.answer(request).await }
        });
        let mcp = match cors {
            Some(cors) => cors.around(mcp),
            None => mcp,
        };
        let ready = move || std::future::ready(health.ready());
        Router::new()
            .route(ENDPOINT, mcp)
            .route(HEALTH, get(ready).fallback(Health::read_only))
            .fallback(endpoint::no_such_path)
    }

    /// Serves on `listener` until `shutdown` is ready, then takes no new connection and lets requests in flight
    /// finish, for at most [`Limits::shutdown_grace`](crate::Limits::shutdown_grace).
    pub async fn serve(self, listener: TcpListener, shutdown: impl Future<Output = ()>) {
        let mut limits = self.config.limits;
        if self.config.frontend == Frontend::LambdaWebAdapter {
            // The adapter loses a request that it sends while this end closes the connection.
            limits.header_timeout = Duration::MAX;
        }
        listener::serve(listener, self.into_router(), limits, shutdown).await;
    }
}
