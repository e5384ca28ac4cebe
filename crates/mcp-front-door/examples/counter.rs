//! A counter behind the front door: `cargo run -p mcp-front-door --example counter`

use std::io::{self, Write};
use std::sync::atomic::{AtomicI64, Ordering};

use mcp_front_door::{FrontDoor, HttpConfig, Limits};
use rmcp::handler::server::router::tool::ToolRouter;
use rmcp::model::{Implementation, ServerCapabilities, ServerConfig};
use rmcp::{ServerHandler, tool, tool_handler, tool_router};
use tokio::net::TcpListener;

/// A handler like any other: the front door knows nothing of it.
pub(crate) struct Counter {
    count: AtomicI64,
    tool_router: ToolRouter<Self>,
}

#[tool_router]
impl Counter {
    pub(crate) fn new() -> Self {
        Self {
            count: AtomicI64::new(0),
            tool_router: Self::tool_router(),
        }
    }

    /// Add one, and say how many it is now.
    #[tool]
    async fn increment(&self) -> String {
        (self.count.fetch_add(1, Ordering::Relaxed) + 1).to_string()
    }

    /// Say how many it is.
    #[tool]
    async fn value(&self) -> String {
        self.count.load(Ordering::Relaxed).to_string()
    }
}

#[tool_handler(router = self.tool_router)]
impl ServerHandler for Counter {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("counter", env!("CARGO_PKG_VERSION")))
    }
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let config = HttpConfig {
        limits: Limits {
            request_bytes: 64 * 1024,
            ..Limits::default()
        },
        ..HttpConfig::default()
    };
    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    writeln!(
        io::stderr(),
        "http://{}/mcp, until Ctrl-C",
        listener.local_addr()?
    )?;
    FrontDoor::new(Counter::new())
        .with_config(config)
        .serve(listener, async {
            tokio::signal::ctrl_c().await.unwrap_or_default()
        })
        .await;
    Ok(())
}
