//! Other people's secrets, which a difference would show beside the entry that changes.

use crate::clients::node::Node;

/// What shows in their place.
const CONCEALED: &str = "[concealed]";

/// Parts of the names under which secrets are.
const SECRET_NAMES: [&str; 8] = [
    "auth",
    "cookie",
    "credential",
    "key",
    "password",
    "secret",
    "token",
    "passwd",
];

/// Maps in which every value may be one.
const SECRET_MAPS: [&str; 5] = ["headers", "http_headers", "env", "envs", "environment"];

/// Keys under which there are names of variables.
const NAMES: [&str; 4] = [
    "env_http_headers",
    "env_keys",
    "env_vars",
    "bearer_token_env_var",
];

/// `text` without what `documents` have under names that are for secrets. References to variables stay.
pub(super) fn without_secrets(text: &str, documents: &[&Node]) -> String {
    let mut secrets = Vec::new();
    for document in documents {
        collect(document, false, &mut secrets);
    }
    // The longest first: one may be part of another.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets.iter().fold(text.to_owned(), |text, secret| {
        let escaped = serde_json::Value::from(secret.as_str()).to_string();
        let text = text.replace(escaped.trim_matches('"'), CONCEALED);
        text.replace(secret, CONCEALED)
    })
}

fn collect(node: &Node, secret: bool, secrets: &mut Vec<String>) {
    match node {
        Node::Text(text) if secret || is_told_apart(text) => {
            secrets.extend(worth_concealing(text));
        }
        Node::List(elements) => {
            let mut after_flag = false;
            for element in elements {
                collect(element, secret || after_flag, secrets);
                after_flag = element.as_text().is_some_and(|text| {
                    text.starts_with("--") && (is_secret_name(text) || text == "--header")
                });
            }
        }
        Node::Map(pairs) => {
            for (key, value) in pairs {
                if NAMES.contains(&key.as_str()) {
                    continue;
                }
                let below = SECRET_MAPS.contains(&key.as_str()) || is_secret_name(key);
                collect(value, secret || below, secrets);
            }
        }
        _ => {}
    }
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_NAMES.iter().any(|part| name.contains(part))
}

/// Whether a text shows by itself that it has a secret: `--token=…`, `Bearer …`, a URL with a password or a query.
fn is_told_apart(text: &str) -> bool {
    let flag = text
        .strip_prefix("--")
        .and_then(|flag| flag.split_once('='));
    let url = text.contains("://") && text.contains(['@', '?']);
    flag.is_some_and(|(name, _)| is_secret_name(name)) || text.starts_with("Bearer ") || url
}

/// A value, unless it is no more than references to variables.
fn worth_concealing(text: &str) -> Option<String> {
    let mut rest = text.trim_start_matches("Bearer ").to_owned();
    for open in ["${", "{env:"] {
        while let Some((before, after)) = rest.split_once(open) {
            let after = after.split_once('}').map_or("", |(_, after)| after);
            rest = format!("{before}{after}");
        }
    }
    let name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let variable = rest
        .strip_prefix('$')
        .is_some_and(|rest| rest.chars().all(name));
    (!variable && rest.len() >= 4).then(|| text.to_owned())
}
