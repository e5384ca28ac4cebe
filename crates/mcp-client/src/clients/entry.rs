//! A server as each client wants it written.

use std::path::PathBuf;

use super::node::Node;
use super::{Client, Form, Scope, Variables};

/// The header that carries the key.
pub(super) const HEADER: &str = "x-api-key";

/// How the description of an input begins that is made here.
pub(super) const INPUT_DESCRIPTION: &str = "API key of the MCP server ";

/// A server to be written into configurations.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    /// What clients call it.
    pub(crate) name: String,
    pub(crate) url: String,
    /// The variable that holds the key; `None` for a server that wants none.
    pub(crate) variable: Option<String>,
    /// The file that holds the key, for clients that pass no variable on. Nothing here reads it.
    pub(crate) key_file: Option<PathBuf>,
    /// How clients start this program.
    pub(crate) program: String,
}

impl Server {
    /// The entry, without its name.
    pub(crate) fn entry(&self, client: &Client, scope: Scope) -> Node {
        let mut pairs = match client.form {
            Form::Url { key, kind } => {
                let mut pairs = Vec::from(kind.map(|kind| text("type", kind)).as_slice());
                pairs.push(text(key, &self.url));
                pairs
            }
            Form::Inputs | Form::WithTools => vec![text("type", "http"), text("url", &self.url)],
            Form::Remote => vec![text("type", "remote"), text("url", &self.url)],
            Form::EnvironmentHeaders => vec![text("url", &self.url)],
            Form::Extension => vec![
                ("enabled".to_owned(), Node::Flag(true)),
                text("type", "streamable_http"),
                text("name", &self.name),
                text("description", &format!("MCP server {}", self.name)),
                text("uri", &self.url),
            ],
            Form::Proxy => vec![
                text("command", &self.program),
                ("args".to_owned(), Node::texts(self.proxy_arguments(scope))),
            ],
        };
        pairs.extend(self.key(client));
        match client.form {
            Form::WithTools => pairs.push(("tools".to_owned(), Node::texts(["*"]))),
            Form::Extension => {
                pairs.push(("timeout".to_owned(), Node::Number("300".to_owned())));
            }
            _ => {}
        }
        Node::Map(pairs)
    }

    /// What says where the key is.
    fn key(&self, client: &Client) -> Vec<(String, Node)> {
        let Some(variable) = &self.variable else {
            return Vec::new();
        };
        let headers = |value: String| {
            let map = Node::map([(HEADER, Node::Text(value))]);
            vec![("headers".to_owned(), map)]
        };
        match (client.form, client.variables) {
            (Form::Proxy, _) => Vec::new(),
            (Form::EnvironmentHeaders, _) => {
                let map = Node::map([(HEADER, Node::text(variable))]);
                vec![("env_http_headers".to_owned(), map)]
            }
            (Form::Extension, _) => {
                let mut pairs = headers(format!("${{{variable}}}"));
                pairs.push(("env_keys".to_owned(), Node::texts([variable])));
                pairs
            }
            (Form::Remote, _) => {
                let mut pairs = vec![("oauth".to_owned(), Node::Flag(false))];
                pairs.extend(headers(format!("{{env:{variable}}}")));
                pairs
            }
            (_, Variables::Env) => headers(format!("${{env:{variable}}}")),
            (_, Variables::Input) => headers(format!("${{input:{}}}", input_id(variable))),
            (_, Variables::Braces | Variables::Dollar) => headers(format!("${{{variable}}}")),
            (_, Variables::OpenCode | Variables::Name | Variables::None) => Vec::new(),
        }
    }

    /// A file that others get too does not name one that only this user has.
    fn proxy_arguments(&self, scope: Scope) -> Vec<String> {
        let mut arguments = vec!["proxy".to_owned(), self.url.clone()];
        let file = self.key_file.as_ref().filter(|_| scope == Scope::User);
        match (&self.variable, file) {
            (Some(_), Some(file)) => {
                arguments.push("--header".to_owned());
                arguments.push(format!("{HEADER}=@{}", file.display()));
            }
            (Some(variable), None) if variable != "MCP_API_KEY" => {
                arguments.push("--header".to_owned());
                arguments.push(format!("{HEADER}=@{variable}"));
            }
            _ => {}
        }
        arguments
    }

    /// What VS Code asks for.
    pub(crate) fn input(&self, client: &Client) -> Option<Node> {
        let variable = self.variable.as_ref()?;
        (client.form == Form::Inputs).then(|| {
            Node::map([
                ("type", Node::text("promptString")),
                ("id", Node::Text(input_id(variable))),
                (
                    "description",
                    Node::Text(format!("{INPUT_DESCRIPTION}{}", self.name)),
                ),
                ("password", Node::Flag(true)),
            ])
        })
    }

    /// Whether the entry names the file with the key.
    pub(crate) fn needs_key_file(&self, client: &Client, scope: Scope) -> bool {
        client.form == Form::Proxy && scope == Scope::User && self.variable.is_some()
    }
}

/// The id of the input that stands for a variable.
pub(crate) fn input_id(variable: &str) -> String {
    variable.to_ascii_lowercase().replace('_', "-")
}

fn text(key: &str, value: &str) -> (String, Node) {
    (key.to_owned(), Node::text(value))
}
