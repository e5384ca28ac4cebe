//! Command-line client for MCP servers: a smoke test and a daily driver.
//!
//! ```text
//! main → run → cli (clap types) → target (where, with which key) → commands/* → session → transport
//!                                                                        └──→ output (the only writer)
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
//! | 69 | server unreachable: DNS, connection, TLS, or a 5xx from the gateway |
//! | 74 | the output could not be written |
//! | 75 | timed out or rate limited: try again |
//! | 76 | protocol error: a JSON-RPC error, a wrong path, an answer that is not MCP |
//! | 77 | refused: 401 or 403 |
//!
//! # The API key
//!
//! It comes from the environment only ([`API_KEY_VARIABLE`]), leaves only in the `x-api-key` header to the
//! endpoint itself (redirects are not followed, plain HTTP to another machine is refused), and is blanked out of
//! every error, also where a server echoes it.

pub mod api_key;
pub mod arguments;
pub mod cli;
pub mod commands;
pub mod endpoint;
pub mod error;
pub mod output;
mod pagination;
pub mod session;
pub mod target;
mod transport;

use std::ffi::OsString;
use std::io::{Read, Write};

use clap::Parser;

use crate::cli::Cli;
use crate::error::{Error, exit};
use crate::output::Output;
use crate::target::Target;

/// The environment variable that holds the API key. There is no flag for it: a flag would show in process lists.
pub const API_KEY_VARIABLE: &str = "MCP_API_KEY";

/// Everything the program takes from its process, so that a caller can replace it.
pub struct World<'w> {
    /// The command line, the program's name first.
    pub arguments: Vec<OsString>,
    /// The value of [`API_KEY_VARIABLE`]; unset and empty are the same.
    pub api_key: Option<OsString>,
    /// Read by `--json-args -`.
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
    match dispatch(&cli, world.api_key, world.stdin, &mut output) {
        Ok(()) => exit::OK,
        Err(error) => {
            output.report(&error);
            error.exit_code()
        }
    }
}

fn dispatch(
    cli: &Cli,
    api_key: Option<OsString>,
    stdin: &mut dyn Read,
    output: &mut Output<'_>,
) -> Result<(), Error> {
    let target = Target::new(&cli.connection, api_key)?;
    if let Some(key) = &target.key {
        output.conceal(key.clone());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::Runtime)?;
    let outcome = runtime.block_on(commands::run(cli.command.as_ref(), &target, stdin, output));
    // A name look-up that outlived its time limit sits in a blocking thread: do not wait for it.
    runtime.shutdown_background();
    outcome
}
