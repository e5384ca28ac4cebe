//! [`Round`]: one round of a call that may need several.
//!
//! Since 2026-07-28 a server that needs something from the client ends the request with its
//! questions and, when it has something to remember, a state. The client sends the request again
//! with its answers and that state. Nothing is kept on the server in between.
#![expect(
    deprecated,
    reason = "sampling and roots are on their way out of the protocol, and still in the suite"
)]

use mcp_front_door::Caller;
use rmcp::ErrorData;
use rmcp::model::{
    ClientCapabilities, CreateMessageResult, ElicitResult, ElicitationAction, InputRequest,
    InputRequests, InputRequiredResult, InputResponses, ListRootsResult,
};
use rmcp::service::{RequestContext, RoleServer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::call::Call;
use crate::questions;
use crate::seal::{Seal, Sealer};

/// A question under the name its answer will come back with.
pub(crate) type Question = (&'static str, InputRequest);

/// What a tool or prompt needs to go on where the last round stopped.
#[derive(Clone)]
pub(crate) struct Round {
    note: Option<Value>,
    unchecked_answers: InputResponses,
    declared: ClientCapabilities,
    seal: Seal,
}

/// A form, as it came back.
pub(crate) enum Form<T> {
    /// Not yet, or not in the shape that was asked for.
    Unanswered,
    /// The user declined or closed it.
    Refused,
    /// The value of the field.
    Filled(T),
}

impl Round {
    /// The round that `call` belongs to.
    ///
    /// # Errors
    ///
    /// Invalid params when the state is not one this server wrote for this caller and call.
    pub(crate) fn of(
        call: &Call<'_>,
        sealer: &Sealer,
        context: &RequestContext<RoleServer>,
    ) -> Result<Self, ErrorData> {
        let seal = sealer.for_call(&Caller::of(&context.extensions), call);
        let note = call.untrusted_state.map(|state| seal.open(state));
        Ok(Self {
            note: note.transpose()?,
            unchecked_answers: call.unchecked_answers.cloned().unwrap_or_default(),
            declared: context.client_capabilities().unwrap_or_default(),
            seal,
        })
    }

    /// Those of `questions` that the client said it can answer.
    pub(crate) fn answerable<const N: usize>(&self, questions: [Question; N]) -> Vec<Question> {
        let answerable =
            |(_, question): &Question| questions::lacking(question, &self.declared).is_none();
        questions.into_iter().filter(answerable).collect()
    }

    /// Ends the round with `questions` and nothing to remember.
    ///
    /// # Errors
    ///
    /// Missing client capability when the client did not say that it can answer all of them.
    pub(crate) fn ask(
        &self,
        questions: impl IntoIterator<Item = Question>,
    ) -> Result<InputRequiredResult, ErrorData> {
        let mut requests = InputRequests::new();
        for (name, question) in questions {
            if let Some(capability) = questions::lacking(&question, &self.declared) {
                return Err(ErrorData::missing_required_client_capability(capability));
            }
            requests.insert(name.to_owned(), question);
        }
        Ok(InputRequiredResult::from_input_requests(requests))
    }

    /// Ends the round with `questions`; the next one finds `note` in [`noted`](Self::noted).
    ///
    /// # Errors
    ///
    /// As [`ask`](Self::ask); internal error when `note` cannot be sealed.
    pub(crate) fn ask_and_note(
        &self,
        questions: impl IntoIterator<Item = Question>,
        note: &impl Serialize,
    ) -> Result<InputRequiredResult, ErrorData> {
        let mut result = self.ask(questions)?;
        result.request_state = Some(self.seal.close(note)?);
        Ok(result)
    }

    /// What the server noted in the round before; this server, and for this call.
    pub(crate) fn noted<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_value(self.note.clone()?).ok()
    }

    /// The answer to a form with one field.
    pub(crate) fn form<T: DeserializeOwned>(&self, name: &str, field: &str) -> Form<T> {
        let Some(ElicitResult {
            action, content, ..
        }) = self.answer(name)
        else {
            return Form::Unanswered;
        };
        if action != ElicitationAction::Accept {
            return Form::Refused;
        }
        let value = content.and_then(|fields| fields.get(field).cloned());
        match value.map(serde_json::from_value) {
            Some(Ok(value)) => Form::Filled(value),
            _ => Form::Unanswered,
        }
    }

    /// What the client's model wrote.
    pub(crate) fn sampled(&self, name: &str) -> Option<String> {
        let CreateMessageResult { message, .. } = self.answer(name)?;
        let blocks = message.content.into_vec();
        let text = blocks.iter().find_map(|block| block.as_text())?;
        Some(text.text.clone())
    }

    /// The URIs of the client's workspace roots.
    pub(crate) fn roots(&self, name: &str) -> Option<Vec<String>> {
        let ListRootsResult { roots, .. } = self.answer(name)?;
        Some(roots.into_iter().map(|root| root.uri).collect())
    }

    fn answer<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let answer = self.unchecked_answers.get(name)?;
        serde_json::from_value(answer.clone()).ok()
    }
}
