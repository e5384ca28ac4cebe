//! The prompt gallery: one file per prompt, one line per prompt in [`gallery`].

mod greeting_template;

use rmcp::handler::server::router::prompt::PromptRouter;

use crate::services::Services;

/// Every prompt of this server. Add yours here, one line, in alphabetical order.
pub(crate) fn gallery() -> PromptRouter<Services> {
    Services::greeting_template_prompt()
}
