//! Servers that other MCP clients have in their configurations, by name: what an editor uses is what is tested.
//!
//! A project's file may be a stranger's. It is read as data; nothing in it is started; it says which variables are sent
//! where, so each is named before it is, and those that are known to be somebody else's credentials are refused.

mod credentials;
mod entry;
mod error;
mod expand;
mod source;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use http::{HeaderName, HeaderValue};

use self::entry::Entry;
pub(crate) use self::error::ServersError;
use crate::clients::node::Node;
use crate::clients::{CLIENTS, Client, ConnectError, Machine, Scope, read};

/// A server as a client would reach it.
#[derive(Debug)]
pub(crate) struct NamedServer {
    pub(crate) endpoint: String,
    /// Marked sensitive.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// The file, as it may be shown.
    pub(crate) source: String,
    /// What the user should see before anything is sent.
    pub(crate) remarks: Vec<String>,
}

/// A configuration that was found.
struct Found {
    client: &'static Client,
    scope: Scope,
    file: PathBuf,
    /// The folder of the project, or the one where the program runs.
    folder: PathBuf,
    /// What the file means.
    document: Node,
}

/// The server that is called `name`, or `CLIENT:NAME`: in the nearest project file, from here to the root of the
/// repository, then in the user's files.
pub(crate) fn find(name: &str, machine: &Machine<'_>) -> Result<NamedServer, ServersError> {
    let (client, name) = split(name);
    let (files, broken) = files(client, machine);
    let mut matching = files
        .iter()
        .filter(|found| found.servers().any(|(key, _)| key == name));
    let Some(taken) = matching.next() else {
        if let Some(error) = broken.into_iter().next() {
            return Err(error.into());
        }
        return Err(ServersError::unknown(name, &files, client));
    };
    let entry = Entry::read(name, taken)?;
    let mut server = entry.resolve(taken, machine)?;
    let own = address(name, taken);
    for other in matching.filter(|other| address(name, other) != own) {
        server.remarks.push(format!(
            "`{name}` is also in {}, as another server: `--server {}:{name}` takes that one",
            other.file.display(),
            other.client.id
        ));
    }
    for error in broken {
        server.remarks.push(format!("passed over: {error}"));
    }
    Ok(server)
}

/// The client of `CLIENT:NAME`, and the name.
fn split(name: &str) -> (Option<&'static Client>, &str) {
    match name.split_once(':') {
        Some((client, rest)) if Client::named(client).is_some() => (Client::named(client), rest),
        _ => (None, name),
    }
}

/// Where an entry leads, before variables are read; a program of others leads nowhere.
fn address(name: &str, found: &Found) -> Option<String> {
    Entry::read(name, found).ok().map(|entry| entry.url)
}

/// Every configuration there is, the nearest first, and why others could not be read.
fn files(only: Option<&'static Client>, machine: &Machine<'_>) -> (Vec<Found>, Vec<ConnectError>) {
    let clients = || {
        CLIENTS
            .iter()
            .filter(|client| only.is_none_or(|only| only.id == client.id))
    };
    let mut places = Vec::new();
    for folder in project_folders(&machine.here) {
        for client in clients() {
            let here = Machine {
                here: folder.clone(),
                ..*machine
            };
            if let Ok(file) = client.file(Scope::Project, &here) {
                places.push((client, Scope::Project, file, folder.clone()));
            }
        }
    }
    for client in clients() {
        if let Ok(file) = client.file(Scope::User, machine) {
            places.push((client, Scope::User, file, machine.here.clone()));
        }
    }
    let (mut found, mut broken) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for (client, scope, file, folder) in places {
        if !seen.insert((file.clone(), client.servers)) {
            continue;
        }
        match read_document(client, &file) {
            Ok(Some(document)) => found.push(Found {
                client,
                scope,
                file,
                folder,
                document,
            }),
            Ok(None) => {}
            Err(error) => broken.push(error),
        }
    }
    (found, broken)
}

fn read_document(client: &Client, file: &Path) -> Result<Option<Node>, ConnectError> {
    let Some(text) = read(file)? else {
        return Ok(None);
    };
    let parsed = client.syntax.parse(&text);
    parsed.map(Some).map_err(|cause| ConnectError::Broken {
        client: client.title,
        file: file.to_owned(),
        cause,
    })
}

/// From `here` to the root of its repository; outside of one only `here`, since above it may be anybody's.
fn project_folders(here: &Path) -> Vec<PathBuf> {
    let above: Vec<_> = here.ancestors().map(Path::to_path_buf).collect();
    let root = above.iter().position(|folder| folder.join(".git").exists());
    above
        .into_iter()
        .take(root.unwrap_or(0).saturating_add(1))
        .collect()
}

impl Found {
    /// The servers in it that have a URL or a program.
    fn servers(&self) -> impl Iterator<Item = (&str, &Node)> {
        let map = self.document.at(self.client.servers).and_then(Node::as_map);
        let entries = map.unwrap_or_default().iter();
        let entries = entries
            .filter(|(_, entry)| entry::url(entry).is_some() || entry::program(entry).is_some());
        entries.map(|(name, entry)| (name.as_str(), entry))
    }
}
