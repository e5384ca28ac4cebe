//! What each command does, one file each.

pub(crate) mod connect;
mod info;
pub(crate) mod keys;
mod prompts_get;
mod prompts_list;
pub(crate) mod smoke;
mod tools_call;
mod tools_list;

use crate::cli::{ConnectionArgs, Format, PromptsCommand, ServerCommand, ToolsCommand};
use crate::error::Error;
use crate::output::printable;
use crate::session::Session;
use crate::target::Target;
use crate::world::World;

/// Runs `command`, or the smoke test if there is none.
pub(crate) async fn run(
    command: Option<&ServerCommand>,
    connection: &ConnectionArgs,
    world: &mut World<'_>,
) -> Result<(), Error> {
    let target = Target::of(connection, world).await?;
    if let Some(key) = &target.key {
        world.output.conceal(key.clone());
    }
    let output = &mut world.output;
    if output.format() == Format::Text {
        for remark in &target.remarks {
            output.remark(&printable(&output.without_keys(remark)));
        }
    }
    match command {
        None => smoke::run(&target, output).await,
        Some(ServerCommand::Info) => info::run(&target, output).await,
        Some(ServerCommand::Tools(ToolsCommand::List)) => tools_list::run(&target, output).await,
        Some(ServerCommand::Tools(ToolsCommand::Call(call))) => {
            tools_call::run(&target, call, world.stdin, output).await
        }
        Some(ServerCommand::Prompts(PromptsCommand::List)) => {
            prompts_list::run(&target, output).await
        }
        Some(ServerCommand::Prompts(PromptsCommand::Get(get))) => {
            prompts_get::run(&target, get, output).await
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
