//! `lookup_user`: a user from the bundled directory.

use garde::Validate;
use rmcp::handler::server::wrapper::Json;
use rmcp::{tool, tool_router};
use schemars::JsonSchema;
use serde::Deserialize;

use super::ToolError;
use crate::parameters::Parameters;
use crate::services::{Services, User};

#[derive(Debug, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// The user's id, for example `u-1001`.
    #[garde(length(chars, min = 1, max = 64))]
    user_id: String,
}

#[tool_router(router = lookup_user_tool, vis = "pub(super)")]
impl Services {
    /// Look up a user by id: name, e-mail address and role.
    #[tool(
        title = "Look up a user",
        annotations(read_only_hint = true, idempotent_hint = true, open_world_hint = false)
    )]
    async fn lookup_user(
        &self,
        Parameters(arguments): Parameters<Arguments>,
    ) -> Result<Json<User>, ToolError> {
        Ok(Json(self.users.find(&arguments.user_id)?.clone()))
    }
}
