//! The command line: flags in, an exit code out.

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::process::ExitCode;

use api_keys::without_possible_keys;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use lambda_program::complaints::Complaints;
use lambda_program::telemetry::LogConfig;
use lambda_program::{output, settings, telemetry};
use mcp_front_door::Frontend;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};

use crate::config::{Config, Flags, SETTINGS};
use crate::services::{Instance, Services};

/// A flag or variable that cannot be used (`EX_USAGE`).
const BAD_CONFIGURATION: u8 = 64;
/// The address cannot be listened on (`EX_UNAVAILABLE`).
const CANNOT_LISTEN: u8 = 69;
/// The server cannot be built: a fault in the program or its bundled data (`EX_SOFTWARE`).
const FAULTY: u8 = 70;

const EXAMPLES: &str = "\
Examples:
  mcp-server                                   serve http://127.0.0.1:8080/mcp
  mcp-server --port 0                          pick a free port and say which
  MCP_ALLOWED_ORIGINS='http://localhost:*' mcp-server   let local web pages call
  mcp-server settings --json                   what every setting accepts, for programs

Exit codes: 0 after SIGINT or SIGTERM, 64 bad configuration, 69 cannot listen, 70 internal fault";

/// A stateless MCP server: tools and prompts over Streamable HTTP.
#[derive(Debug, Parser)]
#[command(
    name = "mcp-server",
    version,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Address to listen on [default: 127.0.0.1] [env: MCP_HOST]
    #[arg(long, value_name = "ADDRESS")]
    host: Option<String>,
    /// Port to listen on, 0 picks a free one [default: 8080] [env: MCP_PORT, PORT]
    #[arg(long, value_name = "PORT", allow_hyphen_values = true)]
    port: Option<String>,
    /// Serve callers whose key nobody has checked: on an address that other machines reach, and on Lambda without an
    /// authorizer [env: `MCP_ALLOW_UNAUTHENTICATED`]
    #[arg(long)]
    allow_unauthenticated: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print what every setting accepts, and serve nothing
    Settings {
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
}

/// Runs the program: until a signal, or until the first error that ends it. `services` makes what the tools work with.
pub fn run<E: Display>(
    arguments: impl IntoIterator<Item = OsString>,
    environment: &dyn Fn(&str) -> Option<String>,
    services: impl FnOnce(Instance) -> Result<Services, E>,
) -> ExitCode {
    let complaints = Complaints::begin(environment);
    let arguments = match parse(arguments) {
        Ok(arguments) => arguments,
        Err(answer) => return command_line_answer(&answer, complaints),
    };
    if let Some(Command::Settings { json }) = arguments.command {
        return print_settings(json, complaints);
    }
    let flags = Flags {
        host: arguments.host,
        port: arguments.port,
        allow_unauthenticated: arguments.allow_unauthenticated,
    };
    let terminal = io::stdout().is_terminal();
    let config = match Config::load(&flags, environment, terminal) {
        Ok(config) => config,
        Err(error) => {
            for problem in error.problems {
                complaints.say(&problem);
            }
            return BAD_CONFIGURATION.into();
        }
    };
    install_log(config.log);
    let instance = Instance::new(config.log_stream.clone(), config.region.clone());
    let services = match services(instance) {
        Ok(services) => services,
        Err(error) => {
            complaints.say(&format!("the bundled data is not valid: {error}"));
            return FAULTY.into();
        }
    };
    match runtime() {
        Ok(runtime) => runtime.block_on(listen_and_serve(config, services, terminal, complaints)),
        Err(error) => {
            complaints.say(&format!("cannot start the runtime: {error}"));
            FAULTY.into()
        }
    }
}

/// Installs the log: our own lines at the chosen level, of libraries only errors. At `debug` rmcp prints whole
/// messages, arguments included, and at `trace` hyper prints headers.
pub fn install_log(log: LogConfig) {
    let own = [
        env!("CARGO_CRATE_NAME"),
        mcp_front_door::ACCESS_LOG_TARGET,
        mcp_front_door::LOG_TARGET,
    ];
    // It calls it an error when a client goes away.
    let silent = ["rmcp::service"];
    telemetry::install(log, &own, &silent);
}

/// The runtime that the server runs on: a thread for each processor, and at least two, so that a tool that blocks its
/// thread cannot hold the answer back where there is only one processor.
///
/// # Errors
/// When the operating system starts no threads.
pub fn runtime() -> io::Result<Runtime> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    Builder::new_multi_thread()
        .worker_threads(processors.max(2))
        .enable_all()
        .build()
}

fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, clap::Error> {
    let command = Arguments::command().after_help(after_help());
    Arguments::from_arg_matches(&command.try_get_matches_from(arguments)?)
}

/// Writes clap's answer to a command line that runs nothing. Help and version are as they are; a mistake may repeat a
/// key in the wrong place.
fn command_line_answer(answer: &clap::Error, complaints: Complaints) -> ExitCode {
    if !answer.use_stderr() {
        answer.print().ok();
        return ExitCode::SUCCESS;
    }
    let text = without_possible_keys(&answer.render().to_string());
    complaints.say(text.trim_start_matches("error: ").trim_end());
    BAD_CONFIGURATION.into()
}

fn print_settings(json: bool, complaints: Complaints) -> ExitCode {
    let text = match json {
        false => Ok(settings::help(SETTINGS)),
        true => serde_json::to_string_pretty(SETTINGS).map(|json| json + "\n"),
    };
    let written = text
        .map_err(io::Error::from)
        .and_then(|text| io::stdout().write_all(text.as_bytes()));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complaints.say(&format!("cannot write the settings: {error}"));
            FAULTY.into()
        }
    }
}

fn after_help() -> String {
    format!("Environment:\n{}\n{EXAMPLES}", settings::help(SETTINGS))
}

async fn listen_and_serve(
    config: Config,
    services: Services,
    terminal: bool,
    complaints: Complaints,
) -> ExitCode {
    let listener = match TcpListener::bind(config.address).await {
        Ok(listener) => listener,
        Err(error) => {
            let hint = "choose another port with `--port` or `PORT`; `--port 0` picks a free one";
            complaints.say_with(
                &format!("cannot listen on {}: {error}", config.address),
                &[("hint", hint)],
            );
            return CANNOT_LISTEN.into();
        }
    };
    announce(listener.local_addr().unwrap_or(config.address), terminal);
    let keys_count = config.keys.is_some() && config.http.frontend == Frontend::Direct;
    if config.http.allow_unauthenticated && !keys_count {
        tracing::warn!(
            "every caller that reaches this server may use every tool, because MCP_ALLOW_UNAUTHENTICATED is set"
        );
    }
    crate::serve(listener, config, services, stop_signal()).await;
    ExitCode::SUCCESS
}

fn announce(address: SocketAddr, terminal: bool) {
    let url = format!("http://{address}{}", mcp_front_door::ENDPOINT);
    if terminal {
        output::stdout().line(&format!(
            "mcp-server {} listens on {url}",
            env!("CARGO_PKG_VERSION")
        ));
        output::stdout().line(&format!(
            "next: cargo run -p mcp-client -- --endpoint {url}    (in another terminal; Ctrl-C stops the server)"
        ));
    } else {
        tracing::info!(url, version = env!("CARGO_PKG_VERSION"), "listening");
    }
}

/// Ready at the first SIGINT or SIGTERM.
async fn stop_signal() {
    let (interrupt, terminate) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    );
    let (Ok(mut interrupt), Ok(mut terminate)) = (interrupt, terminate) else {
        tracing::error!("cannot watch for signals; the server runs until it is killed");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping: requests in flight may finish");
}
