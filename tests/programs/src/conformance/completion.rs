//! Completion of prompt arguments.

use rmcp::ErrorData;
use rmcp::model::{CompleteRequestParams, CompleteResult, CompletionInfo, Reference};

const SUGGESTIONS: [&str; 4] = ["paris", "park", "party", "testing"];

/// Suggests values for the arguments of `test_prompt_with_arguments`.
///
/// # Errors
///
/// Invalid params when the request points at anything else.
pub(crate) fn complete(request: &CompleteRequestParams) -> Result<CompleteResult, ErrorData> {
    match &request.r#ref {
        Reference::Prompt(prompt) if prompt.name == "test_prompt_with_arguments" => {}
        _ => return Err(ErrorData::invalid_params("nothing to complete there", None)),
    }
    let typed = request.argument.value.as_str();
    let values = SUGGESTIONS
        .into_iter()
        .filter(|value| value.starts_with(typed));
    let completion = CompletionInfo::new(values.map(str::to_owned).collect())
        .map_err(|reason| ErrorData::internal_error(reason, None))?;
    Ok(CompleteResult::new(completion))
}
