//! The server over real HTTP, in one test program: building one is quicker than building many.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests say what they expect by panicking"
)]

mod catalog;
mod documents;
mod keys;
mod logs;
mod program;
mod services;
#[path = "../../../mcp-front-door/tests/it/support.rs"]
mod support;

use mcp_front_door::HttpConfig;
use mcp_server::server::Server;
use mcp_server::services::{Instance, Services};

/// Everything that ships, with the bundled data.
fn shipped() -> Server {
    Server::new(Services::bundled(Instance::new(None, None)).unwrap())
}

impl support::TestServer {
    /// The shipped handler with default settings.
    async fn shipped() -> Self {
        Self::start(shipped(), HttpConfig::default()).await
    }
}
