//! The `mcp-client` program: hands the process's world to the library.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use mcp_client::{Aside, Printer, Reader, World};

fn main() -> ExitCode {
    let (mut stdout, stderr) = (io::stdout(), io::stderr());
    let reader = Reader::of(&stdout);
    let at_terminal = stderr.is_terminal();
    // After NO_COLOR, CLICOLOR_FORCE and TERM.
    let out_styled = AutoStream::choice(&stdout) != ColorChoice::Never;
    let err_styled = AutoStream::choice(&stderr) != ColorChoice::Never;
    let code = mcp_client::run(World {
        arguments: std::env::args_os().collect(),
        variable: &|name| std::env::var_os(name),
        clock: &jiff::Timestamp::now,
        stdin: &mut io::stdin(),
        interactive: at_terminal && io::stdin().is_terminal(),
        output: Printer::new(
            &mut stdout,
            reader,
            Aside::new(stderr, at_terminal, err_styled),
        )
        .styled(out_styled),
    });
    ExitCode::from(code)
}
