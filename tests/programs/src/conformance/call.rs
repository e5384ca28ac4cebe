//! [`Call`]: what a tool call and a prompt have in common when they may need several rounds.

use rmcp::model::{CallToolRequestParams, GetPromptRequestParams, InputResponses, JsonObject};

/// A request as the client sent it.
pub(crate) struct Call<'a> {
    /// JSON-RPC method.
    pub(crate) method: &'static str,
    /// Tool or prompt.
    pub(crate) name: &'a str,
    /// What it is called with, the same in every round.
    pub(crate) arguments: Option<&'a JsonObject>,
    /// What the server wrote in the round before, unless the client changed it.
    pub(crate) untrusted_state: Option<&'a str>,
    /// What the client answers to the questions of the round before, or to others.
    pub(crate) unchecked_answers: Option<&'a InputResponses>,
}

impl<'a> From<&'a CallToolRequestParams> for Call<'a> {
    fn from(request: &'a CallToolRequestParams) -> Self {
        Self {
            method: "tools/call",
            name: &request.name,
            arguments: request.arguments.as_ref(),
            untrusted_state: request.request_state.as_deref(),
            unchecked_answers: request.input_responses.as_ref(),
        }
    }
}

impl<'a> From<&'a GetPromptRequestParams> for Call<'a> {
    fn from(request: &'a GetPromptRequestParams) -> Self {
        Self {
            method: "prompts/get",
            name: &request.name,
            arguments: request.arguments.as_ref(),
            untrusted_state: request.request_state.as_deref(),
            unchecked_answers: request.input_responses.as_ref(),
        }
    }
}
