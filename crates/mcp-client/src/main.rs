//! The `mcp-client` program: hands the process's world to the library.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use mcp_client::{Aside, Printer, Reader, World};

fn main() -> ExitCode {
    let (mut stdout, stderr) = (io::stdout(), io::stderr());
    let reader = Reader::of(&stdout);
    let at_terminal = stderr.is_terminal();
    let code = mcp_client::run(World {
        arguments: std::env::args_os().collect(),
        variable: &|name| std::env::var_os(name),
        clock: &jiff::Timestamp::now,
        stdin: &mut io::stdin(),
        interactive: at_terminal && io::stdin().is_terminal(),
        output: Printer::new(&mut stdout, reader, Aside::new(stderr, at_terminal)),
    });
    ExitCode::from(code)
}
