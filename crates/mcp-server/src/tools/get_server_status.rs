//! `get_server_status`: what is running, where, since when.

use std::sync::atomic::{AtomicBool, Ordering};

use garde::Validate;
use rmcp::handler::server::wrapper::Json;
use rmcp::model::ProtocolVersion;
use rmcp::{tool, tool_router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::parameters::Parameters;
use crate::services::Services;

/// Whether the tool was called since the process started.
static CALLED: AtomicBool = AtomicBool::new(false);

#[derive(Debug, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
struct Arguments {}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Status {
    /// `ok`: the server answers.
    status: &'static str,
    /// The server's clock, RFC 3339 in UTC.
    time: String,
    /// The AWS region, or `local` outside Lambda.
    region: String,
    /// The server's version.
    version: &'static str,
    /// Whole seconds since this instance started.
    uptime_seconds: u64,
    /// The MCP protocol versions that this server speaks, oldest first.
    protocol_versions: Vec<String>,
    /// Whether this is the first call of this tool since the instance started: on Lambda, a sign of a cold start.
    first_call_since_start: bool,
}

#[tool_router(router = get_server_status_tool, vis = "pub(super)")]
impl Services {
    /// Report the server's health, clock, region, version and uptime.
    #[tool(
        title = "Server status",
        annotations(read_only_hint = true, open_world_hint = false)
    )]
    async fn get_server_status(
        &self,
        Parameters(Arguments {}): Parameters<Arguments>,
    ) -> Json<Status> {
        let instance = &self.instance;
        Json(Status {
            status: "ok",
            time: jiff::Timestamp::now().to_string(),
            region: instance.region.clone(),
            version: env!("CARGO_PKG_VERSION"),
            uptime_seconds: instance.started.elapsed().as_secs(),
            protocol_versions: ProtocolVersion::KNOWN_VERSIONS
                .iter()
                .map(ToString::to_string)
                .collect(),
            first_call_since_start: !CALLED.swap(true, Ordering::Relaxed),
        })
    }
}
