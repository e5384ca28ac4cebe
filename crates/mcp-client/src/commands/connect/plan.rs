//! What is to be done with one file.

use std::path::{Path, PathBuf};

use crate::cli::ConnectArgs;
use crate::clients::node::{Edit, Node};
use crate::clients::{
    Broken, Client, ConnectError, Machine, Scope, Server, insertion, install_link, read, removal,
};

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It says already what it should.
    Unchanged,
    /// It would be changed.
    Pending,
    Written,
}

/// A file with what it says now and what it shall say.
pub(crate) struct Plan {
    pub(crate) client: &'static Client,
    pub(crate) scope: Scope,
    pub(crate) file: PathBuf,
    /// `None` if it does not exist.
    pub(crate) old: Option<String>,
    pub(crate) new: String,
    /// What the old text means.
    pub(crate) document: Node,
    /// A file with the entry alone.
    pub(crate) entry: String,
    pub(crate) link: Option<String>,
    pub(crate) state: State,
}

impl Plan {
    /// Reads the file and changes nothing.
    pub(super) fn new(
        client: &'static Client,
        scope: Scope,
        server: &Server,
        args: &ConnectArgs,
        machine: &Machine<'_>,
    ) -> Result<Self, ConnectError> {
        let file = client.file(scope, machine)?;
        if scope == Scope::Project && !is_inside(&file, &machine.here) {
            return Err(ConnectError::LeavesProject(file));
        }
        let old = read(&file)?;
        let text = old.as_deref().unwrap_or_default();
        let broken = |cause: Broken| ConnectError::Broken {
            client: client.title,
            file: file.clone(),
            cause,
        };
        let document = client.syntax.parse(text).map_err(broken)?;
        let edits = |document: &Node| match args.remove {
            true => removal(client, &server.name, document),
            false => insertion(client, server, scope, document),
        };
        let new = edited(client, text, &edits(&document)).map_err(broken)?;
        let empty = Node::Map(Vec::new());
        let fresh = insertion(client, server, scope, &empty);
        let changed = new.as_deref().is_some_and(|new| new != text);
        Ok(Self {
            entry: client.syntax.edit("", &fresh).map_err(broken)?,
            link: install_link(client, server).filter(|_| !args.remove),
            new: new.unwrap_or_else(|| text.to_owned()),
            state: if changed {
                State::Pending
            } else {
                State::Unchanged
            },
            client,
            scope,
            document,
            old,
            file,
        })
    }
}

/// Whether `file` is in `folder`, or would be, all links followed: those of a project may be a stranger's.
fn is_inside(file: &Path, folder: &Path) -> bool {
    let there = file.ancestors().find_map(|part| part.canonicalize().ok());
    let folder = folder.canonicalize();
    matches!((there, folder), (Some(there), Ok(folder)) if there.starts_with(&folder))
}

/// `None` if nothing is to be changed.
fn edited(client: &Client, text: &str, edits: &[Edit]) -> Result<Option<String>, Broken> {
    match edits.is_empty() {
        true => Ok(None),
        false => client.syntax.edit(text, edits).map(Some),
    }
}
