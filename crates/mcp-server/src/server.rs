//! [`Server`]: what this server offers, over the tool catalog and the prompt gallery.

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

use crate::page::page;
use crate::services::Services;
use crate::{prompts, tools};

/// How long a client may keep a list, or what the server says of itself, in milliseconds: they change only with a
/// deployment.
const LIST_TTL_MS: u64 = 300_000;

/// The handler behind the front door: the tools and prompts, and what they work with.
pub struct Server {
    tools: ToolRouter<Services>,
    prompts: PromptRouter<Services>,
    // Listed often and never changed, so sorted once.
    tool_list: Vec<Tool>,
    prompt_list: Vec<Prompt>,
    services: Services,
}

impl Server {
    /// Every tool and prompt, over `services`.
    #[must_use]
    pub fn new(services: Services) -> Self {
        let tools = tools::catalog();
        let prompts = prompts::gallery();
        Self {
            tool_list: tools.list_all(),
            prompt_list: prompts.list_all(),
            tools,
            prompts,
            services,
        }
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
        let (items, next_cursor) = page(&self.tool_list, "tools", request)?;
        let mut result = ListToolsResult::with_all_items(items)
            .with_ttl_ms(LIST_TTL_MS)
            .with_cache_scope(CacheScope::Public);
        result.next_cursor = next_cursor;
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
        let call = ToolCallContext::new(&self.services, request, context);
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
        let (items, next_cursor) = page(&self.prompt_list, "prompts", request)?;
        let mut result = ListPromptsResult::with_all_items(items)
            .with_ttl_ms(LIST_TTL_MS)
            .with_cache_scope(CacheScope::Public);
        result.next_cursor = next_cursor;
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
                &self.services,
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
