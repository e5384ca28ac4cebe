//! The server's executable: everything is in the library. A service of your own is plugged in here.

use std::process::ExitCode;

use mcp_server::services::Services;

fn main() -> ExitCode {
    let environment =
        |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    mcp_server::cli::run(std::env::args_os(), &environment, Services::bundled)
}
