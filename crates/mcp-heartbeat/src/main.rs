//! The function's executable: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    let environment =
        |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    mcp_heartbeat::program::run(&environment)
}
