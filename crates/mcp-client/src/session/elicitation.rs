//! Questions that a server asks the user (elicitation).

use rmcp::model::{ElicitResult, ElicitationAction, InputResponses};
use serde_json::Value;

use super::needs_more;
use crate::console::Console;
use crate::error::Error;
use crate::reply::Reply;

/// Answers what a result asks for before it can be complete (2026-07-28, `input_required`).
pub(super) async fn respond(
    console: &Console,
    step: &str,
    reply: &Reply,
) -> Result<InputResponses, Error> {
    let requests = reply
        .member("inputRequests")
        .map(|requests| requests.value());
    let mut responses = serde_json::Map::new();
    for (name, request) in requests
        .as_ref()
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let params = match request.get("method").and_then(Value::as_str) {
            Some("elicitation/create") if console.interactive => request.get("params"),
            Some("elicitation/create") => return Err(needs_more(step, "an answer from a person")),
            _ => return Err(needs_more(step, "more input")),
        };
        let answer = ask(console, params.cloned().unwrap_or_default()).await;
        responses.insert(
            name.clone(),
            serde_json::to_value(answer).unwrap_or_default(),
        );
    }
    serde_json::from_value(Value::Object(responses)).map_err(|_| needs_more(step, "more input"))
}

/// Asks the user at the terminal.
pub(super) async fn ask(_console: &Console, _params: Value) -> ElicitResult {
    ElicitResult::new(ElicitationAction::Cancel)
}
