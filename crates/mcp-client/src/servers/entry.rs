//! One server of a configuration.

use std::path::Path;

use http::{HeaderName, HeaderValue};

use super::credentials::is_foreign;
use super::error::ServersError;
use super::expand::Expander;
use super::{Found, NamedServer};
use crate::clients::node::Node;
use crate::clients::{Form, Machine, Scope, Variables};
use crate::endpoint::EndpointUrl;
use crate::files;

/// The keys that a URL is under, the one for Streamable HTTP first.
const URL_KEYS: [&str; 4] = ["httpUrl", "serverUrl", "url", "uri"];

/// The longest key that is read from a file, in bytes.
const MAX_KEY_BYTES: usize = 8192;

/// A server as it is written, before any reference is read.
pub(super) struct Entry<'f> {
    name: String,
    node: &'f Node,
    url: String,
    /// Name, value, and whether the value is the name of a variable.
    headers: Vec<(String, Source)>,
}

/// Where a header's value comes from.
enum Source {
    /// A text with references.
    Text(String),
    /// `Bearer` and the value of a variable.
    Bearer(String),
    /// The value of a variable.
    Variable(String),
    /// A file.
    File(String),
}

pub(super) fn url(entry: &Node) -> Option<&str> {
    URL_KEYS.iter().find_map(|key| entry.get(key)?.as_text())
}

/// What is started; OpenCode has its arguments in the same list.
pub(super) fn program(entry: &Node) -> Option<&str> {
    let command = entry.get("command").or_else(|| entry.get("cmd"))?;
    command
        .as_text()
        .or_else(|| command.as_list()?.first()?.as_text())
}

impl<'f> Entry<'f> {
    pub(super) fn read(name: &str, found: &'f Found) -> Result<Self, ServersError> {
        let mut servers = found.servers();
        let node = servers
            .find(|(key, _)| *key == name)
            .map_or(&Node::Null, |(_, node)| node);
        let (url, headers) = match url(node) {
            Some(url) => (url.to_owned(), headers(node)),
            None => proxied(node).ok_or_else(|| ServersError::Program {
                name: name.to_owned(),
                file: found.file.clone(),
            })?,
        };
        Ok(Self {
            name: name.to_owned(),
            node,
            url,
            headers,
        })
    }

    pub(super) fn resolve(
        self,
        found: &Found,
        machine: &Machine<'_>,
    ) -> Result<NamedServer, ServersError> {
        let mut expander = Expander {
            // What the proxy is given is no text of the client's any more.
            variables: if url(self.node).is_some() {
                found.client.variables
            } else {
                Variables::None
            },
            machine,
            file: &found.file,
            folder: &found.folder,
            allowed: (found.client.form == Form::Extension).then(|| allowed(self.node)),
            used: Vec::new(),
        };
        let endpoint = expander.expand(&self.url)?;
        let mut remarks = self.remarks(found);
        let mut headers = Vec::new();
        for (header, source) in &self.headers {
            let before = expander.used.len();
            let value = source.value(&mut expander, found)?;
            let literal = expander.used.len() == before && matches!(source, Source::Text(_));
            if literal && is_secret(header) {
                remarks.push(format!(
                    "{} holds the value of `{header}` itself: a variable would keep it out of the file",
                    found.file.display()
                ));
            }
            headers.push(checked(header, &value, found)?);
        }
        remarks.extend(sent(&expander.used, &endpoint, found)?);
        Ok(NamedServer {
            endpoint,
            headers,
            remarks,
        })
    }

    fn remarks(&self, found: &Found) -> Vec<String> {
        let (name, file) = (&self.name, found.file.display());
        let mut remarks = vec![format!("`{name}` of {}: {file}", found.client.title)];
        let kind = self.node.get("type").or_else(|| self.node.get("transport"));
        let kind = kind.and_then(Node::as_text);
        let gemini = found.client.id == "gemini-cli" && self.node.get("httpUrl").is_none();
        if kind == Some("sse") || (gemini && kind.is_none() && url(self.node).is_some()) {
            remarks.push(format!(
                "{file} says SSE, which is out of date: this program speaks Streamable HTTP"
            ));
        }
        let flag = |key: &str| self.node.get(key) == Some(&Node::Flag(key == "disabled"));
        if flag("disabled") || flag("enabled") {
            remarks.push(format!("`{name}` is switched off in {file}"));
        }
        remarks
    }
}

impl Source {
    fn value(&self, expander: &mut Expander<'_>, found: &Found) -> Result<String, ServersError> {
        match self {
            Self::Text(text) => expander.expand(text),
            Self::Variable(name) => expander.named(name),
            Self::Bearer(name) => Ok(format!("Bearer {}", expander.named(name)?)),
            // A stranger's file would name a file of the user.
            Self::File(path) if found.scope == Scope::Project => Err(ServersError::KeyFile {
                path: path.clone(),
                file: found.file.clone(),
            }),
            Self::File(path) => key(Path::new(path)),
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
fn headers(node: &Node) -> Vec<(String, Source)> {
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
fn proxied(node: &Node) -> Option<(String, Vec<(String, Source)>)> {
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
        headers.push((
            "x-api-key".to_owned(),
            Source::Variable("MCP_API_KEY".to_owned()),
        ));
    }
    Some((url?.to_owned(), headers))
}

fn header(text: &str) -> Option<(String, Source)> {
    let (name, source) = text.split_once("=@")?;
    let source = source.to_owned();
    let source = match source.contains(['/', '\\']) {
        true => Source::File(source),
        false => Source::Variable(source),
    };
    Some((name.to_owned(), source))
}

/// The variables that Goose reads for an extension.
fn allowed(node: &Node) -> Vec<String> {
    let keys = node
        .get("env_keys")
        .and_then(Node::as_list)
        .unwrap_or_default();
    keys.iter()
        .filter_map(|key| Some(key.as_text()?.to_owned()))
        .collect()
}

fn is_secret(header: &str) -> bool {
    let header = header.to_ascii_lowercase();
    let parts = ["auth", "cookie", "key", "secret", "token"];
    parts.iter().any(|part| header.contains(part))
}

fn checked(
    name: &str,
    value: &str,
    found: &Found,
) -> Result<(HeaderName, HeaderValue), ServersError> {
    let invalid = || ServersError::InvalidHeader {
        name: name.to_owned(),
        file: found.file.clone(),
    };
    let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid())?;
    let mut value = HeaderValue::from_str(value).map_err(|_| invalid())?;
    value.set_sensitive(true);
    Ok((header, value))
}

/// Names each variable that goes out, and refuses those that a project's file has no business with.
fn sent(used: &[String], endpoint: &str, found: &Found) -> Result<Vec<String>, ServersError> {
    let host = endpoint.parse::<EndpointUrl>().ok();
    let host = host
        .as_ref()
        .and_then(EndpointUrl::host)
        .unwrap_or("an invalid URL");
    let mut names = used.to_vec();
    names.sort_unstable();
    names.dedup();
    if let Some(name) = names
        .iter()
        .find(|name| found.scope == Scope::Project && is_foreign(name, host))
    {
        return Err(ServersError::Credential {
            name: name.clone(),
            host: host.to_owned(),
            file: found.file.clone(),
        });
    }
    let file = found.file.display();
    let remark = |name: String| format!("sends {name} to {host}, as {file} says");
    Ok(names.into_iter().map(remark).collect())
}
