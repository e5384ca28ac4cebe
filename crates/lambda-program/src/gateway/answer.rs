//! What the gateway is told.

use std::collections::BTreeSet;

use api_keys::Principal;
use serde::Serialize;

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
    /// Names joined by commas, which no name contains. Absent: every tool; empty: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    tools: Option<String>,
}

impl Answer {
    /// Lets `principal` in.
    #[must_use]
    pub fn allow(principal: &Principal) -> Self {
        Self {
            is_authorized: true,
            context: Some(CallerContext {
                key_id: principal.id().to_owned(),
                tools: principal.tools().map(joined),
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

fn joined(tools: &BTreeSet<String>) -> String {
    tools
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(",")
}
