//! What is changed in a file so that a server is in it, or is not. Everything else stays.

use super::entry::{HEADER, INPUT_DESCRIPTION, Server};
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

/// VS Code's list of what it asks for.
const INPUTS: &str = "inputs";

/// Goose's list of the variables that it reads.
const VARIABLES: &str = "env_keys";

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
        Some(old @ Node::Map(_)) => {
            forget_key(&path, old, &entry, &mut edits);
            replace(&path, old, &entry, &mut edits);
            edits.extend(unused_input(client, old, document, &edits));
        }
        _ => edits.push(Edit::Set(path, entry)),
    }
    edits
}

/// What an old entry says of the key: a literal one must not stay beside the reference, in whatever letters.
fn forget_key(path: &[String], old: &Node, new: &Node, edits: &mut Vec<Edit>) {
    let below = |keys: &[&str]| {
        let keys = keys.iter().map(|key| (*key).to_owned());
        path.iter().cloned().chain(keys).collect()
    };
    let mut others = String::new();
    for map in ["headers", "http_headers", "env_http_headers"] {
        let pairs = old.get(map).and_then(Node::as_map).unwrap_or_default();
        for (name, value) in pairs {
            if !name.eq_ignore_ascii_case(HEADER) {
                value.each_text(&mut |text| others.push_str(text));
            } else if new.at(&[map, name]).is_none() {
                edits.push(match (pairs, new.get(map)) {
                    ([_], None) => Edit::Unset(below(&[map])),
                    _ => Edit::Unset(below(&[map, name])),
                });
            }
        }
    }
    let Some(old) = old.get(VARIABLES).and_then(Node::as_list) else {
        return;
    };
    let wanted = new
        .get(VARIABLES)
        .and_then(Node::as_list)
        .unwrap_or_default();
    let used = |node: &&Node| node.as_text().is_some_and(|name| others.contains(name));
    let kept = old
        .iter()
        .filter(|node| !wanted.contains(node))
        .filter(used);
    let variables: Vec<_> = kept.chain(wanted).cloned().collect();
    match variables.is_empty() {
        true => edits.push(Edit::Unset(below(&[VARIABLES]))),
        false if variables == old => {}
        false => edits.push(Edit::Set(below(&[VARIABLES]), Node::List(variables))),
    }
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
                    "enabled" | "timeout" | "description" | "tools" | VARIABLES
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
    let mut edits = vec![Edit::Unset(path)];
    edits.extend(unused_input(client, entry, document, &edits));
    edits
}

/// Takes out the input that `entry` used and after `edits` nothing does, if it is one that is made here.
fn unused_input(client: &Client, entry: &Node, document: &Node, edits: &[Edit]) -> Option<Edit> {
    if client.form != Form::Inputs {
        return None;
    }
    let rest = edits.iter().try_fold(document.clone(), Node::edited)?;
    let has = |node: &Node, part: &str| {
        let mut found = false;
        node.each_text(&mut |text| found |= text.contains(part));
        found
    };
    let unused = |input: &Node| {
        let text = |key: &str| input.get(key).and_then(Node::as_text);
        let made_here = text("description").is_some_and(|text| text.starts_with(INPUT_DESCRIPTION));
        let reference = text("id").map(|id| format!("${{input:{id}}}"));
        made_here && reference.is_some_and(|part| has(entry, &part) && !has(&rest, &part))
    };
    let inputs = inputs(&rest);
    let index = inputs.iter().position(unused)?;
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
