//! Command-line client for MCP servers: a smoke test and a daily driver.
//!
//! ```text
//! main → run ─┬→ cli       what the command line says
//!             └→ commands ─┬→ session → transport   one server, over HTTP
//!                          ├→ keys                  a file, or AWS Secrets Manager
//!                          ├→ stack                 where a deployment has both
//!                          ├→ servers → clients     the configurations of other MCP clients
//!                          └→ output                the only writer
//! ```
//!
//! [`SmokeTest`] is the smoke test alone, for another program.
//!
//! `error` says what went wrong and what to try next; `aws` is below `keys` and `stack`. Leaves, which know no other module: `exit`, `files`, `http_failure`,
//! `pagination`, `presented_key`, `request_id`, `arguments`, `endpoint` and `when`.
//!
//! # The API key
//!
//! It comes from the environment only (`keys check` also reads it from standard input), leaves only in the `x-api-key`
//! header to the endpoint itself (redirects are not followed, plain HTTP to another machine is refused), and is blanked
//! out of every error, also where a server echoes it.

mod arguments;
mod aws;
mod cli;
mod clients;
mod commands;
mod endpoint;
mod error;
mod exit;
mod files;
mod http_failure;
mod keys;
mod output;
mod pagination;
mod presented_key;
mod request_id;
mod servers;
mod session;
mod smoke_test;
mod stack;
mod target;
mod transport;
mod when;
mod world;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::error::Error;
pub use crate::output::{Printer, is_lost};
pub use crate::smoke_test::{Failure, SmokeTest};
pub use crate::world::World;

/// Runs one command line and returns its exit code.
pub fn run(mut world: World<'_>) -> u8 {
    let cli = match Cli::try_parse_from(&world.arguments) {
        Ok(cli) => cli,
        Err(answer) => return world.output.command_line_answer(&answer, &world.arguments),
    };
    world.output.set_format(cli.connection.format());
    match dispatch(&cli, &mut world) {
        Ok(()) => exit::OK,
        Err(error) => {
            world.output.report(&error);
            error.exit_code()
        }
    }
}

fn dispatch(cli: &Cli, world: &mut World<'_>) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::Runtime)?;
    let outcome = runtime.block_on(async {
        match &cli.command {
            Some(Command::Connect(connect)) => {
                commands::connect::run(connect, &cli.connection, world).await
            }
            Some(Command::Keys(keys)) => commands::keys::run(keys, &cli.connection, world).await,
            Some(Command::Server(command)) => {
                commands::run(Some(command), &cli.connection, world).await
            }
            None => commands::run(None, &cli.connection, world).await,
        }
    });
    // A name look-up that outlived its time limit sits in a blocking thread: do not wait for it.
    runtime.shutdown_background();
    outcome
}
