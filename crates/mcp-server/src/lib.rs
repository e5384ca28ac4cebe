//! A stateless MCP server for AWS Lambda: your tools and prompts behind an HTTP front door that always answers.
//!
//! | module | what is there |
//! |---|---|
//! | [`cli`] | the command line, over everything below |
//! | [`config`] | settings: read once, checked together |
//! | [`telemetry`] | logging |
//! | [`http`] | the front door, for any rmcp `ServerHandler` |
//! | [`keys_file`] | API keys in a file, for servers without a gateway |
//! | [`server`] | [`Server`]: the tools and prompts as one handler |
//! | [`tools`] | one file per tool |
//! | `prompts` | one file per prompt |
//! | [`parameters`] | arguments that are checked before a tool or prompt runs |
//! | [`caller`] | who is calling |

pub mod caller;
pub mod cli;
pub mod config;
pub mod http;
pub mod keys_file;
mod page;
pub mod parameters;
#[expect(
    missing_docs,
    reason = "rmcp's `#[prompt]` generates a public function without documentation"
)]
mod prompts;
pub mod server;
pub mod telemetry;
pub mod tools;

use tokio::net::TcpListener;

use crate::config::Config;
use crate::server::{Instance, Server};

/// Serves on `listener` until `shutdown` is ready and requests in flight have finished.
///
/// # Errors
/// When the bundled data is not valid.
pub async fn serve(
    listener: TcpListener,
    config: Config,
    shutdown: impl Future<Output = ()>,
) -> Result<(), serde_json::Error> {
    let server = Server::new(Instance::new(config.log_stream, config.region))?;
    let limits = config.http.limits.clone();
    http::serve(
        listener,
        http::router(server, config.http),
        &limits,
        shutdown,
    )
    .await;
    Ok(())
}
