//! Command-line client for MCP servers: a smoke test and a daily driver.
//!
//! ```text
//! main → run ─┬→ cli       what the command line says
//!             └→ commands ─┬→ session → transport   one server, over HTTP
//!                          ├→ proxy → http          the same, for another client
//!                          ├→ keys                  a file, or AWS Secrets Manager
//!                          ├→ stack                 where a deployment has both
//!                          ├→ servers → clients     the configurations of other MCP clients
//!                          └→ output                the only writer
//! ```
//!
//! [`SmokeTest`] is the smoke test alone, for another program.
//!
//! `error` says what went wrong and what to try next; `http` is below `transport` and the proxy, `aws` below `keys` and
//! `stack`, `schema` and `arguments` are about the arguments of a call. `reply` and `members` are JSON as it was
//! written. Leaves, which know no other module: `exit`, `files`, `members`, `reply`, `endpoint` and `when`.
//!
//! # Credentials
//!
//! They come from the environment and from files only (`keys check` also reads a key from standard input), leave only
//! in a header to the endpoint itself (redirects are not followed, plain HTTP to another machine is refused), and are
//! blanked out of whatever is written, also where a server echoes them.

mod arguments;
mod aws;
mod cli;
mod clients;
mod commands;
mod console;
mod credential;
mod endpoint;
mod error;
mod exit;
mod files;
mod http;
mod keys;
mod members;
mod output;
mod reply;
mod schema;
mod secrets;
mod servers;
mod session;
mod smoke_test;
mod stack;
mod target;
mod transport;
mod when;
mod world;

use std::pin::pin;
use std::time::Duration;

use tokio::signal::ctrl_c;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::cli::{Cli, Command, Format};
use crate::console::Console;
use crate::error::Error;
use crate::http::trace::Detail;
pub use crate::output::{Aside, Printer, Reader};
pub use crate::smoke_test::{Failure, SmokeTest};
pub use crate::world::World;

/// Runs one command line and returns its exit code.
pub fn run(mut world: World<'_>) -> u8 {
    let cli = match Cli::read(&world.arguments) {
        Ok(cli) => cli,
        Err(answer) => return world.output.command_line_answer(&answer, &world.arguments),
    };
    world.output.set_format(cli.connection.format());
    let outcome = dispatch(&cli, &mut world);
    if let Err(error) = &outcome
        && (!error.is_told() || cli.connection.format() == Format::Json)
    {
        world.output.report(error);
    }
    if cli.command.is_none() && cli.connection.format() == Format::Text {
        let verdict = if outcome.is_ok() { "passed" } else { "failed" };
        world.output.aside().line(&format!("smoke test {verdict}"));
    }
    outcome.map_or_else(|error| error.exit_code(), |()| exit::OK)
}

fn dispatch(cli: &Cli, world: &mut World<'_>) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::Runtime)?;
    let console = Console {
        aside: world.output.aside().clone(),
        detail: cli.connection.detail(),
        remarks: cli.connection.format() == Format::Text
            || cli.connection.detail() > Detail::Nothing,
        interactive: world.interactive,
        interrupt: CancellationToken::new(),
    };
    let outcome = runtime.block_on(interruptible(&console, command(cli, &console, world)));
    // A name look-up that outlived its time limit sits in a blocking thread: do not wait for it.
    runtime.shutdown_background();
    outcome
}

async fn command(cli: &Cli, console: &Console, world: &mut World<'_>) -> Result<(), Error> {
    match &cli.command {
        Some(Command::Keys(keys)) => commands::keys::run(keys, &cli.connection, world).await,
        Some(Command::Connect(connect)) => {
            commands::connect::run(connect, &cli.connection, console, world).await
        }
        Some(Command::Completions { shell }) => {
            commands::about::completions(*shell, &mut world.output)
        }
        Some(Command::Man) => commands::about::man(&mut world.output),
        Some(Command::Server(command)) => {
            commands::run(Some(command), &cli.connection, console, world).await
        }
        None => commands::run(None, &cli.connection, console, world).await,
    }
}

/// How long a command that is interrupted may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(3);
/// How long it may take then to say that it was.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Ends with Ctrl-C. A command that is blocked by then, as by a reader of its output that has stopped, never hears of
/// it, and is ended with the program.
async fn interrupted() {
    std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let Ok(runtime) = { runtime }.enable_all().build() else {
            return;
        };
        runtime.block_on(async {
            let _ = ctrl_c().await;
            tokio::select! {
                _ = ctrl_c() => {}
                () = sleep(GOODBYE) => {}
            }
            sleep(LAST_WORDS).await;
        });
        std::process::exit(exit::INTERRUPTED.into());
    });
    let _ = ctrl_c().await;
}

/// Runs `command`, which is told of Ctrl-C, and given up when that comes again, or a moment later.
async fn interruptible(
    console: &Console,
    command: impl Future<Output = Result<(), Error>>,
) -> Result<(), Error> {
    let mut command = pin!(command);
    tokio::select! {
        biased;
        outcome = &mut command => return outcome,
        () = interrupted() => console.interrupt.cancel(),
    }
    tokio::select! {
        biased;
        // Whoever ends well was meant to run until then.
        outcome = command => if outcome.is_ok() { return outcome },
        _ = ctrl_c() => {}
        () = sleep(GOODBYE) => {}
    }
    Err(Error::Interrupted)
}
