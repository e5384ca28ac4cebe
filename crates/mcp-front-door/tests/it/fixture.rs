//! A handler that misbehaves on request.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use mcp_front_door::Caller;
use rmcp::handler::server::router::tool::ToolRouter;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{
    CallToolResult, ContentBlock, ProgressNotificationParam, ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler, tool, tool_handler, tool_router};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::sync::Notify;

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Text {
    text: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Size {
    bytes: usize,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Nap {
    milliseconds: u64,
}

pub(crate) struct Fixture {
    tool_router: ToolRouter<Self>,
    /// Notified when `cancelled_work` hears of its cancellation.
    pub(crate) heard: Arc<Notify>,
    /// Futures of `sleep` that were dropped before they finished.
    pub(crate) dropped: Arc<AtomicUsize>,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self {
            tool_router: Self::tool_router(),
            heard: Arc::default(),
            dropped: Arc::default(),
        }
    }
}

struct CountDrop(Arc<AtomicUsize>);

impl Drop for CountDrop {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tool_router]
impl Fixture {
    #[tool]
    async fn echo(&self, Parameters(Text { text }): Parameters<Text>) -> String {
        tokio::task::yield_now().await;
        text
    }

    #[tool]
    async fn panic(&self, Parameters(Text { text }): Parameters<Text>) -> String {
        // Without the hook, whose backtraces would take longer than the tests.
        std::panic::resume_unwind(Box::new(format!("the tool says {text}")))
    }

    #[tool]
    async fn sleep(&self) -> String {
        let _count = CountDrop(Arc::clone(&self.dropped));
        tokio::time::sleep(Duration::from_secs(3600)).await;
        "awake".to_owned()
    }

    #[tool]
    async fn nap(&self, Parameters(Nap { milliseconds }): Parameters<Nap>) -> String {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        "rested".to_owned()
    }

    #[tool]
    async fn block_the_thread(&self) -> String {
        std::thread::sleep(Duration::from_secs(2));
        "unblocked".to_owned()
    }

    #[tool]
    async fn cancelled_work(&self, context: RequestContext<RoleServer>) -> String {
        let heard = Arc::clone(&self.heard);
        tokio::spawn(async move {
            context.ct.cancelled().await;
            heard.notify_one();
        });
        std::future::pending().await
    }

    #[tool]
    async fn large(&self, Parameters(Size { bytes }): Parameters<Size>) -> String {
        "x".repeat(bytes)
    }

    #[tool]
    async fn quotes(&self, Parameters(Size { bytes }): Parameters<Size>) -> String {
        "\"".repeat(bytes)
    }

    #[tool]
    async fn large_error(
        &self,
        Parameters(Size { bytes }): Parameters<Size>,
    ) -> Result<String, ErrorData> {
        Err(ErrorData::internal_error("x".repeat(bytes), None))
    }

    #[tool]
    async fn who_am_i(&self, caller: Caller) -> CallToolResult {
        let name = caller.key_id().unwrap_or("anonymous").to_owned();
        CallToolResult::success(vec![ContentBlock::text(name)])
    }

    #[tool]
    async fn progress(&self, context: RequestContext<RoleServer>) -> String {
        if let Some(token) = context.meta.get_progress_token() {
            let half = ProgressNotificationParam::new(token, 0.5);
            context.peer.notify_progress(half).await.ok();
        }
        "done".to_owned()
    }
}

#[tool_handler(router = self.tool_router)]
impl ServerHandler for Fixture {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }
}
