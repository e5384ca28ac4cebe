//! One server of a configuration.

use http::{HeaderName, HeaderValue};

use super::credentials::is_foreign;
use super::error::ServersError;
use super::expand::Expander;
use super::source::{Header, Source, headers, proxied};
use super::{Found, NamedServer};
use crate::clients::node::Node;
use crate::clients::{Form, Machine, Scope, Variables};
use crate::endpoint::EndpointUrl;

/// The keys that a URL is under, the one for Streamable HTTP first.
const URL_KEYS: [&str; 4] = ["httpUrl", "serverUrl", "url", "uri"];

/// A server as it is written, before any reference is read.
pub(super) struct Entry<'f> {
    name: String,
    node: &'f Node,
    pub(super) url: String,
    headers: Vec<Header>,
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
            let Some(value) = source.value(&mut expander, found)? else {
                continue;
            };
            let literal = expander.used.len() == before && matches!(source, Source::Text(_));
            if literal && is_secret(header) {
                remarks.push(format!(
                    "{} holds the value of `{header}` itself: a variable would keep it out of the file",
                    found.file.display()
                ));
            }
            headers.push(checked(header, &value, found)?);
        }
        remarks.extend(sent(&expander.used, &self.url, &endpoint, found)?);
        Ok(NamedServer {
            endpoint,
            headers,
            source: found.file.display().to_string(),
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
fn sent(
    used: &[String],
    written: &str,
    endpoint: &str,
    found: &Found,
) -> Result<Vec<String>, ServersError> {
    let host = endpoint.parse::<EndpointUrl>().ok();
    let host = host
        .as_ref()
        .map(EndpointUrl::host)
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
            // As the file has it: the credential itself may be part of the host.
            url: written
                .split(['?', '#'])
                .next()
                .unwrap_or_default()
                .to_owned(),
            file: found.file.clone(),
        });
    }
    let file = found.file.display();
    let remark = |name: String| format!("sends {name} to {host}, as {file} says");
    Ok(names.into_iter().map(remark).collect())
}
