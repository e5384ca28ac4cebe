//! What is changed in a file so that a server is in it, or is not. Everything else stays.

use super::entry::Server;
use super::node::{Edit, Node};
use super::{Client, Form, Scope};

/// What says how a server is reached: of an old entry of the same name only the rest stays.
const TRANSPORT: [&str; 15] = [
    "type",
    "transport",
    "url",
    "serverUrl",
    "httpUrl",
    "uri",
    "command",
    "cmd",
    "args",
    "cwd",
    "env",
    "envFile",
    "environment",
    "envs",
    "bearer_token_env_var",
];

/// The map of VS Code's inputs.
const INPUTS: &str = "inputs";

/// The edits after which `server` is in `document`; none if it is there already.
pub(crate) fn insertion(
    client: &Client,
    server: &Server,
    scope: Scope,
    document: &Node,
) -> Vec<Edit> {
    let path = path(client, &server.name);
    let entry = server.entry(client, scope);
    let mut edits = Vec::new();
    // First, so that a new file reads from top to bottom.
    if let Some(input) = server.input(client)
        && !inputs(document).iter().any(|old| same_id(old, &input))
    {
        edits.push(match document.get(INPUTS) {
            Some(_) => Edit::Append(vec![INPUTS.to_owned()], input),
            None => Edit::Set(vec![INPUTS.to_owned()], Node::List(vec![input])),
        });
    }
    match document.at(&path) {
        Some(old @ Node::Map(_)) => replace(&path, old, &entry, &mut edits),
        _ => edits.push(Edit::Set(path, entry)),
    }
    edits
}

/// The smallest edits that turn `old` into `new`, so that comments in it stay.
fn replace(path: &[String], old: &Node, new: &Node, edits: &mut Vec<Edit>) {
    let below = |key: &str| [path, &[key.to_owned()]].concat();
    for (key, _) in old.as_map().unwrap_or_default() {
        if TRANSPORT.contains(&key.as_str()) && new.get(key).is_none() {
            edits.push(Edit::Unset(below(key)));
        }
    }
    for (key, value) in new.as_map().unwrap_or_default() {
        match old.get(key) {
            Some(found) if found.means(value) => {}
            Some(found @ Node::Map(_)) if value.as_map().is_some() => {
                replace(&below(key), found, value, edits);
            }
            // The user's own choices.
            Some(_)
                if matches!(
                    key.as_str(),
                    "enabled" | "timeout" | "description" | "tools"
                ) => {}
            _ => edits.push(Edit::Set(below(key), value.clone())),
        }
    }
}

/// The edits after which there is no server of this name in `document`; none if there was none.
pub(crate) fn removal(client: &Client, name: &str, document: &Node) -> Vec<Edit> {
    let path = path(client, name);
    let Some(entry) = document.at(&path) else {
        return Vec::new();
    };
    let mut edits = vec![Edit::Unset(path.clone())];
    if client.form == Form::Inputs
        && let Some(rest) = document.clone().edited(&Edit::Unset(path))
    {
        edits.extend(unused_input(entry, document, &rest));
    }
    edits
}

/// The input that only `entry` used, if it is one that is asked for as ours is.
fn unused_input(entry: &Node, document: &Node, rest: &Node) -> Option<Edit> {
    let mut used = Vec::new();
    entry.each_text(&mut |text| used.push(text));
    let reference = |input: &Node| {
        let id = input.get("id").and_then(Node::as_text)?;
        Some(format!("${{input:{id}}}"))
    };
    let inputs = inputs(document);
    let index = inputs.iter().position(|input| {
        let ours = input
            .get("description")
            .and_then(Node::as_text)
            .is_some_and(|text| text.starts_with("API key of the MCP server "));
        ours && reference(input).is_some_and(|reference| {
            let mut elsewhere = false;
            rest.each_text(&mut |text| elsewhere |= text.contains(&reference));
            !elsewhere && used.iter().any(|text| text.contains(&reference))
        })
    })?;
    Some(match inputs.len() {
        1 => Edit::Unset(vec![INPUTS.to_owned()]),
        _ => Edit::Drop(vec![INPUTS.to_owned()], index),
    })
}

fn inputs(document: &Node) -> &[Node] {
    document
        .get(INPUTS)
        .and_then(Node::as_list)
        .unwrap_or_default()
}

fn same_id(one: &Node, other: &Node) -> bool {
    one.get("id") == other.get("id")
}

fn path(client: &Client, name: &str) -> Vec<String> {
    let keys = client.servers.iter().copied().chain([name]);
    keys.map(str::to_owned).collect()
}
