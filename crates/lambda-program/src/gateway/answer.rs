//! What the gateway is told.

use api_keys::Principal;
use serde::Serialize;

use super::tools::AllowedTools;

/// A simple response of a payload-2.0 authorizer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    is_authorized: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<CallerContext>,
}

/// Reaches the server as `requestContext.authorizer.lambda`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct CallerContext {
    key_id: String,
    /// Never left out, so that a verdict that was cut short is told from one that allows everything.
    tools: AllowedTools,
}

impl Answer {
    /// Lets `principal` in.
    #[must_use]
    pub fn allow(principal: &Principal) -> Self {
        Self {
            is_authorized: true,
            context: Some(CallerContext {
                key_id: principal.id().to_owned(),
                tools: AllowedTools::of(principal),
            }),
        }
    }

    /// The one answer to everybody else, so that nobody learns what was wrong with a key.
    #[must_use]
    pub fn deny() -> Self {
        Self {
            is_authorized: false,
            context: None,
        }
    }
}
