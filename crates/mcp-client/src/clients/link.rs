//! Links that install a server with a click. They hold the same entry as the file, and no key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::entry::Server;
use super::node::Node;
use super::{Client, Scope};

/// The link for a client that has such links.
pub(crate) fn install_link(client: &Client, server: &Server) -> Option<String> {
    let entry = server.entry(client, Scope::User);
    let name = encoded(&server.name);
    match client.id {
        "cursor" => {
            let entry = encoded(&STANDARD.encode(json(&entry)));
            Some(format!(
                "cursor://anysphere.cursor-deeplink/mcp/install?name={name}&config={entry}"
            ))
        }
        "vscode" => Some(format!("vscode:mcp/install?{}", vs_code(client, server))),
        "vscode-insiders" => {
            let entry = vs_code(client, server);
            Some(format!("vscode-insiders:mcp/install?{entry}"))
        }
        "kiro" => Some(format!(
            "https://kiro.dev/launch/mcp/add?name={name}&config={}",
            encoded(&json(&entry))
        )),
        // With a key, the link would lack the name of its variable.
        "goose" if server.variable.is_none() => Some(format!(
            "goose://extension?type=streamable_http&url={}&id={name}&name={name}&description={}",
            encoded(&server.url),
            encoded(&format!("MCP server {}", server.name)),
        )),
        _ => None,
    }
}

fn vs_code(client: &Client, server: &Server) -> String {
    let mut pairs = vec![("name".to_owned(), Node::text(&server.name))];
    if let Node::Map(entry) = server.entry(client, Scope::User) {
        pairs.extend(entry);
    }
    if let Some(input) = server.input(client) {
        pairs.push(("inputs".to_owned(), Node::List(vec![input])));
    }
    encoded(&json(&Node::Map(pairs)))
}

/// The JSON of `node`, with the order of its keys.
fn json(node: &Node) -> String {
    let text = |text: &str| Value::from(text).to_string();
    match node {
        Node::Null => "null".to_owned(),
        Node::Flag(flag) => flag.to_string(),
        Node::Number(number) => number.clone(),
        Node::Text(found) => text(found),
        Node::List(elements) => {
            let elements: Vec<_> = elements.iter().map(json).collect();
            format!("[{}]", elements.join(","))
        }
        Node::Map(pairs) => {
            let pairs = pairs.iter();
            let pairs: Vec<_> = pairs
                .map(|(key, node)| format!("{}:{}", text(key), json(node)))
                .collect();
            format!("{{{}}}", pairs.join(","))
        }
    }
}

/// `text` for a part of a URL (RFC 3986, section 2.3).
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
