//! The tool catalog: one file per tool, one line per tool in `catalog`.
//!
//! A tool is a method on [`Services`] with rmcp's `#[tool]` attribute. Its arguments are one struct whose
//! `#[garde(…)]` attributes are both the published JSON Schema and the check made before the tool runs,
//! so what is advertised and what is enforced cannot differ.

mod calculate;
mod get_server_status;
mod get_weather;
mod lookup_user;
mod ping;
mod portable;

use rmcp::handler::server::router::tool::ToolRouter;
use rmcp::model::{ContentBlock, IntoContents};

use crate::services::Services;

/// Every tool of this server. Add yours here, one line, in alphabetical order.
pub(crate) fn catalog() -> ToolRouter<Services> {
    let mut tools = Services::calculate_tool()
        + Services::get_server_status_tool()
        + Services::get_weather_tool()
        + Services::lookup_user_tool()
        + Services::ping_tool();
    for route in tools.map.values_mut() {
        portable::portable(&mut route.attr);
    }
    tools
}

/// A tool that ran and failed: the caller sees the message as a result with `isError: true`
/// (MCP 2026-07-28, server/tools, "Error Handling").
///
/// Made from any error with `?`. The message is public: name the thing and the expectation, keep causes that
/// only the operator should see out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolError(String);

impl ToolError {
    /// A failure with the message that the caller reads.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl<E: std::error::Error> From<E> for ToolError {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl IntoContents for ToolError {
    fn into_contents(self) -> Vec<ContentBlock> {
        vec![ContentBlock::text(self.0)]
    }
}
