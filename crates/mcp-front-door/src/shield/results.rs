//! What the shield needs to know of each kind of result.

use rmcp::ErrorData;
use rmcp::model::{
    CallToolResponse, CallToolResult, CompleteResult, ContentBlock, CustomResult, DiscoverResult,
    GetPromptResponse, GetSkillResult, GetTaskResult, InitializeResult, ListPromptsResult,
    ListResourceTemplatesResult, ListResourcesResult, ListSkillsResult, ListToolsResult,
    MetaObject, ReadResourceResponse,
};

use super::Failure;
use crate::access_log::Outcome;
use crate::limits::{JsonSize, json_size};

/// A result on its way to the caller.
pub(super) trait Answer: Send + Sized + 'static {
    /// Where the result carries protocol metadata, if it does.
    fn meta_mut(&mut self) -> Option<&mut Option<MetaObject>>;

    /// The room it takes.
    fn size(&self) -> JsonSize;

    /// The word for it in the log.
    fn outcome(&self) -> Outcome {
        Outcome::Ok
    }

    /// The answer when there is none: a JSON-RPC error, or for tools a result that says why.
    fn failed(failure: Failure) -> Result<Self, ErrorData> {
        Err(failure.into())
    }
}

macro_rules! with_meta {
    ($($result:ty),* $(,)?) => {$(
        impl Answer for $result {
            fn meta_mut(&mut self) -> Option<&mut Option<MetaObject>> {
                Some(&mut self.meta)
            }

            fn size(&self) -> JsonSize {
                json_size(self)
            }
        }
    )*};
}

macro_rules! without_meta {
    ($($result:ty),* $(,)?) => {$(
        impl Answer for $result {
            fn meta_mut(&mut self) -> Option<&mut Option<MetaObject>> {
                None
            }

            fn size(&self) -> JsonSize {
                json_size(self)
            }
        }
    )*};
}

/// Results that may ask for the client's input instead (multi-round-trip requests).
macro_rules! or_input_required {
    ($($response:ty { $($more:tt)* })*) => {$(
        impl Answer for $response {
            fn meta_mut(&mut self) -> Option<&mut Option<MetaObject>> {
                match self {
                    Self::Complete(result) => Some(&mut result.meta),
                    Self::InputRequired(result) => Some(&mut result.meta),
                    _ => None,
                }
            }

            fn size(&self) -> JsonSize {
                match self {
                    Self::Complete(result) => json_size(result),
                    Self::InputRequired(result) => json_size(result),
                    // A task is a handle, a few words long.
                    _ => JsonSize::default(),
                }
            }

            $($more)*
        }
    )*};
}

with_meta!(
    DiscoverResult,
    ListPromptsResult,
    ListResourceTemplatesResult,
    ListResourcesResult,
    ListToolsResult,
);

// `initialize` names the server in its own field; the others belong to extensions that define their own metadata.
without_meta!(
    (),
    CompleteResult,
    CustomResult,
    GetSkillResult,
    GetTaskResult,
    InitializeResult,
    ListSkillsResult,
);

or_input_required! {
    GetPromptResponse {}
    ReadResourceResponse {}
    CallToolResponse {
        fn outcome(&self) -> Outcome {
            match self {
                Self::Complete(result) if result.is_error == Some(true) => Outcome::ToolError,
                _ => Outcome::Ok,
            }
        }

        fn failed(failure: Failure) -> Result<Self, ErrorData> {
            let text = ContentBlock::text(failure.to_string());
            Ok(CallToolResult::error(vec![text]).into())
        }
    }
}
