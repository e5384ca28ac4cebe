//! A stateless MCP server for AWS Lambda: your tools and prompts behind a front door that always answers.
//!
//! | module | what is there |
//! |---|---|
//! | [`cli`] | the command line, over everything below |
//! | [`config`] | settings: read once, checked together |
//! | [`keys_file`] | API keys in a file, for servers without a gateway |
//! | [`server`] | [`Server`]: the tools and prompts as one handler |
//! | [`services`] | what tools and prompts work with |
//! | [`tools`] | one file per tool |
//! | `prompts` | one file per prompt |
//! | [`parameters`] | arguments that are checked before a tool or prompt runs |
//!
//! HTTP is the crate [`mcp_front_door`], settings and logs are [`lambda_program`].

pub mod cli;
pub mod config;
pub mod keys_file;
mod page;
pub mod parameters;
#[expect(
    missing_docs,
    reason = "rmcp's `#[prompt]` generates a public function without documentation"
)]
mod prompts;
pub mod server;
pub mod services;
pub mod tools;

use mcp_front_door::{FrontDoor, MetricsSink};
use tokio::net::TcpListener;

use crate::config::{Config, Metrics};
use crate::server::Server;
use crate::services::Services;

/// Serves the tools and prompts over `services` on `listener`, until `shutdown` is ready and requests in flight have
/// finished.
pub async fn serve(
    listener: TcpListener,
    config: Config,
    services: Services,
    shutdown: impl Future<Output = ()>,
) {
    let mut door = FrontDoor::new(Server::new(services)).with_config(config.http);
    if let Some(keys) = config.keys {
        door = door.with_keys(keys);
    }
    if config.metrics == Metrics::Emf {
        let stdout = lambda_program::output::stdout();
        let sink = MetricsSink::new(|line| stdout.line(line));
        door = door.with_metrics(sink.with_stack(config.stack.as_deref()));
    }
    door.serve(listener, shutdown).await;
}
