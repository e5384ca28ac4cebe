//! The commands that talk to a server.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::value::at_most;
use super::{Doctor, ProxyArgs};

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
    /// What is called.
    #[command(flatten)]
    pub(crate) call: CallArgs,
    /// Write images, audio and other binary content into this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) save: Option<PathBuf>,
}

/// A tool and its arguments.
#[derive(Debug, Args)]
pub(crate) struct CallArgs {
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
    pub(crate) call: CallArgs,
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
