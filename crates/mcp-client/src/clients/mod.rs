//! MCP clients of others: where each keeps its configuration, and how it wants a server written there.
//!
//! Nothing here writes, and nothing here knows a key: entries have the name of the variable that holds it.

mod catalog;
mod change;
pub(crate) mod document;
mod entry;
mod error;
mod file;
mod link;
pub(crate) mod node;
mod places;

use std::path::PathBuf;

pub(crate) use self::catalog::CLIENTS;
pub(crate) use self::change::{insertion, removal};
pub(crate) use self::document::{Broken, Syntax};
pub(crate) use self::entry::Server;
pub(crate) use self::error::ConnectError;
pub(crate) use self::file::read;
pub(crate) use self::link::install_link;
pub(crate) use self::places::{Base, Machine, Place, System};

/// A client.
#[derive(Debug)]
pub(crate) struct Client {
    /// What it is called on the command line.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) syntax: Syntax,
    /// The user's file.
    pub(crate) user: Place,
    /// The file of a project, from its folder.
    pub(crate) project: Option<&'static str>,
    /// Other names that the files have, taken where they are there.
    pub(crate) also: &'static [&'static str],
    /// The keys on the way to the map of servers.
    pub(crate) servers: &'static [&'static str],
    pub(crate) form: Form,
    pub(crate) variables: Variables,
    /// The key of a time limit and its unit.
    pub(crate) timeout: &'static str,
    /// What its users should know.
    pub(crate) note: &'static str,
    /// What neither its documentation nor its source says.
    pub(crate) unverified: &'static str,
    /// What was read.
    pub(crate) source: &'static str,
}

/// How a server is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The URL under this key, with headers; before it a `type`, if there is one.
    Url {
        key: &'static str,
        kind: Option<&'static str>,
    },
    /// VS Code: as above, and the key is asked for once and kept by the editor.
    Inputs,
    /// OpenCode: a URL, and no OAuth, which would be tried first.
    Remote,
    /// Copilot CLI: a URL, and the tools that may be used.
    WithTools,
    /// Codex: a table with the variable's name.
    EnvironmentHeaders,
    /// Goose: an extension, with the names of its variables.
    Extension,
    /// A program that is started: `mcp-client proxy`.
    Proxy,
}

/// How a variable is referred to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variables {
    /// `${env:NAME}`
    Env,
    /// `${input:ID}`, and in other places `${env:NAME}`.
    Input,
    /// `${NAME}` and `${NAME:-default}`
    Braces,
    /// As above, and `$NAME`.
    Dollar,
    /// `{env:NAME}`
    OpenCode,
    /// By its name, in keys of its own.
    Name,
    /// Not at all.
    None,
}

/// Whose configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    Project,
    User,
}

impl Scope {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::User => "user",
        }
    }
}

impl Client {
    /// The client with this id.
    pub(crate) fn named(id: &str) -> Option<&'static Self> {
        CLIENTS.iter().find(|client| client.id == id)
    }

    /// Its file in `scope`: the one that is there, or else the one that it would make.
    pub(crate) fn file(
        &self,
        scope: Scope,
        machine: &Machine<'_>,
    ) -> Result<PathBuf, ConnectError> {
        let file = match (scope, self.project) {
            (Scope::User, _) => machine.file(&self.user)?,
            (Scope::Project, Some(project)) => machine.here.join(project),
            (Scope::Project, None) => {
                let (client, scope) = (self.title, scope.name());
                return Err(ConnectError::NoScope { client, scope });
            }
        };
        let mut others = self.also.iter().map(|name| file.with_file_name(name));
        match file.exists() {
            true => Ok(file),
            false => Ok(others.find(|other| other.exists()).unwrap_or(file)),
        }
    }

    /// Whether it is on this machine, by the folder that it makes, or by its file if that is in no folder of its own.
    pub(crate) fn is_here(&self, machine: &Machine<'_>) -> bool {
        match self.user.folder {
            "" => machine.file(&self.user).is_ok_and(|file| file.exists()),
            _ => machine
                .folder(&self.user)
                .is_ok_and(|folder| folder.is_dir()),
        }
    }
}
