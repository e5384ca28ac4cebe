//! Command-line client for MCP servers: a smoke test and a daily driver.
//!
//! ```text
//! main → run → cli (clap types) → target (where, with which key) → commands/* → session → transport
//!                                                                  │     └──→ output (the only writer)
//!                                                                  └→ commands/keys/* → keys (file, Secrets Manager)
//! ```
//!
//! # Exit codes
//!
//! After BSD's `sysexits.h` where it has a fitting one; see [`error::exit`].
//!
//! | code | meaning |
//! |-----:|---------|
//! | 0 | success |
//! | 1 | the tool answered with an error, or a smoke check failed |
//! | 64 | wrong usage: flags, arguments, environment |
//! | 65 | `keys`: what the store holds is no valid key document |
//! | 69 | server unreachable: DNS, connection, TLS, or a 5xx from the gateway; `keys`: the store likewise |
//! | 73 | `keys`: the change could not be written |
//! | 74 | the output could not be written |
//! | 75 | timed out or rate limited: try again |
//! | 76 | protocol error: a JSON-RPC error, a wrong path, an answer that is not MCP |
//! | 77 | refused: 401 or 403; `keys`: no access to the store, or the key checked is not accepted |
//!
//! # The API key
//!
//! It comes from the environment only (`keys check` also reads it from standard input) ([`API_KEY_VARIABLE`]), leaves only in the `x-api-key` header to the
//! endpoint itself (redirects are not followed, plain HTTP to another machine is refused), and is blanked out of
//! every error, also where a server echoes it.

pub mod api_key;
pub mod arguments;
pub mod cli;
pub mod commands;
pub mod endpoint;
pub mod error;
pub mod keys;
pub mod output;
mod pagination;
pub mod session;
pub mod target;
mod transport;

use std::ffi::OsString;
use std::io::{Read, Write};

use api_keys::Timestamp;
use clap::Parser;

use crate::cli::{Cli, Command};
use crate::commands::keys::Surroundings;
use crate::error::{Error, exit};
use crate::output::Output;
use crate::target::Target;

/// The environment variable that holds the API key. There is no flag for it: a flag would show in process lists.
pub const API_KEY_VARIABLE: &str = "MCP_API_KEY";

/// The environment variable that names the file with the keys.
pub const KEYS_FILE_VARIABLE: &str = "MCP_API_KEYS_FILE";

/// The environment variable that names the secret with the keys, as for the authorizer.
pub const SECRET_ID_VARIABLE: &str = "MCP_SECRET_ID";

/// Everything the program takes from its process, so that a caller can replace it.
pub struct World<'w> {
    /// The command line, the program's name first.
    pub arguments: Vec<OsString>,
    /// The value of [`API_KEY_VARIABLE`]; unset and empty are the same.
    pub api_key: Option<OsString>,
    /// The value of [`KEYS_FILE_VARIABLE`], for `keys`.
    pub keys_file: Option<OsString>,
    /// The value of [`SECRET_ID_VARIABLE`], for `keys`.
    pub secret_id: Option<OsString>,
    /// The time.
    pub clock: &'w dyn Fn() -> Timestamp,
    /// Read by `--json-args -` and `keys check`.
    pub stdin: &'w mut dyn Read,
    /// Results.
    pub stdout: &'w mut dyn Write,
    /// Errors.
    pub stderr: &'w mut dyn Write,
}

/// Runs one command line and returns its exit code.
pub fn run(world: World<'_>) -> u8 {
    let mut output = Output::new(world.stdout, world.stderr);
    let cli = match Cli::try_parse_from(&world.arguments) {
        Ok(cli) => cli,
        Err(answer) => return output.command_line_answer(&answer, &world.arguments),
    };
    output.set_format(cli.connection.format());
    let around = Surroundings {
        api_key: world.api_key,
        keys_file: world.keys_file,
        secret_id: world.secret_id,
        stdin: world.stdin,
        clock: world.clock,
    };
    match dispatch(&cli, around, &mut output) {
        Ok(()) => exit::OK,
        Err(error) => {
            output.report(&error);
            error.exit_code()
        }
    }
}

fn dispatch(cli: &Cli, around: Surroundings<'_>, output: &mut Output<'_>) -> Result<(), Error> {
    let command = match &cli.command {
        Some(Command::Keys(keys)) => {
            return on_runtime(commands::keys::run(keys, &cli.connection, around, output));
        }
        Some(Command::Server(command)) => Some(command),
        None => None,
    };
    let target = Target::new(&cli.connection, around.api_key)?;
    if let Some(key) = &target.key {
        output.conceal(key.clone());
    }
    on_runtime(commands::run(command, &target, around.stdin, output))
}

fn on_runtime(command: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::Runtime)?;
    let outcome = runtime.block_on(command);
    // A name look-up that outlived its time limit sits in a blocking thread: do not wait for it.
    runtime.shutdown_background();
    outcome
}
