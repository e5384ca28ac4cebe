//! What a server may ask a client for in the middle of a call.
#![expect(
    deprecated,
    reason = "sampling and roots are on their way out of the protocol, and still in the suite"
)]

use rmcp::ErrorData;
use rmcp::model::{
    ClientCapabilities, CreateMessageRequest, CreateMessageRequestParams, ElicitRequest,
    ElicitRequestParams, ElicitationSchema, InputRequest, ListRootsRequest, SamplingMessage,
};

/// Asks the user to fill in one line of text, named `field`.
///
/// # Errors
///
/// Internal error when the form is not one the protocol allows.
pub(crate) fn text(message: &str, field: &str) -> Result<InputRequest, ErrorData> {
    let schema = ElicitationSchema::builder().required_string(field);
    form(message, schema.build())
}

/// Asks the user for a yes or a no, named `field`.
///
/// # Errors
///
/// Internal error when the form is not one the protocol allows.
pub(crate) fn consent(message: &str, field: &str) -> Result<InputRequest, ErrorData> {
    let schema = ElicitationSchema::builder().required_bool(field);
    form(message, schema.build())
}

fn form(
    message: &str,
    schema: Result<ElicitationSchema, &'static str>,
) -> Result<InputRequest, ErrorData> {
    let params = ElicitRequestParams::FormElicitationParams {
        meta: None,
        message: message.to_owned(),
        requested_schema: schema.map_err(|reason| ErrorData::internal_error(reason, None))?,
    };
    Ok(InputRequest::Elicitation(ElicitRequest::new(params)))
}

/// Asks the client's model.
pub(crate) fn sample(prompt: &str, max_tokens: u32) -> InputRequest {
    let messages = vec![SamplingMessage::user_text(prompt)];
    let params = CreateMessageRequestParams::new(messages, max_tokens);
    InputRequest::CreateMessage(CreateMessageRequest::new(params))
}

/// Asks for the client's workspace roots.
pub(crate) fn roots() -> InputRequest {
    InputRequest::ListRoots(ListRootsRequest::default())
}

/// The capability that `question` needs and `declared` lacks.
pub(crate) fn lacking(
    question: &InputRequest,
    declared: &ClientCapabilities,
) -> Option<ClientCapabilities> {
    let needed = ClientCapabilities::builder();
    match question {
        InputRequest::Elicitation(_) if !takes_forms(declared) => {
            Some(needed.enable_elicitation().build())
        }
        InputRequest::CreateMessage(_) if declared.sampling.is_none() => {
            Some(needed.enable_sampling().build())
        }
        InputRequest::ListRoots(_) if declared.roots.is_none() => {
            Some(needed.enable_roots().build())
        }
        _ => None,
    }
}

/// An empty elicitation capability stands for forms: they were there before links.
fn takes_forms(declared: &ClientCapabilities) -> bool {
    declared
        .elicitation
        .as_ref()
        .is_some_and(|kinds| kinds.form.is_some() || kinds.url.is_none())
}
