//! The `mcp-client` program: hands the process's world to the library.

use std::io;
use std::process::ExitCode;

use mcp_client::{Printer, World, is_lost};

fn main() -> ExitCode {
    let (mut stdout, mut stderr) = (io::stdout(), io::stderr());
    let lost = is_lost(&stdout);
    let code = mcp_client::run(World {
        arguments: std::env::args_os().collect(),
        variable: &|name| std::env::var_os(name),
        clock: &jiff::Timestamp::now,
        stdin: &mut io::stdin(),
        output: Printer::new(&mut stdout, &mut stderr, lost),
    });
    ExitCode::from(code)
}
