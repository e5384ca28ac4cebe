//! What clients and the models behind them choke on, in names, descriptions and schemas of tools. docs/doctor.md has the
//! sources.

use std::collections::HashSet;

use serde_json::Value;

use super::record::{Record, Step, Stop, Trouble};
use crate::reply::Reply;

/// The longest name that models take; VS Code and Cursor put the server's before it.
const LONGEST_NAME: usize = 64;
/// What OpenAI takes of a description, in characters.
const LONGEST_DESCRIPTION: usize = 1024;
/// What one request to a model may offer, of all servers together.
const MOST_TOOLS: usize = 128;
/// How many findings are told.
const MOST_TOLD: usize = 6;
/// How deep a schema is looked into.
const DEEPEST: usize = 32;

pub(super) fn examine(tools: &[Reply], record: &mut Record<'_, '_>) -> Result<(), Stop> {
    let found = findings(tools);
    let told: Vec<_> = found.iter().take(MOST_TOLD).map(String::as_str).collect();
    let more = found.len().saturating_sub(MOST_TOLD);
    let more = match more {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    match (tools.is_empty(), found.is_empty()) {
        (true, _) => record.skipped(Step::Schemas, "there are no tools"),
        (false, true) => record.ok(Step::Schemas, "nothing that a client is known to choke on"),
        (false, false) => record.warning(
            Step::Schemas,
            &Trouble::of_protocol(
                &format!("{} that some clients choke on", counted(found.len())),
                &format!("{}{more}", told.join("; ")),
                "change these tools on the server; docs/doctor.md says which clients mind what",
            ),
        ),
    }
}

fn counted(number: usize) -> String {
    match number {
        1 => "1 thing".to_owned(),
        number => format!("{number} things"),
    }
}

fn findings(tools: &[Reply]) -> Vec<String> {
    let mut found = Vec::new();
    if tools.len() > MOST_TOOLS {
        found.push(format!(
            "{} tools: more than {MOST_TOOLS} do not fit into one request",
            tools.len()
        ));
    }
    let mut names = HashSet::new();
    for tool in tools {
        let tool = tool.value();
        let Some(name) = tool.get("name").and_then(Value::as_str) else {
            found.push("a tool without a name".to_owned());
            continue;
        };
        if !names.insert(name.to_owned()) {
            found.push(format!("`{name}` is there twice"));
        }
        let mut problems = Vec::new();
        of_name(name, &mut problems);
        let schema = tool.get("inputSchema").unwrap_or(&Value::Null);
        of_description(tool.get("description"), &mut problems);
        of_root(schema, &mut problems);
        inside(schema, "", DEEPEST, &mut problems);
        problems.dedup();
        found.extend(
            problems
                .into_iter()
                .map(|problem| format!("`{name}`: {problem}")),
        );
    }
    found
}

fn of_name(name: &str, problems: &mut Vec<String>) {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if name.is_empty() || !name.chars().all(fits) {
        problems.push("its name has other characters than A-Z a-z 0-9 _ -".to_owned());
    }
    if name.chars().count() > LONGEST_NAME {
        problems.push(format!("its name has more than {LONGEST_NAME} characters"));
    }
}

fn of_description(description: Option<&Value>, problems: &mut Vec<String>) {
    match description.and_then(Value::as_str) {
        None | Some("") => problems.push("it has no description".to_owned()),
        Some(text) if text.chars().count() > LONGEST_DESCRIPTION => {
            problems.push(format!(
                "its description has more than {LONGEST_DESCRIPTION} characters"
            ));
        }
        Some(_) => {}
    }
}

fn of_root(schema: &Value, problems: &mut Vec<String>) {
    let Some(root) = schema.as_object() else {
        return problems.push("it has no input schema".to_owned());
    };
    if root.get("type").and_then(Value::as_str) != Some("object") {
        problems.push("the root of its schema is not `\"type\": \"object\"`".to_owned());
    }
    for combinator in ["oneOf", "anyOf", "allOf"] {
        if root.contains_key(combinator) {
            problems.push(format!("`{combinator}` at the root of its schema"));
        }
    }
    if !root.get("properties").is_some_and(Value::is_object) {
        problems.push("its schema has no `properties`".to_owned());
    }
}

/// Looks at `schema`, whose place is `path`, and everything below.
fn inside(schema: &Value, path: &str, deepest: usize, problems: &mut Vec<String>) {
    let Some(members) = schema.as_object().filter(|_| deepest > 0) else {
        return;
    };
    let at = if path.is_empty() { "the root" } else { path };
    if let Some(target) = members.get("$ref").and_then(Value::as_str)
        && !target.starts_with('#')
    {
        problems.push(format!("`$ref` at {at} points outside of its schema"));
    }
    if let Some(format) = odd_format(members) {
        problems.push(format!("format `{format}` at {at}"));
    }
    if members.get("type").and_then(Value::as_str) == Some("array")
        && !members.contains_key("items")
    {
        problems.push(format!("an array without `items` at {at}"));
    }
    if let Some(header) = members.get("x-mcp-header") {
        of_header(header, members.get("type"), at, problems);
    }
    for (name, value) in members {
        match (name.as_str(), value) {
            ("properties" | "$defs" | "definitions", Value::Object(all)) => {
                for (name, schema) in all {
                    inside(schema, &format!("{path}/{name}"), deepest - 1, problems);
                }
            }
            ("items" | "additionalProperties" | "not", schema) => {
                inside(schema, &format!("{path}/{name}"), deepest - 1, problems);
            }
            ("oneOf" | "anyOf" | "allOf", Value::Array(all)) => {
                for schema in all {
                    inside(schema, &format!("{path}/{name}"), deepest - 1, problems);
                }
            }
            _ => {}
        }
    }
}

/// Formats of numbers other than these four are refused by Gemini.
fn odd_format(schema: &serde_json::Map<String, Value>) -> Option<&str> {
    let format = schema.get("format")?.as_str()?;
    let number = match schema.get("type")? {
        Value::String(of) => matches!(of.as_str(), "number" | "integer"),
        Value::Array(of) => of.iter().any(|of| of == "number" || of == "integer"),
        _ => false,
    };
    let known = matches!(format, "float" | "double" | "int32" | "int64");
    (number && !known).then_some(format)
}

/// Newer clients drop a tool whose header they could not send (2026-07-28, SEP-2243).
fn of_header(header: &Value, of: Option<&Value>, at: &str, problems: &mut Vec<String>) {
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let named = header
        .as_str()
        .is_some_and(|name| !name.is_empty() && name.chars().all(token));
    if !named {
        problems.push(format!("`x-mcp-header` at {at} is no name of a header"));
    }
    let primitive = of.and_then(Value::as_str);
    if !matches!(primitive, Some("string" | "integer" | "boolean")) {
        problems.push(format!(
            "`x-mcp-header` at {at} is not on a string, an integer or a boolean"
        ));
    }
}

#[cfg(test)]
mod tests;
