//! The command line: types only, what they mean is in `commands`.

mod connect;
mod doctor;
mod keys;
mod proxy;

use std::borrow::Cow;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use self::connect::ConnectArgs;
pub(crate) use self::doctor::Doctor;
pub(crate) use self::keys::{
    KeyCheck, KeyCreate, KeyName, KeyRotate, KeysArgs, KeysCommand, StoreArgs,
};
pub(crate) use self::proxy::ProxyArgs;
use crate::http::trace::Detail;
use crate::target::LARGEST_ANSWER_MIB;

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

const CALL_EXAMPLES: &str = "\
Examples:
  mcp-client tools call get_weather --arg city=Kyiv
  mcp-client tools call calculate --arg operation=add --arg a=2 --arg b=3
  mcp-client tools call get_weather --arg city=42            the text 42, as the schema says
  mcp-client tools call calculate --json-args '{\"operation\":\"add\",\"a\":2,\"b\":3}'
  mcp-client tools call calculate --json-args @arguments.json
  jq -n '{city: \"Kyiv\"}' | mcp-client tools call get_weather --json-args -
";

const READ_EXAMPLES: &str = "\
Examples:
  mcp-client resources read file:///notes.txt
  mcp-client resources read image://logo --save images
";

const COMPLETE_EXAMPLES: &str = "\
Examples:
  mcp-client complete prompt greeting-template name=A
  mcp-client complete resource 'file:///{path}' path=src/
";

const BENCH_EXAMPLES: &str = "\
Examples:
  mcp-client bench ping
  mcp-client bench calculate --arg operation=add --arg a=2 --arg b=3 --calls 1000 --concurrency 8
";

const GET_EXAMPLES: &str = "\
Examples:
  mcp-client prompts get greeting-template --arg name=Ada
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

/// Options that every command takes, before or after its name.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct ConnectionArgs {
    /// URL of the MCP endpoint; the same as `--endpoint`.
    #[arg(value_name = "URL", value_parser = url, conflicts_with_all = ["endpoint", "stack", "server"])]
    pub(crate) url: Option<String>,
    /// URL of the MCP endpoint; otherwise MCP_SERVER_ENDPOINT, or http://127.0.0.1:8080/mcp.
    #[arg(long, global = true, value_name = "URL", conflicts_with = "stack")]
    pub(crate) endpoint: Option<String>,
    /// A header whose value is in an environment variable, or in a file (a path with a `/`). Repeat for more.
    #[arg(long = "header", global = true, value_name = "NAME=@SOURCE")]
    pub(crate) headers: Vec<String>,
    /// File with the only certificates to trust, in PEM.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) cacert: Option<PathBuf>,
    /// Name or ARN of a deployed CloudFormation stack, whose outputs name the endpoint and the keys.
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) stack: Option<String>,
    /// A server in the configuration of an MCP client, here or of the user: NAME, or CLIENT:NAME.
    #[arg(long, global = true, value_name = "NAME", conflicts_with_all = ["endpoint", "stack"])]
    pub(crate) server: Option<String>,
    /// Form of results and errors.
    #[arg(long, global = true, value_name = "FORMAT", value_enum)]
    pub(crate) output: Option<Format>,
    /// Shorthand for `--output json`.
    #[arg(long, global = true, conflicts_with = "output")]
    pub(crate) json: bool,
    /// Era of the protocol: `modern` is 2026-07-28, `legacy` starts with `initialize`, `auto` finds out.
    #[arg(
        long,
        global = true,
        value_name = "ERA",
        value_enum,
        default_value = "auto"
    )]
    pub(crate) protocol: Protocol,
    /// How long the server may be silent during a call, in seconds; fractions are fine. Progress counts.
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds, default_value = "30")]
    pub(crate) timeout: Duration,
    /// Limit of opening a connection, in seconds.
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds, default_value = "5")]
    pub(crate) connect_timeout: Duration,
    /// The largest answer taken, in MiB, up to 1024.
    #[arg(long, global = true, value_name = "MIB", value_parser = at_most::<1024>, default_value_t = LARGEST_ANSWER_MIB)]
    pub(crate) max_answer: usize,
    /// Say what happens meanwhile: a line for each exchange, and the server's log messages.
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    /// Show every request and answer on standard error, without secrets.
    #[arg(long, global = true)]
    pub(crate) dump_wire: bool,
    /// Send credentials over plain HTTP to another machine, where anyone on the way can read it.
    #[arg(long, global = true)]
    pub(crate) insecure_http: bool,
}

impl ConnectionArgs {
    /// The endpoint that the command line names.
    pub(crate) fn endpoint(&self) -> Option<&str> {
        self.url.as_deref().or(self.endpoint.as_deref())
    }

    /// The same with the endpoint that a command names, if it does.
    pub(crate) fn at(&self, url: Option<&str>) -> Cow<'_, Self> {
        match url {
            None => Cow::Borrowed(self),
            Some(url) => Cow::Owned(Self {
                url: Some(url.to_owned()),
                ..self.clone()
            }),
        }
    }

    pub(crate) fn detail(&self) -> Detail {
        match (self.dump_wire, self.verbose) {
            (true, _) => Detail::Wire,
            (false, true) => Detail::Lines,
            (false, false) => Detail::Nothing,
        }
    }

    /// The form of the answer that was asked for.
    pub(crate) fn format(&self) -> Format {
        if self.json {
            return Format::Json;
        }
        self.output.unwrap_or_default()
    }
}

/// The form of results and errors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: one document on standard output, one on standard error if something failed.
    Json,
}

/// Which era of the protocol to speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Protocol {
    /// Ask the server: modern if it can, else legacy.
    Auto,
    /// 2025-11-25 and older: `initialize` first.
    Legacy,
    /// 2026-07-28: every request stands alone.
    Modern,
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

/// The commands that talk to a server.
#[derive(Debug, Subcommand)]
pub(crate) enum ServerCommand {
    /// List and call tools.
    #[command(subcommand)]
    Tools(ToolsCommand),
    /// List and get prompts.
    #[command(subcommand)]
    Prompts(PromptsCommand),
    /// List and read resources.
    #[command(subcommand)]
    Resources(ResourcesCommand),
    /// Ask the server to complete an argument of a prompt or of a resource template.
    #[command(subcommand)]
    Complete(CompleteCommand),
    /// Show who the server is, which protocol it speaks and what it can do.
    Info,
    /// Find out what is wrong between here and a server, and what to do about it.
    Doctor(Doctor),
    /// Ask for a sign of life, and say how long it took.
    Ping,
    /// Call a tool many times and show how long the calls take.
    Bench(Bench),
    Proxy(ProxyArgs),
}

/// `tools …`
#[derive(Debug, Subcommand)]
pub(crate) enum ToolsCommand {
    /// List the tools with their arguments.
    List,
    /// Show one tool whole: description, annotations, both schemas.
    Show {
        /// Name of the tool.
        name: String,
    },
    /// Call a tool and print its answer.
    Call(ToolCall),
}

/// `tools call …`
#[derive(Debug, Args)]
#[command(after_help = CALL_EXAMPLES)]
pub(crate) struct ToolCall {
    /// Name of the tool.
    pub(crate) name: String,
    /// An argument: VALUE is what the tool's schema wants, text or JSON. Repeat for more.
    #[arg(long = "arg", value_name = "NAME=VALUE")]
    pub(crate) arguments: Vec<String>,
    /// All arguments as one JSON object, sent as it is written: literal, `@FILE`, or `-` for standard input.
    #[arg(long, value_name = "JSON")]
    pub(crate) json_args: Option<String>,
    /// Send the arguments without asking for the tool's schema: each VALUE is JSON where it can be, else text.
    #[arg(long)]
    pub(crate) unchecked: bool,
    /// Write images, audio and other binary content into this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) save: Option<PathBuf>,
}

/// `resources …`
#[derive(Debug, Subcommand)]
pub(crate) enum ResourcesCommand {
    /// List the resources.
    List,
    /// List the templates of resources.
    Templates,
    /// Read a resource and print what it holds.
    Read(ResourceRead),
}

/// `resources read …`
#[derive(Debug, Args)]
#[command(after_help = READ_EXAMPLES)]
pub(crate) struct ResourceRead {
    /// URI of the resource.
    pub(crate) uri: String,
    /// Write binary content into this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) save: Option<PathBuf>,
}

/// `complete …`
#[derive(Debug, Subcommand)]
pub(crate) enum CompleteCommand {
    /// An argument of a prompt.
    Prompt(Complete),
    /// A variable of a resource template.
    Resource(Complete),
}

/// `complete prompt …` and `complete resource …`
#[derive(Debug, Args)]
#[command(after_help = COMPLETE_EXAMPLES)]
pub(crate) struct Complete {
    /// Name of the prompt, or URI of the template.
    #[arg(value_name = "NAME")]
    pub(crate) of: String,
    /// The argument, and how it begins.
    #[arg(value_name = "ARGUMENT=BEGIN")]
    pub(crate) argument: String,
    /// Another argument that is known already. Repeat for more.
    #[arg(long = "arg", value_name = "NAME=VALUE")]
    pub(crate) arguments: Vec<String>,
}

/// `bench …`
#[derive(Debug, Args)]
#[command(after_help = BENCH_EXAMPLES)]
pub(crate) struct Bench {
    /// What is called.
    #[command(flatten)]
    pub(crate) call: ToolCall,
    /// How many calls, up to 100000.
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = at_most::<100_000>)]
    pub(crate) calls: usize,
    /// How many at once, each on a connection of its own, up to 64.
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = at_most::<64>)]
    pub(crate) concurrency: usize,
    /// Put load on another machine, which is yours.
    #[arg(long)]
    pub(crate) i_own_this_host: bool,
}

/// `prompts …`
#[derive(Debug, Subcommand)]
pub(crate) enum PromptsCommand {
    /// List the prompts with their arguments.
    List,
    /// Get a prompt, filled in.
    Get(PromptGet),
}

/// `prompts get …`
#[derive(Debug, Args)]
#[command(after_help = GET_EXAMPLES)]
pub(crate) struct PromptGet {
    /// Name of the prompt.
    pub(crate) name: String,
    /// An argument, always text. Repeat for more.
    #[arg(long = "arg", value_name = "NAME=VALUE")]
    pub(crate) arguments: Vec<String>,
    /// Write images, audio and other binary content into this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) save: Option<PathBuf>,
}

/// Takes what looks like a URL: anything else here is a misspelt command.
fn url(text: &str) -> Result<String, String> {
    match text.contains("://") {
        true => Ok(text.to_owned()),
        false => Err("expected a command, or a URL such as https://HOST/mcp".to_owned()),
    }
}

/// Reads a number from 1 to `MOST`.
fn at_most<const MOST: usize>(text: &str) -> Result<usize, String> {
    let number = text
        .parse()
        .ok()
        .filter(|number| (1..=MOST).contains(number));
    number.ok_or_else(|| format!("expected a number, 1 to {MOST}"))
}

/// The longest limit: a day. What is longer is a slip of the pen.
const LONGEST_SECONDS: f64 = 86_400.0;

/// Reads a limit: a number of seconds above 0 and up to a day, to the millisecond.
fn seconds(text: &str) -> Result<Duration, String> {
    let limit = text
        .parse::<f64>()
        .ok()
        .filter(|seconds| (0.001..=LONGEST_SECONDS).contains(seconds))
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    limit.ok_or_else(|| "expected seconds, 0.001 to 86400".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cli::definition().debug_assert();
    }

    #[test]
    fn limits_are_positive_and_bounded() {
        assert_eq!(seconds("30"), Ok(Duration::from_secs(30)));
        assert_eq!(seconds("0.25"), Ok(Duration::from_millis(250)));
        for nonsense in "0 -1 0.0001 nan inf 86401 1e300 5s".split(' ') {
            assert!(seconds(nonsense).is_err(), "{nonsense}");
        }
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
