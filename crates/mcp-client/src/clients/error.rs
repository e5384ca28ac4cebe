//! What can go wrong with the configurations of MCP clients.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use super::document::Broken;
use crate::exit;

/// What went wrong. Paths are as the user has them.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    #[error("invalid {option}: expected {expected}, got `{found}`")]
    Invalid {
        option: &'static str,
        expected: &'static str,
        found: String,
    },
    /// What is written into files must hold no key. The text is not repeated.
    #[error("refusing to write {0}: it holds what could be a key")]
    HoldsKey(&'static str),
    #[error("no folder of the user is known: {0} is not set")]
    NoHome(&'static str),
    #[error("{client} has no {scope} configuration")]
    NoScope {
        client: &'static str,
        scope: &'static str,
    },
    #[error("{} is no configuration of {client}: {cause}", file.display())]
    Broken {
        client: &'static str,
        file: PathBuf,
        cause: Broken,
    },
    #[error("{} is not text in UTF-8", .0.display())]
    NotText(PathBuf),
    #[error("{} is larger than {limit} bytes", file.display())]
    TooLarge { file: PathBuf, limit: usize },
    #[error("cannot read {}: {cause}", file.display())]
    Unreadable { file: PathBuf, cause: io::Error },
    #[error("{} leads out of the project", .0.display())]
    LeavesProject(PathBuf),
    #[error("{} is a link to nothing", .0.display())]
    LinkToNothing(PathBuf),
    #[error("{} was changed by another program meanwhile", .0.display())]
    Contended(PathBuf),
    #[error("cannot write {}: {cause}", file.display())]
    NotWritten { file: PathBuf, cause: io::Error },
}

impl ConnectError {
    /// A stable word for programs, and the code to exit with.
    pub(crate) fn class(&self) -> (&'static str, u8) {
        match self {
            Self::Invalid { .. } | Self::HoldsKey(_) | Self::NoHome(_) | Self::NoScope { .. } => {
                ("usage", exit::USAGE)
            }
            Self::Broken { .. }
            | Self::NotText(_)
            | Self::TooLarge { .. }
            | Self::Unreadable { .. } => ("invalid_document", exit::BAD_DATA),
            Self::LeavesProject(_) | Self::LinkToNothing(_) | Self::NotWritten { .. } => {
                ("not_written", exit::NOT_WRITTEN)
            }
            Self::Contended(_) => ("contended", exit::TRY_AGAIN),
        }
    }

    pub(crate) fn hint(&self) -> Cow<'static, str> {
        match self {
            Self::Invalid { .. } | Self::NoScope { .. } => {
                "`mcp-client connect --help` has the clients and examples".into()
            }
            Self::HoldsKey(_) => {
                "the file gets the name of a variable: keep the key in MCP_API_KEY, or another with --key-variable"
                    .into()
            }
            Self::NoHome(variable) => format!("set {variable}, or use --scope project").into(),
            Self::Broken {
                cause: Broken::NotEditable,
                ..
            } => "nothing was changed: without --write the entry is printed, to be put in by hand".into(),
            Self::Broken { .. } | Self::NotText(_) | Self::TooLarge { .. } => {
                "nothing was changed: put the file right, or name the other clients".into()
            }
            Self::Unreadable { .. } => {
                "nothing was changed: it must be a regular file that you may read".into()
            }
            Self::LeavesProject(_) => {
                "nothing was changed: remove the link, or write the user's file with --scope user".into()
            }
            Self::LinkToNothing(_) => "remove the link, or make what it points to".into(),
            Self::Contended(_) => "it was left as it is: try again".into(),
            Self::NotWritten { .. } => "check the folder's permissions and the disk".into(),
        }
    }
}
