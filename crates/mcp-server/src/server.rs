//! [`Server`]: what this server offers, over the tool catalog and the prompt gallery.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use rmcp::handler::server::prompt::PromptContext;
use rmcp::handler::server::router::prompt::PromptRouter;
use rmcp::handler::server::router::tool::ToolRouter;
use rmcp::handler::server::tool::ToolCallContext;
use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock,
    DiscoverResult, ErrorCode, GetPromptRequestParams, GetPromptResponse, Implementation,
    ListPromptsResult, ListToolsResult, PaginatedRequestParams, Prompt, ServerCapabilities,
    ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};

use crate::page::Page;
use crate::tools::{SampleWeather, UserDirectory, WeatherProvider};
use crate::{prompts, tools};

/// How long a client may keep a list, or what the server says of itself, in milliseconds: they change only with a
/// deployment.
const LIST_TTL_MS: u64 = 300_000;

/// The handler behind the front door: the tools and prompts, and what they work with.
pub struct Server {
    tools: ToolRouter<Self>,
    prompts: PromptRouter<Self>,
    // Listed often and never changed, so sorted once.
    tool_list: Vec<Tool>,
    prompt_list: Vec<Prompt>,
    instance: Instance,
    weather: Arc<dyn WeatherProvider>,
    users: UserDirectory,
}

/// Where and since when this process runs.
#[derive(Debug)]
pub struct Instance {
    /// CloudWatch log stream, or `unknown`.
    pub log_stream: String,
    /// AWS region, or `local`.
    pub region: String,
    /// Start of the process.
    pub started: Instant,
    called: AtomicBool,
}

impl Instance {
    /// This process, started now.
    #[must_use]
    pub fn new(log_stream: Option<String>, region: Option<String>) -> Self {
        Self {
            log_stream: log_stream.unwrap_or_else(|| "unknown".to_owned()),
            region: region.unwrap_or_else(|| "local".to_owned()),
            started: Instant::now(),
            called: AtomicBool::new(false),
        }
    }

    /// True exactly once.
    pub(crate) fn is_first_call(&self) -> bool {
        !self.called.swap(true, Ordering::Relaxed)
    }
}

impl Server {
    /// A server with the bundled data and sample weather.
    ///
    /// # Errors
    /// When the bundled user directory is not valid.
    pub fn new(instance: Instance) -> Result<Self, serde_json::Error> {
        let tools = tools::catalog();
        let prompts = prompts::gallery();
        Ok(Self {
            tool_list: tools.list_all(),
            prompt_list: prompts.list_all(),
            tools,
            prompts,
            instance,
            weather: Arc::new(SampleWeather),
            users: UserDirectory::bundled()?,
        })
    }

    /// The same server with another source of weather.
    #[must_use]
    pub fn with_weather(mut self, provider: Arc<dyn WeatherProvider>) -> Self {
        self.weather = provider;
        self
    }

    pub(crate) fn instance(&self) -> &Instance {
        &self.instance
    }

    pub(crate) fn weather(&self) -> &dyn WeatherProvider {
        self.weather.as_ref()
    }

    pub(crate) fn users(&self) -> &UserDirectory {
        &self.users
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(
            ServerCapabilities::builder()
                .enable_tools()
                .enable_prompts()
                .build(),
        )
        .with_server_info(
            Implementation::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
                .with_title("Serverless MCP server")
                .with_description(env!("CARGO_PKG_DESCRIPTION")),
        )
        .with_instructions(
            "Call `get_server_status` to see what is running. `get_weather` serves sample data. \
             Every tool only reads.",
        )
    }

    async fn discover(
        &self,
        _context: RequestContext<RoleServer>,
    ) -> Result<DiscoverResult, ErrorData> {
        let versions = self.supported_protocol_versions().into_owned();
        Ok(DiscoverResult::from_server_info(versions, self.get_info())
            .with_ttl_ms(LIST_TTL_MS)
            .with_cache_scope(CacheScope::Public))
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let page = Page::of(&self.tool_list, "tools", request)?;
        let mut result = ListToolsResult::with_all_items(page.items)
            .with_ttl_ms(LIST_TTL_MS)
            .with_cache_scope(CacheScope::Public);
        result.next_cursor = page.next_cursor;
        Ok(result)
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.tools.get(name).cloned()
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if !self.tools.has_route(&request.name) {
            return Err(unknown("tool", &request.name, "tools/list"));
        }
        let call = ToolCallContext::new(self, request, context);
        match self.tools.call(call).await {
            // The tool exists, so the arguments are at fault: the model reads why and tries again.
            Err(error) if error.code == ErrorCode::INVALID_PARAMS => {
                Ok(CallToolResult::error(vec![ContentBlock::text(error.message)]).into())
            }
            outcome => outcome,
        }
    }

    async fn list_prompts(
        &self,
        request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let page = Page::of(&self.prompt_list, "prompts", request)?;
        let mut result = ListPromptsResult::with_all_items(page.items)
            .with_ttl_ms(LIST_TTL_MS)
            .with_cache_scope(CacheScope::Public);
        result.next_cursor = page.next_cursor;
        Ok(result)
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        if !self.prompts.has_route(&request.name) {
            return Err(unknown("prompt", &request.name, "prompts/list"));
        }
        self.prompts
            .get_prompt(PromptContext::new(
                self,
                request.name,
                request.arguments,
                context,
            ))
            .await
    }
}

fn unknown(kind: &str, name: &str, list: &str) -> ErrorData {
    ErrorData::invalid_params(format!("unknown {kind} `{name}`: see `{list}`"), None)
}
