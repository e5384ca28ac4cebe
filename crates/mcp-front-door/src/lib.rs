//! HTTP in front of any rmcp [`ServerHandler`](rmcp::ServerHandler), on AWS Lambda and off it.
//!
//! It promises that every request to [`ENDPOINT`] gets an answer, that every answer is JSON-RPC, and that the
//! request's id is in it whenever it could be read. It serves both generations of the protocol (2026-07-28, and
//! 2025-11-25 and older), statelessly. It knows no tool and reads no environment: pass it your own handler, and
//! [`HttpConfig`] if the defaults do not suit.
//!
//! ```no_run
#![doc = include_str!("../examples/counter.rs")]
//! ```
//!
//! # Logs
//!
//! One line a request, `request served`, at level `info` with the target [`ACCESS_LOG_TARGET`]; all other lines have targets
//! that begin with [`LOG_TARGET`]. Let these through, and of libraries only errors: rmcp logs the client's messages at
//! `info` and `debug`, arguments included. With tracing-subscriber:
//!
//! ```
//! use tracing::level_filters::LevelFilter;
//! use tracing_subscriber::filter::Targets;
//! use tracing_subscriber::prelude::*;
//!
//! let filter = Targets::new()
//!     .with_default(LevelFilter::ERROR)
//!     .with_target(mcp_front_door::ACCESS_LOG_TARGET, LevelFilter::INFO)
//!     .with_target(mcp_front_door::LOG_TARGET, LevelFilter::INFO);
//! tracing_subscriber::registry()
//!     .with(tracing_subscriber::fmt::layer().with_filter(filter))
//!     .init();
//! ```
//!
//! # Who is calling
//!
//! A tool takes a [`Caller`] as an argument, or makes one of `context.extensions`. [`FrontDoor::with_keys`] takes whatever
//! implements [`Authenticator`]: a [`KeyDocument`], which does not change, or a type of yours that reads it again.
//!
//! # Inside
//!
//! | file | concern |
//! |---|---|
//! | `door` | [`FrontDoor`]: handler, settings, keys and metrics in, routes out |
//! | `config` | the settings, plain values |
//! | `endpoint` | the order in which everything below is applied to one POST |
//! | `allowed` | the hosts and origins that are served |
//! | `guard` | `Host` and `Origin`, CORS |
//! | `negotiation` | `Accept`, `Content-Type`, `MCP-Protocol-Version` |
//! | `limits` | size of head and body, JSON nesting, response size |
//! | `envelope` | what can be read of a JSON-RPC message before it is trusted |
//! | `auth` | API keys, where no gateway checks them |
//! | `gateway` | what the gateway says of a request, through the Lambda Web Adapter |
//! | `caller` | who is calling |
//! | `rate_limit` | calls per caller |
//! | `shield` | around the handler: deadline, panics, allow-list, response size, server identity |
//! | `outgoing` | rmcp's answers made JSON-RPC throughout |
//! | `refusal` | errors as JSON-RPC |
//! | `access_log` | one line per request |
//! | `metrics` | CloudWatch metrics by tool and outcome |
//! | `health` | readiness |
//! | `listener` | accepting connections, how many, graceful shutdown |
//! | `connection` | one connection: what it is busy with, and a client that has said all it will |

mod access_log;
mod allowed;
mod auth;
mod caller;
mod config;
mod connection;
mod door;
mod endpoint;
mod envelope;
mod gateway;
mod guard;
mod health;
mod limits;
mod listener;
mod metrics;
mod negotiation;
mod outgoing;
mod rate_limit;
mod refusal;
mod shield;

pub use access_log::TARGET as ACCESS_LOG_TARGET;
pub use api_keys::KeyDocument;

pub use allowed::{AllowedHost, AllowedOrigin, Malformed};
pub use auth::Authenticator;
pub use caller::Caller;
pub use config::{Frontend, HttpConfig, Limits, RateLimit, SettingNames};
pub use door::FrontDoor;
pub use lambda_program::emf::MetricsSink;
pub use lambda_program::panics::install_hook as install_panic_hook;

/// Path of the MCP endpoint.
pub const ENDPOINT: &str = "/mcp";

/// What the targets of all other lines that this crate logs begin with.
pub const LOG_TARGET: &str = env!("CARGO_CRATE_NAME");

/// Path of the readiness check.
pub const HEALTH: &str = "/healthz";
