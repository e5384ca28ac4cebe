//! A server whose tools misbehave on request, behind the shipped front door and configured like the shipped server.
//! `scripts/e2e adapter` runs it behind the Lambda Web Adapter.

use std::error::Error;
use std::future::pending;
use std::time::Duration;

use mcp_front_door::FrontDoor;
use mcp_server::cli;
use mcp_server::config::{Config, Flags};
use rmcp::handler::server::router::tool::ToolRouter;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{ServerCapabilities, ServerConfig};
use rmcp::{ServerHandler, tool, tool_handler, tool_router};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::net::TcpListener;

#[derive(Debug, Deserialize, JsonSchema)]
struct Size {
    /// Bytes of the text, before it is written as JSON.
    bytes: usize,
    /// What the text repeats.
    of: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Time {
    seconds: u64,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Message {
    message: String,
}

struct Misbehaving {
    tool_router: ToolRouter<Self>,
}

#[tool_router]
impl Misbehaving {
    /// Answer with a text of a size.
    #[tool]
    async fn large(&self, Parameters(Size { bytes, of }): Parameters<Size>) -> String {
        of.repeat(bytes.checked_div(of.len()).unwrap_or_default())
    }

    /// Wait, as a tool should.
    #[tool]
    async fn sleep(&self, Parameters(Time { seconds }): Parameters<Time>) -> String {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        "awake".to_owned()
    }

    /// Wait, as no tool should: the thread serves nobody else meanwhile.
    #[tool]
    async fn block(&self, Parameters(Time { seconds }): Parameters<Time>) -> String {
        std::thread::sleep(Duration::from_secs(seconds));
        "unblocked".to_owned()
    }

    /// Panic with a message.
    #[tool]
    #[expect(clippy::panic, reason = "what the tool is for")]
    async fn panic(&self, Parameters(Message { message }): Parameters<Message>) -> String {
        panic!("{message}")
    }
}

#[tool_handler(router = self.tool_router)]
impl ServerHandler for Misbehaving {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    cli::runtime()?.block_on(serve())
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let environment = |name: &str| std::env::var(name).ok();
    let config = Config::load(&Flags::default(), &environment, false)?;
    cli::install_log(config.log);
    mcp_front_door::install_panic_hook();
    let handler = Misbehaving {
        tool_router: Misbehaving::tool_router(),
    };
    let listener = TcpListener::bind(config.address).await?;
    FrontDoor::new(handler)
        .with_config(config.http)
        .serve(listener, pending())
        .await;
    Ok(())
}
