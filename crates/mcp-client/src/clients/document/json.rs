//! JSON, as editors write it: with comments and trailing commas.

use jsonc_parser::ast::{ObjectProp, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::cst::{CstInputValue, CstObject, CstRootNode};
use jsonc_parser::errors::ParseError;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::{Broken, MAX_DEPTH, position};
use crate::clients::node::{Edit, Node};

/// Comments and trailing commas, and nothing else of JSON5: no client reads it.
const OPTIONS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

pub(super) fn parse(text: &str) -> Result<Node, Broken> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &OPTIONS);
    match parsed.map_err(|error| broken(&error))?.value {
        Some(value) => node(text, value, MAX_DEPTH),
        None => Ok(Node::Null),
    }
}

fn broken(error: &ParseError) -> Broken {
    Broken::Syntax {
        what: error.kind().to_string().to_lowercase(),
        line: error.line_display(),
        column: error.column_display(),
    }
}

fn node(text: &str, value: Value<'_>, depth: usize) -> Result<Node, Broken> {
    let depth = depth.checked_sub(1).ok_or(Broken::TooDeep)?;
    Ok(match value {
        Value::NullKeyword(_) => Node::Null,
        Value::BooleanLit(flag) => Node::Flag(flag.value),
        Value::NumberLit(number) => Node::Number(number.value.to_owned()),
        Value::StringLit(string) => Node::Text(string.value.into_owned()),
        Value::Array(array) => {
            let elements = array.elements.into_iter();
            let elements = elements.map(|element| node(text, element, depth));
            Node::List(elements.collect::<Result<_, _>>()?)
        }
        Value::Object(object) => {
            let mut pairs: Vec<(String, Node)> = Vec::with_capacity(object.properties.len());
            let mut seen = std::collections::HashSet::new();
            for property in object.properties {
                let key = key(text, &property, &mut seen)?;
                pairs.push((key, node(text, property.value, depth)?));
            }
            Node::Map(pairs)
        }
    })
}

fn key(
    text: &str,
    property: &ObjectProp<'_>,
    seen: &mut std::collections::HashSet<String>,
) -> Result<String, Broken> {
    let key = property.name.as_str().to_owned();
    if seen.insert(key.clone()) {
        return Ok(key);
    }
    let (line, column) = position(text, property.range().start);
    Err(Broken::Repeated { key, line, column })
}

pub(super) fn edit(text: &str, edits: &[Edit]) -> Result<String, Broken> {
    let root = CstRootNode::parse(text, &OPTIONS).map_err(|error| broken(&error))?;
    let top = root.object_value_or_create().ok_or(Broken::NotEditable)?;
    for edit in edits {
        apply(&top, edit).ok_or(Broken::NotEditable)?;
    }
    let mut edited = root.to_string();
    if text.is_empty() && !edited.ends_with('\n') {
        edited.push('\n');
    }
    Ok(edited)
}

/// `None` if something on the way is no object.
fn apply(top: &CstObject, edit: &Edit) -> Option<()> {
    match edit {
        Edit::Set(path, value) => {
            let (last, above) = path.split_last()?;
            let object = above.iter().try_fold(top.clone(), |object, key| {
                object.object_value_or_create(key)
            })?;
            match object.get(last) {
                Some(property) => property.set_value(input(value)),
                None => drop(object.append(last, input(value))),
            }
        }
        Edit::Unset(path) => {
            let (last, above) = path.split_last()?;
            if let Some(property) = find(top, above).and_then(|object| object.get(last)) {
                property.remove();
            }
        }
        Edit::Append(path, value) => {
            let (last, above) = path.split_last()?;
            let list = find(top, above)?.array_value_or_create(last)?;
            list.ensure_multiline();
            list.append(input(value));
        }
        Edit::Drop(path, index) => {
            let (last, above) = path.split_last()?;
            let list = find(top, above)?.array_value(last)?;
            list.elements().into_iter().nth(*index)?.remove();
        }
    }
    Some(())
}

fn find(top: &CstObject, path: &[String]) -> Option<CstObject> {
    path.iter()
        .try_fold(top.clone(), |object, key| object.object_value(key))
}

fn input(node: &Node) -> CstInputValue {
    match node {
        Node::Null => CstInputValue::Null,
        Node::Flag(flag) => CstInputValue::Bool(*flag),
        Node::Number(number) => CstInputValue::Number(number.clone()),
        Node::Text(text) => CstInputValue::String(text.clone()),
        Node::List(elements) => CstInputValue::Array(elements.iter().map(input).collect()),
        Node::Map(pairs) => {
            let pairs = pairs.iter();
            CstInputValue::Object(
                pairs
                    .map(|(key, node)| (key.clone(), input(node)))
                    .collect(),
            )
        }
    }
}
