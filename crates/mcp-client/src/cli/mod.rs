//! The command line: types only, what they mean is in `commands`.

mod connect;
mod connection;
mod doctor;
mod keys;
mod proxy;
mod server;
mod value;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;

pub(crate) use self::connect::ConnectArgs;
pub(crate) use self::connection::{ConnectionArgs, Format, Protocol};
pub(crate) use self::doctor::Doctor;
pub(crate) use self::keys::{
    KeyCheck, KeyCreate, KeyName, KeyRotate, KeysArgs, KeysCommand, StoreArgs,
};
pub(crate) use self::proxy::ProxyArgs;
pub(crate) use self::server::{
    Bench, CallArgs, CompleteCommand, PromptGet, PromptsCommand, ResourceRead, ResourcesCommand,
    ServerCommand, ToolCall, ToolsCommand,
};

const AFTER_HELP: &str = "\
Environment:
  MCP_SERVER_ENDPOINT  the endpoint, when neither --endpoint nor --stack is given
  AWS_REGION, …        for --stack and `keys`: as for the AWS CLI
  MCP_API_KEY          the API key, sent as `x-api-key`; there is no flag for it
  MCP_BEARER_TOKEN     a token, sent as `authorization: Bearer`; likewise
  MCP_INPUT_ID, …      with --server: what VS Code would ask for, `${input:id}`
  HTTPS_PROXY, …       proxies, as usual; never used for this machine

Exit codes:
  0   success
  1   the tool answered with an error, or a smoke check failed
  64  wrong usage
  65  the configuration of an MCP client is broken
  69  server unreachable: DNS, connection, TLS, or a 5xx from the gateway
  74  the output could not be written
  75  timed out or rate limited: try again
  76  protocol error: a JSON-RPC error, a wrong path, an answer that is not MCP
  77  refused: 401 or 403
  130 interrupted
  `mcp-client keys --help` has those of the keys commands

Examples:
  mcp-client                                            smoke test of the local server
  mcp-client --endpoint https://HOST/mcp                smoke test of a deployed one
  mcp-client --stack McpServerStack                     the same, by the name of its stack
  mcp-client --server mine                              the same, as an editor here has it
  mcp-client connect cursor --stack McpServerStack      how Cursor would have it
  mcp-client doctor https://HOST/mcp                    what is wrong, and what to do
  mcp-client tools list                                 what the server offers
  mcp-client tools call calculate --arg operation=add --arg a=2 --arg b=3
  mcp-client --json tools call get_weather --arg city=Kyiv | jq .structuredContent
";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  mcp-client completions bash > ~/.local/share/bash-completion/completions/mcp-client
  mcp-client completions zsh > \"${fpath[1]}/_mcp-client\"
  mcp-client completions fish > ~/.config/fish/completions/mcp-client.fish
  eval \"$(mcp-client completions bash)\"              in this shell alone
";

const MAN_EXAMPLES: &str = "\
Examples:
  mcp-client man | man -l -
  mcp-client man > ~/.local/share/man/man1/mcp-client.1
";

/// Talk to an MCP server: without a command, check that it works.
///
/// The check connects, lists the tools, and calls `ping` twice, `get_weather` and `calculate`, as every server made
/// from this project has them. It succeeds only if each call answers what it should.
#[derive(Debug, Parser)]
#[command(name = "mcp-client", version, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    /// How to reach the server and how to answer.
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
    /// What to do; nothing means the smoke test.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// The options that are about an MCP server, which `keys` has nothing to do with.
const SERVER_OPTIONS: [&str; 12] = [
    "endpoint",
    "server",
    "headers",
    "cacert",
    "protocol",
    "timeout",
    "connect_timeout",
    "max_answer",
    "verbose",
    "dump_wire",
    "insecure_http",
    "url",
];

impl Cli {
    /// The command line's definition, with help that shows each command's own options.
    pub(crate) fn definition() -> clap::Command {
        let mut command = Self::command();
        // Only then the commands have the options of all.
        command.build();
        command.mut_subcommand("keys", without_server_options)
    }

    /// Reads a command line.
    pub(crate) fn read(arguments: &[OsString]) -> Result<Self, clap::Error> {
        let matches = Self::definition().try_get_matches_from(arguments)?;
        Self::from_arg_matches(&matches)
    }
}

fn without_server_options(command: clap::Command) -> clap::Command {
    let hidden = |arg: clap::Arg| match SERVER_OPTIONS.contains(&arg.get_id().as_str()) {
        true => arg.hide(true),
        false => arg,
    };
    command
        .mut_args(hidden)
        .mut_subcommands(without_server_options)
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What a server is asked.
    #[command(flatten)]
    Server(ServerCommand),
    /// Put this server into the configurations of MCP clients: Cursor, VS Code, Claude, Codex and others.
    Connect(ConnectArgs),
    /// Make, list, check and withdraw API keys, in a file or in AWS Secrets Manager.
    Keys(KeysArgs),
    /// Print a script that completes command lines in a shell.
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Print the manual page: every command in one.
    #[command(after_help = MAN_EXAMPLES)]
    Man,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cli::definition().debug_assert();
    }

    #[test]
    fn global_options_work_before_and_after_the_command() {
        for line in [
            "mcp-client --json --timeout 2 --protocol legacy tools list",
            "mcp-client tools list --json --timeout 2 --protocol legacy",
        ] {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(cli.connection.format(), Format::Json);
            assert_eq!(cli.connection.timeout, Duration::from_secs(2));
            assert_eq!(cli.connection.protocol, Protocol::Legacy);
        }
    }
}
