//! This project's server, and one made with rmcp that pages, streams and lies, whose tools have the same names.

use std::sync::Arc;

use axum::Router;
use mcp_server::config::{Config, Flags};
use mcp_server::services::{Instance, Services};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData,
    GetPromptRequestParams, GetPromptResponse, GetPromptResult, Implementation, JsonObject,
    ListPromptsResult, ListToolsResult, PaginatedRequestParams, Prompt, PromptArgument,
    PromptMessage, Role, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{RoleServer, ServerHandler};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::stub::serve;

/// This project's server, with its embedded defaults.
pub(crate) async fn own() -> String {
    let config = Config::load(&Flags::default(), &|_| None, false).unwrap();
    let services = Services::bundled(Instance::new(None, None)).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(mcp_server::serve(
        listener,
        config,
        services,
        std::future::pending(),
    ));
    format!("http://{address}/mcp")
}

/// Pages are small, so that every list has several.
const PAGE: usize = 3;

/// The server. `pong` is what `ping` says.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) pong: &'static str,
    pub(crate) tools: Vec<Tool>,
}

impl Default for Server {
    fn default() -> Self {
        let pong = "pong! logStream=unknown v=0.1.0 d=0";
        let tools = tools();
        Self { pong, tools }
    }
}

impl Server {
    /// Serves as this project's server does: stateless, JSON only.
    pub(crate) async fn stateless(self) -> String {
        let config = config()
            .with_legacy_session_mode(false)
            .with_json_response(true);
        let sessions = Arc::new(NeverSessionManager::default());
        let service = StreamableHttpService::new(move || Ok(self.clone()), sessions, config);
        serve(Router::new().nest_service("/mcp", service)).await
    }

    /// Serves as many others do: sessions in the legacy era, every answer an event stream. `also` goes around it.
    pub(crate) async fn stateful(self, also: impl FnOnce(Router) -> Router) -> String {
        let config = config()
            .with_legacy_session_mode(true)
            .with_json_response(false);
        let sessions = Arc::new(LocalSessionManager::default());
        let service = StreamableHttpService::new(move || Ok(self.clone()), sessions, config);
        serve(also(Router::new().nest_service("/mcp", service))).await
    }

    fn page<'a, T>(&self, items: &'a [T], cursor: Option<&str>) -> (&'a [T], Option<String>) {
        let start = cursor.map_or(0, |cursor| cursor.parse().unwrap());
        let end = items.len().min(start + PAGE);
        let next = (end < items.len()).then(|| end.to_string());
        (&items[start..end], next)
    }
}

fn config() -> StreamableHttpServerConfig {
    StreamableHttpServerConfig::default().with_sse_keep_alive(None)
}

fn tools() -> Vec<Tool> {
    vec![
        tool(
            "calculate",
            "Computes with two numbers.\nDivision by zero is an error.",
            json!({
                "properties": {
                    "operation": {"$ref": "#/$defs/Operation", "description": "What to do."},
                    "a": {"type": "number", "description": "The first number."},
                    "b": {"type": "number", "description": "The second number."},
                },
                "required": ["operation", "a", "b"],
                "$defs": {"Operation": {"enum": ["add", "divide"]}},
            }),
        )
        .with_title("Calculator"),
        tool(
            "deploy",
            "Says where it deploys to; the region travels in a header too.",
            json!({"properties": {"region": {"type": "string", "x-mcp-header": "Region"}}}),
        ),
        tool("echo", "Answers with its arguments.", json!({})),
        tool("fail", "Always answers with an error.", json!({})),
        tool(
            "get_weather",
            "The weather of a city.",
            json!({
                "properties": {
                    "city": {"type": "string", "description": "The city's name."},
                    "units": {"enum": ["celsius", "fahrenheit"], "default": "celsius"},
                },
                "required": ["city"],
            }),
        ),
        tool("picture", "Answers with binary content.", json!({})),
        tool(
            "ping",
            "Answers with pong.",
            json!({"properties": {"delay_ms": {"type": "integer"}}}),
        ),
    ]
}

fn tool(name: &'static str, description: &'static str, schema: Value) -> Tool {
    let Value::Object(mut schema) = schema else {
        panic!("a schema is an object")
    };
    schema.insert("type".to_owned(), json!("object"));
    Tool::new(name, description, Arc::new(schema))
}

fn prompts() -> Vec<Prompt> {
    let name = PromptArgument::new("name")
        .with_description("Who to greet.")
        .with_required(true);
    let tone = PromptArgument::new("tone");
    let plain = |name: &str| Prompt::new(name, None::<String>, None);
    vec![
        Prompt::new("greeting", Some("Greets someone."), Some(vec![name, tone]))
            .with_title("Greeting"),
        plain("one"),
        plain("two"),
        plain("three"),
    ]
}

fn answer(server: &Server, name: &str, arguments: &JsonObject) -> Option<CallToolResult> {
    let number = |name: &str| arguments[name].as_f64().unwrap();
    let result = match name {
        "calculate" => CallToolResult::structured(json!({"result": number("a") + number("b")})),
        "deploy" => CallToolResult::success(vec![ContentBlock::text("deployed")]),
        "echo" => {
            let mut result = CallToolResult::structured(Value::from(arguments.clone()));
            result.content.clear();
            result
        }
        "fail" => CallToolResult::error(vec![ContentBlock::text("the moon is not full")]),
        "get_weather" => {
            CallToolResult::structured(json!({"city": arguments["city"], "degrees": 21.5}))
        }
        "picture" => CallToolResult::success(vec![
            ContentBlock::image("QUJDRA==", "image/png"),
            ContentBlock::audio("QUJD", "audio/wav"),
        ]),
        "ping" => CallToolResult::success(vec![ContentBlock::text(server.pong)]),
        _ => return None,
    };
    Some(result)
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_prompts()
            .build();
        ServerConfig::new(capabilities)
            .with_server_info(Implementation::new("fixture", "1.2.3").with_title("A fixture"))
            .with_instructions("Ask for one thing at a time.")
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.tools.iter().find(|tool| tool.name == name).cloned()
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let cursor = request.and_then(|request| request.cursor);
        let (page, next) = self.page(&self.tools, cursor.as_deref());
        let mut list = ListToolsResult::with_all_items(page.to_vec());
        list.next_cursor = next;
        Ok(list)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = request.arguments.unwrap_or_default();
        let result = answer(self, &request.name, &arguments);
        let unknown = || ErrorData::invalid_params(format!("no tool `{}`", request.name), None);
        Ok(result.ok_or_else(unknown)?.into())
    }

    async fn list_prompts(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let prompts = prompts();
        let cursor = request.and_then(|request| request.cursor);
        let (page, next) = self.page(&prompts, cursor.as_deref());
        let mut list = ListPromptsResult::with_all_items(page.to_vec());
        list.next_cursor = next;
        Ok(list)
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let arguments = request.arguments.unwrap_or_default();
        let Some(name) = arguments.get("name").and_then(Value::as_str) else {
            return Err(ErrorData::invalid_params("`name` is missing", None));
        };
        let messages = vec![
            PromptMessage::new_text(Role::User, format!("Greet {name}.")),
            PromptMessage::new_text(Role::Assistant, "Gladly."),
        ];
        Ok(GetPromptResult::new(messages).into())
    }
}
