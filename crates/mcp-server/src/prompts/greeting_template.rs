//! `greeting-template`: asks the model to greet someone.

use garde::Validate;
use rmcp::model::{GetPromptResult, PromptMessage, Role};
use rmcp::{prompt, prompt_router};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::parameters::Parameters;
use crate::services::Services;

#[derive(Debug, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// Who is to be greeted.
    #[garde(length(chars, min = 1, max = 200))]
    name: String,
}

#[prompt_router(router = "greeting_template_prompt", vis = "pub(super)")]
impl Services {
    /// Greet someone by name.
    #[prompt(name = "greeting-template", title = "Greeting")]
    async fn greeting_template(
        &self,
        Parameters(Arguments { name }): Parameters<Arguments>,
    ) -> GetPromptResult {
        let text = format!("Please greet {name} in a friendly manner.");
        GetPromptResult::new(vec![PromptMessage::new_text(Role::User, text)])
            .with_description("Greet someone by name")
    }
}
