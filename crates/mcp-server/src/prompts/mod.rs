//! The prompt gallery: one file per prompt, one line per prompt in [`gallery`].

mod greeting_template;

use rmcp::handler::server::router::prompt::PromptRouter;

use crate::server::Server;

/// Every prompt of this server. Add yours here, one line, in alphabetical order.
pub(crate) fn gallery() -> PromptRouter<Server> {
    Server::greeting_template_prompt()
}
