//! `ping`: answers with where and how fast it ran; the smoke test of a deployment.

use std::time::{Duration, Instant};

use garde::Validate;
use rmcp::handler::server::tool::schema_for_output;
use rmcp::model::{CallToolResult, ContentBlock};
use rmcp::{tool, tool_router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ToolError;
use crate::parameters::Parameters;
use crate::services::Services;

#[derive(Debug, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// How long to wait before answering, in milliseconds.
    #[serde(default)]
    #[garde(range(min = 0, max = 10_000))]
    delay_ms: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Pong {
    /// The CloudWatch log stream of the instance that answered, or `unknown` outside Lambda.
    log_stream: String,
    /// The server's version.
    version: String,
    /// Time from call to answer, in milliseconds.
    elapsed_ms: u64,
}

#[tool_router(router = ping_tool, vis = "pub(super)")]
impl Services {
    /// Check that the server answers, and which instance did. Optionally waits first.
    #[tool(
        title = "Ping",
        output_schema = schema_for_output::<Pong>(),
        annotations(read_only_hint = true, idempotent_hint = true, open_world_hint = false)
    )]
    async fn ping(
        &self,
        Parameters(arguments): Parameters<Arguments>,
    ) -> Result<CallToolResult, ToolError> {
        let start = Instant::now();
        if arguments.delay_ms > 0 {
            tokio::time::sleep(Duration::from_millis(arguments.delay_ms)).await;
        }
        let pong = Pong {
            log_stream: self.instance.log_stream.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            elapsed_ms: start.elapsed().as_millis().try_into().unwrap_or(u64::MAX),
        };
        let text = format!(
            "pong! logStream={} v={} d={}",
            pong.log_stream, pong.version, pong.elapsed_ms
        );
        let mut result = CallToolResult::structured(serde_json::to_value(pong)?);
        result.content = vec![ContentBlock::text(text)];
        Ok(result)
    }
}
