//! What can go wrong when a server is looked for by its name.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use super::Found;
use crate::clients::{Client, ConnectError};
use crate::exit;

/// What went wrong. Values of variables are in none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServersError {
    #[error("no MCP client has a server called `{name}`{}", of_client(*client))]
    Unknown {
        name: String,
        client: Option<&'static str>,
        /// The servers that there are, each with its client and once.
        known: Vec<String>,
        /// One with nearly that name.
        near: Option<String>,
    },
    #[error("`{name}` in {} starts a program: only servers with a URL can be reached from here", file.display())]
    Program { name: String, file: PathBuf },
    #[error("the variable {name} of {}: {why}", file.display())]
    Unset {
        name: String,
        file: PathBuf,
        why: &'static str,
    },
    #[error("the input `{id}` of {} is known to VS Code alone", file.display())]
    Input {
        id: String,
        variable: String,
        file: PathBuf,
    },
    #[error("`{reference}` in {} is not read here", file.display())]
    Unsupported { reference: String, file: PathBuf },
    #[error("the header `{name}` of {} cannot be sent", file.display())]
    InvalidHeader { name: String, file: PathBuf },
    #[error("refusing to send {name} to {url}, as {} says", file.display())]
    Credential {
        name: String,
        /// With references, and without its query.
        url: String,
        file: PathBuf,
    },
    #[error("refusing to send the file {path}, as {} says", file.display())]
    KeyFile { path: String, file: PathBuf },
    #[error("cannot read the key in {}: {cause}", file.display())]
    UnreadableKey { file: PathBuf, cause: io::Error },
    #[error(transparent)]
    File(#[from] ConnectError),
}

fn of_client(client: Option<&str>) -> String {
    client.map_or_else(String::new, |client| format!(" for {client}"))
}

impl ServersError {
    pub(super) fn unknown(name: &str, files: &[Found], client: Option<&'static Client>) -> Self {
        let mut known: Vec<String> = Vec::new();
        for found in files {
            for (server, _) in found.servers() {
                let full = format!("{}:{server}", found.client.id);
                if !known.contains(&full) {
                    known.push(full);
                }
            }
        }
        let bare = |full: &String| full.split_once(':').map(|(_, name)| name.to_owned());
        let names = known.iter().filter_map(bare);
        let near = names
            .map(|known| (strsim::normalized_damerau_levenshtein(name, &known), known))
            .filter(|(similarity, _)| *similarity > 0.6)
            .max_by(|one, other| one.0.total_cmp(&other.0));
        Self::Unknown {
            name: name.to_owned(),
            client: client.map(|client| client.title),
            known,
            near: near.map(|(_, name)| name),
        }
    }

    /// A stable word for programs, and the code to exit with.
    pub(crate) fn class(&self) -> (&'static str, u8) {
        match self {
            Self::Unknown { .. } => ("server_missing", exit::USAGE),
            Self::Program { .. }
            | Self::Unset { .. }
            | Self::Input { .. }
            | Self::Unsupported { .. }
            | Self::Credential { .. }
            | Self::KeyFile { .. } => ("usage", exit::USAGE),
            Self::InvalidHeader { .. } | Self::UnreadableKey { .. } => {
                ("invalid_document", exit::BAD_DATA)
            }
            Self::File(error) => error.class(),
        }
    }

    pub(crate) fn hint(&self) -> Cow<'static, str> {
        match self {
            Self::Unknown {
                near: Some(near), ..
            } => format!("did you mean `--server {near}`?").into(),
            Self::Unknown { known, .. } if known.is_empty() => {
                "no file of an MCP client was found here, in the folders above up to the repository's root, or of the \
                 user; `mcp-client connect` makes one"
                    .into()
            }
            Self::Unknown { known, .. } => {
                let shown: Vec<_> = known.iter().take(20).map(String::as_str).collect();
                format!("there are {}", shown.join(", ")).into()
            }
            Self::Program { .. } => "try that server with the client that starts it".into(),
            Self::Unset { name, .. } => format!("set {name}, as the client has it").into(),
            Self::Input { variable, .. } => format!("set {variable} to its value").into(),
            Self::Unsupported { .. } => "name the endpoint with --endpoint".into(),
            Self::InvalidHeader { .. } => {
                "a header's name and value are visible ASCII, without line breaks".into()
            }
            Self::Credential { .. } => {
                "a project's file may be a stranger's: if you trust it, give the value a variable of its own, or put \
                 the server into your user's file"
                    .into()
            }
            Self::KeyFile { .. } => {
                "a project's file may be a stranger's: put the server into your user's file".into()
            }
            Self::UnreadableKey { .. } => {
                "it must be a regular file that you may read: `mcp-client connect CLIENT` says how to make it".into()
            }
            Self::File(error) => error.hint(),
        }
    }
}
