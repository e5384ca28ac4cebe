//! The prompts.

use rmcp::handler::server::prompt::{Extension, IntoGetPromptResult};
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{
    ContentBlock, GetPromptResponse, GetPromptResult, PromptMessage, ResourceContents, Role,
};
use rmcp::schemars::JsonSchema;
use rmcp::{ErrorData, prompt, prompt_router};
use serde::Deserialize;

use crate::fixture::Fixture;
use crate::questions;
use crate::round::{Form, Round};
use crate::samples::RED_PIXEL_PNG;

/// Arguments of `test_prompt_with_arguments`.
#[derive(Deserialize, JsonSchema)]
struct TwoArguments {
    /// First argument.
    arg1: String,
    /// Second argument.
    arg2: String,
}

/// Argument of `test_prompt_with_embedded_resource`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ResourceArgument {
    /// URI of the resource to embed.
    resource_uri: String,
}

#[prompt_router(router = "prompts", vis = "pub(crate)")]
impl Fixture {
    /// One line of text.
    #[prompt]
    fn test_simple_prompt(&self) -> Vec<PromptMessage> {
        vec![text("This is a simple prompt for testing.")]
    }

    /// Repeats its two arguments.
    #[prompt]
    fn test_prompt_with_arguments(
        &self,
        Parameters(TwoArguments { arg1, arg2 }): Parameters<TwoArguments>,
    ) -> Vec<PromptMessage> {
        let message = format!("Prompt with arguments: arg1='{arg1}', arg2='{arg2}'");
        vec![text(&message)]
    }

    /// Contains a resource.
    #[prompt]
    fn test_prompt_with_embedded_resource(
        &self,
        Parameters(ResourceArgument { resource_uri }): Parameters<ResourceArgument>,
    ) -> Vec<PromptMessage> {
        let resource =
            ResourceContents::text("Embedded resource content for testing.", resource_uri)
                .with_mime_type("text/plain");
        vec![
            PromptMessage::new(Role::User, ContentBlock::resource(resource)),
            text("Please process the embedded resource above."),
        ]
    }

    /// Contains an image.
    #[prompt]
    fn test_prompt_with_image(&self) -> Vec<PromptMessage> {
        let image = ContentBlock::image(RED_PIXEL_PNG, "image/png");
        vec![
            PromptMessage::new(Role::User, image),
            text("Please analyze the image above."),
        ]
    }

    /// Asks the user what it should be about.
    #[prompt]
    fn test_input_required_result_prompt(
        &self,
        Extension(round): Extension<Round>,
    ) -> Result<Reply, ErrorData> {
        let message = match round.form::<String>("user_context", "context") {
            Form::Filled(context) => format!("Answer in this context: {context}"),
            Form::Refused => "Answer without any context.".to_owned(),
            Form::Unanswered => {
                let question = questions::text("What context should the prompt use?", "context")?;
                return Ok(Reply(round.ask([("user_context", question)])?.into()));
            }
        };
        Ok(Reply(GetPromptResult::new(vec![text(&message)]).into()))
    }
}

/// Messages or a question. The prompt macro takes either, but not a choice between them.
struct Reply(GetPromptResponse);

impl IntoGetPromptResult for Reply {
    fn into_get_prompt_result(self) -> Result<GetPromptResponse, ErrorData> {
        Ok(self.0)
    }
}

fn text(message: &str) -> PromptMessage {
    PromptMessage::new_text(Role::User, message)
}
