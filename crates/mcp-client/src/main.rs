//! The `mcp-client` program: hands the process's world to the library.

use std::io;
use std::process::ExitCode;

use mcp_client::{API_KEY_VARIABLE, KEYS_FILE_VARIABLE, SECRET_ID_VARIABLE, World};

fn main() -> ExitCode {
    let code = mcp_client::run(World {
        arguments: std::env::args_os().collect(),
        api_key: std::env::var_os(API_KEY_VARIABLE),
        keys_file: std::env::var_os(KEYS_FILE_VARIABLE),
        secret_id: std::env::var_os(SECRET_ID_VARIABLE),
        clock: &jiff::Timestamp::now,
        stdin: &mut io::stdin(),
        stdout: &mut io::stdout(),
        stderr: &mut io::stderr(),
    });
    ExitCode::from(code)
}
