//! The headers of a server, and where their values come from.

use std::path::Path;

use super::Found;
use super::error::ServersError;
use super::expand::Expander;
use crate::clients::Scope;
use crate::clients::node::Node;
use crate::files;

/// The longest key that is read from a file, in bytes.
const MAX_KEY_BYTES: usize = 8192;

/// A header's name, and where its value comes from.
pub(super) type Header = (String, Source);

/// Where a header's value comes from.
pub(super) enum Source {
    /// A text with references.
    Text(String),
    /// `Bearer` and the value of a variable.
    Bearer(String),
    /// The value of a variable.
    Variable(String),
    /// The value of a variable, if it is set.
    Optional(String),
    /// A file.
    File(String),
}

impl Source {
    /// `None` if there is none to be sent.
    pub(super) fn value(
        &self,
        expander: &mut Expander<'_>,
        found: &Found,
    ) -> Result<Option<String>, ServersError> {
        match self {
            Self::Text(text) => expander.expand(text).map(Some),
            Self::Variable(name) => expander.named(name).map(Some),
            Self::Optional(name) => Ok(expander.named(name).ok()),
            Self::Bearer(name) => Ok(Some(format!("Bearer {}", expander.named(name)?))),
            // A stranger's file would name a file of the user.
            Self::File(path) if found.scope == Scope::Project => Err(ServersError::KeyFile {
                path: path.clone(),
                file: found.file.clone(),
            }),
            Self::File(path) => key(Path::new(path)).map(Some),
        }
    }
}

fn key(path: &Path) -> Result<String, ServersError> {
    let unreadable = |cause| ServersError::UnreadableKey {
        file: path.to_owned(),
        cause,
    };
    let bytes = files::read(path, MAX_KEY_BYTES).map_err(unreadable)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// The headers of an entry with a URL.
pub(super) fn headers(node: &Node) -> Vec<Header> {
    let texts = |key: &str| {
        let pairs = node
            .get(key)
            .and_then(Node::as_map)
            .unwrap_or_default()
            .iter();
        let pairs: Vec<_> = pairs
            .filter_map(|(name, value)| Some((name.clone(), value.as_text()?.to_owned())))
            .collect();
        pairs
    };
    let mut headers = Vec::new();
    for key in ["headers", "http_headers"] {
        let texts = texts(key).into_iter();
        headers.extend(texts.map(|(name, text)| (name, Source::Text(text))));
    }
    let variables = texts("env_http_headers").into_iter();
    headers.extend(variables.map(|(name, variable)| (name, Source::Variable(variable))));
    if let Some(variable) = node.get("bearer_token_env_var").and_then(Node::as_text) {
        let header = "authorization".to_owned();
        headers.push((header, Source::Bearer(variable.to_owned())));
    }
    headers
}

/// The URL and the headers of an entry that starts our own proxy.
pub(super) fn proxied(node: &Node) -> Option<(String, Vec<Header>)> {
    let mut words = Vec::new();
    for key in ["command", "cmd", "args"] {
        match node.get(key) {
            Some(Node::Text(text)) => words.push(text.as_str()),
            Some(Node::List(list)) => words.extend(list.iter().filter_map(Node::as_text)),
            _ => {}
        }
    }
    let (program, words) = words.split_first()?;
    let program = program.rsplit(['/', '\\']).next().unwrap_or(program);
    let ours = program.trim_end_matches(".exe") == "mcp-client";
    let words = words.strip_prefix(&["proxy"]).filter(|_| ours)?;
    let (mut url, mut headers) = (None, Vec::new());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.strip_prefix("--header") {
            Some("") => headers.extend(words.next().and_then(|text| header(text))),
            Some(text) => headers.extend(text.strip_prefix('=').and_then(header)),
            None if *word == "--endpoint" => url = words.next().copied(),
            None if !word.starts_with('-') => url = Some(*word),
            None => {}
        }
    }
    if headers.is_empty() {
        let variable = Source::Optional("MCP_API_KEY".to_owned());
        headers.push(("x-api-key".to_owned(), variable));
    }
    let given = |(name, source)| (name, given(node, source));
    Some((url?.to_owned(), headers.into_iter().map(given).collect()))
}

/// The value that the entry itself gives to the variable, as its program would have it.
fn given(node: &Node, source: Source) -> Source {
    let (Source::Variable(name) | Source::Optional(name)) = &source else {
        return source;
    };
    let maps = ["env", "environment", "envs"];
    let value = maps
        .iter()
        .find_map(|map| node.at(&[*map, name])?.as_text());
    match value {
        Some(value) => Source::Text(value.to_owned()),
        None => source,
    }
}

fn header(text: &str) -> Option<Header> {
    let (name, source) = text.split_once("=@")?;
    let source = source.to_owned();
    let source = match source.contains(['/', '\\']) {
        true => Source::File(source),
        false => Source::Variable(source),
    };
    Some((name.to_owned(), source))
}
