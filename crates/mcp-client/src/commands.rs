//! What each command does. A command gets a [`Target`] or an open [`Session`], its arguments, and an [`Output`].

mod info;
pub mod keys;
mod prompts_get;
mod prompts_list;
mod smoke;
mod tools_call;
mod tools_list;

use std::io::Read;

use crate::cli::{PromptsCommand, ServerCommand, ToolsCommand};
use crate::error::Error;
use crate::output::Output;
use crate::session::Session;
use crate::target::Target;

/// Runs `command`, or the smoke test if there is none.
///
/// # Errors
/// Whatever went wrong, for [`Output::report`] and the exit code.
pub async fn run(
    command: Option<&ServerCommand>,
    target: &Target,
    stdin: &mut dyn Read,
    output: &mut Output<'_>,
) -> Result<(), Error> {
    match command {
        None => smoke::run(target, output).await,
        Some(ServerCommand::Info) => info::run(target, output).await,
        Some(ServerCommand::Tools(ToolsCommand::List)) => tools_list::run(target, output).await,
        Some(ServerCommand::Tools(ToolsCommand::Call(call))) => {
            tools_call::run(target, call, stdin, output).await
        }
        Some(ServerCommand::Prompts(PromptsCommand::List)) => {
            prompts_list::run(target, output).await
        }
        Some(ServerCommand::Prompts(PromptsCommand::Get(get))) => {
            prompts_get::run(target, get, output).await
        }
    }
}

/// Opens a session for one question and closes it whatever the answer.
async fn ask<T>(
    target: &Target,
    question: impl AsyncFnOnce(&Session<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let session = Session::connect(target).await?;
    let answer = question(&session).await;
    session.close().await;
    answer
}
