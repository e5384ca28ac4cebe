//! What each command does, one file each.

pub(crate) mod about;
mod bench;
mod complete;
pub(crate) mod connect;
mod doctor;
mod info;
pub(crate) mod keys;
mod ping;
mod prompts_get;
mod prompts_list;
mod proxy;
mod resources;
pub(crate) mod smoke;
mod tools_call;
mod tools_list;
mod tools_show;

use crate::cli::{ConnectionArgs, PromptsCommand, ServerCommand, ToolsCommand};
use crate::console::Console;
use crate::error::Error;
use crate::http::proxy_of;
use crate::output::Printer;
use crate::reply::Reply;
use crate::secrets::Secrets;
use crate::session::{List, Session};
use crate::target::Target;
use crate::world::World;

/// Runs `command`, or the smoke test if there is none.
pub(crate) async fn run(
    command: Option<&ServerCommand>,
    connection: &ConnectionArgs,
    console: &Console,
    world: &mut World<'_>,
) -> Result<(), Error> {
    let at = match command {
        Some(ServerCommand::Doctor(doctor)) => doctor.url.as_deref(),
        Some(ServerCommand::Proxy(proxy)) => proxy.url.as_deref(),
        _ => None,
    };
    let target = Target::of(&connection.at(at), world).await?;
    let secrets = Secrets::with(&target.credentials, &target.endpoint.secrets());
    world.output.conceal(secrets);
    if let Some(proxy) = proxy_of(&target.endpoint) {
        console.remark(&format!("requests go through the proxy {proxy}"));
    }
    for remark in &target.remarks {
        console.remark(remark);
    }
    let asking = Asking {
        target: &target,
        console,
    };
    let output = &mut world.output;
    match command {
        None => smoke::run(&target, console, output).await,
        Some(ServerCommand::Doctor(_)) => doctor::run(&target, console, output).await,
        Some(ServerCommand::Proxy(_)) => proxy::run(&target, console).await,
        Some(ServerCommand::Info) => info::run(&asking, output).await,
        Some(ServerCommand::Ping) => ping::run(&asking, output).await,
        Some(ServerCommand::Bench(bench)) => bench::run(&asking, bench, world.stdin, output).await,
        Some(ServerCommand::Complete(command)) => complete::run(&asking, command, output).await,
        Some(ServerCommand::Resources(command)) => resources::run(&asking, command, output).await,
        Some(ServerCommand::Tools(ToolsCommand::List)) => tools_list::run(&asking, output).await,
        Some(ServerCommand::Tools(ToolsCommand::Show { name })) => {
            tools_show::run(&asking, name, output).await
        }
        Some(ServerCommand::Tools(ToolsCommand::Call(call))) => {
            tools_call::run(&asking, call, world.stdin, output).await
        }
        Some(ServerCommand::Prompts(PromptsCommand::List)) => {
            prompts_list::run(&asking, output).await
        }
        Some(ServerCommand::Prompts(PromptsCommand::Get(get))) => {
            prompts_get::run(&asking, get, output).await
        }
    }
}

/// Somebody with questions to a server.
pub(crate) struct Asking<'a> {
    pub(crate) target: &'a Target,
    pub(crate) console: &'a Console,
}

impl Asking<'_> {
    /// Opens a session for one question and closes it whatever the answer.
    async fn ask<T>(
        &self,
        question: impl AsyncFnOnce(&Session<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let session = Session::connect(self.target, self.console).await?;
        let answer = question(&session).await;
        session.close().await;
        answer
    }
}

/// Shows a list, also one that could not be read to its end.
fn show_list(
    list: &List,
    text: fn(&[Reply]) -> String,
    output: &mut Printer<'_>,
) -> Result<(), Error> {
    output.show(&list.reply, |_| text(&list.items))?;
    match list.cut {
        None => Ok(()),
        Some(cut) => Err(Error::ListCut(cut)),
    }
}
