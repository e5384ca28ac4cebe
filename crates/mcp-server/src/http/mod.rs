//! The front door: an HTTP layer for any rmcp [`ServerHandler`], one file per concern.
//!
//! It promises that every request to [`ENDPOINT`] gets an answer, that every answer is JSON-RPC, and that the
//! request's id is in it whenever it could be read. It knows no tool: pass it your own handler.
//!
//! | file | concern |
//! |---|---|
//! | `endpoint` | the order in which everything below is applied to one POST |
//! | `allowed` | the hosts and origins that are served |
//! | `guard` | `Host` and `Origin`, CORS |
//! | `negotiation` | `Accept`, `Content-Type`, `MCP-Protocol-Version` |
//! | `limits` | request size, JSON nesting, response size |
//! | `envelope` | what can be read of a JSON-RPC message before it is trusted |
//! | `auth` | API keys, where no gateway checks them |
//! | `caller` | who is calling |
//! | `rate_limit` | calls per caller |
//! | `shield` | around the handler: deadline, panics, allow-list, response size, server identity |
//! | `panics` | panics that are contained, and those that are not |
//! | `outgoing` | rmcp's answers made JSON-RPC throughout |
//! | `refusal` | errors as JSON-RPC |
//! | `access_log` | one line per request |
//! | `metrics` | CloudWatch metrics by tool and outcome |
//! | `health` | readiness |
//! | `listener` | connections: timeouts, graceful shutdown |

mod access_log;
mod allowed;
mod auth;
mod caller;
mod config;
mod endpoint;
mod envelope;
mod guard;
mod health;
mod limits;
mod listener;
mod metrics;
mod negotiation;
mod outgoing;
mod panics;
mod rate_limit;
mod refusal;
mod shield;

use std::sync::Arc;

use axum::Router;
use axum::routing::{any, get};
use rmcp::ServerHandler;

pub use allowed::{AllowedHost, AllowedOrigin, Malformed};
pub use auth::Authenticator;
pub use config::{Frontend, HttpConfig, Limits, RateLimit};
pub use listener::serve;
pub use metrics::MetricsSink;
pub use panics::install_hook as install_panic_hook;

/// Path of the MCP endpoint.
pub const ENDPOINT: &str = "/mcp";

/// Path of the readiness check.
pub const HEALTH: &str = "/healthz";

/// The routes in front of `handler`: [`ENDPOINT`], [`HEALTH`], and a JSON-RPC error everywhere else.
pub fn router<H: ServerHandler>(handler: H, config: HttpConfig) -> Router {
    let cors = guard::cors(&config.allowed_origins);
    let endpoint = Arc::new(endpoint::Endpoint::new(handler, config));
    let mcp = any(move |request| {
        let endpoint = Arc::clone(&endpoint);
        async move { endpoint.answer(request).await }
    });
    let mcp = match cors {
        Some(cors) => mcp.layer(cors),
        None => mcp,
    };
    Router::new()
        .route(ENDPOINT, mcp)
        .route(HEALTH, get(health::ready).fallback(health::read_only))
        .fallback(endpoint::no_such_path)
}
