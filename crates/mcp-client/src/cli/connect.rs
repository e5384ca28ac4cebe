//! `connect …`: the configurations of other MCP clients.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};

use crate::clients::{CLIENTS, Scope};

const CONNECT_HELP: &str = "\
Without --write nothing is changed: it prints the file and the entry, as that client wants it. The
key is in neither, only the name of the variable that holds it; clients that pass no variable on
start `mcp-client proxy` with a file that you put the key into (--key-file).

With --write it shows the difference on standard error, then changes that entry and nothing else:
comments, order and other servers stay. A second time there is nothing to change.

Exit codes:
  64  wrong usage
  65  a file cannot be read, or is broken: nothing was changed
  73  a file could not be written
  75  another program changed a file meanwhile: try again
  with --stack also those of `mcp-client keys --help`

Examples:
  mcp-client connect cursor --endpoint https://HOST/mcp
  mcp-client connect vscode --scope project --stack McpServerStack --write
  mcp-client connect claude-desktop --key-file ~/.config/mcp-client/mine.key --write
  mcp-client connect --all --name mine --stack McpServerStack --write
  mcp-client connect cursor codex --name mine --remove --write
";

/// `connect …`
#[derive(Debug, Args)]
#[command(after_help = CONNECT_HELP)]
pub(crate) struct ConnectArgs {
    /// The clients.
    #[arg(value_name = "CLIENT", value_parser = clients(), required_unless_present_any = ["all", "reference"], conflicts_with = "all")]
    pub(crate) clients: Vec<String>,
    /// Every client that is on this machine, and every project file that is in this folder.
    #[arg(long)]
    pub(crate) all: bool,
    /// What clients call the server: 1–64 of A–Z, a–z, 0–9, `-` and `_`.
    #[arg(long, value_name = "NAME", default_value = "mcp-server")]
    pub(crate) name: String,
    /// Whose configuration: the user's, or that of the project in this folder; otherwise the user's, with --all both.
    #[arg(long, value_name = "SCOPE", value_enum)]
    pub(crate) scope: Option<ScopeName>,
    /// Change the files.
    #[arg(long)]
    pub(crate) write: bool,
    /// Take the server out of them.
    #[arg(long)]
    pub(crate) remove: bool,
    /// The variable that holds the key.
    #[arg(long, value_name = "NAME", default_value = "MCP_API_KEY")]
    pub(crate) key_variable: String,
    /// The server wants no key.
    #[arg(long, conflicts_with_all = ["key_variable", "key_file"])]
    pub(crate) no_key: bool,
    /// The file with the key, for clients that pass no variable on; otherwise mcp-client/NAME.key among your settings.
    #[arg(long, value_name = "PATH")]
    pub(crate) key_file: Option<PathBuf>,
    /// How those clients start this program; an absolute path is safest, as programs of a desktop find less.
    #[arg(long, value_name = "COMMAND", default_value = "mcp-client")]
    pub(crate) program: String,
    /// Prints the part of docs/clients.md that is about the clients.
    #[arg(long, hide = true, conflicts_with_all = ["clients", "all", "write"])]
    pub(crate) reference: bool,
}

/// Whose configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScopeName {
    /// Of the project in this folder; usually committed.
    Project,
    /// Of the user, for every project.
    User,
}

impl From<ScopeName> for Scope {
    fn from(name: ScopeName) -> Self {
        match name {
            ScopeName::Project => Self::Project,
            ScopeName::User => Self::User,
        }
    }
}

fn clients() -> PossibleValuesParser {
    PossibleValuesParser::new(CLIENTS.iter().map(|client| client.id))
}
