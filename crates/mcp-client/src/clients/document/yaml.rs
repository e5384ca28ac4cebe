//! YAML.

use std::collections::HashSet;

use yaml_edit::{
    Document, Mapping, MappingBuilder, SequenceBuilder, YamlError, YamlFile, YamlNode,
};

use super::{Broken, MAX_DEPTH, position};
use crate::clients::node::{Edit, Node};

pub(super) fn parse(text: &str) -> Result<Node, Broken> {
    let file = read(text)?;
    if file.documents().nth(1).is_some() {
        return Err(shape("one document"));
    }
    match file.document().as_ref().map(root).transpose()?.flatten() {
        Some(root) => map(text, &root, MAX_DEPTH),
        None => Ok(Node::Null),
    }
}

fn read(text: &str) -> Result<YamlFile, Broken> {
    // The library takes a tab for indentation, which YAML does not.
    let indented = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let tab = text.lines().position(|line| {
        let indentation = line.get(..indented(line)).unwrap_or_default();
        indentation.contains('\t') && !line.trim().is_empty()
    });
    if let Some(line) = tab {
        return Err(Broken::Syntax {
            what: "a tab as indentation".to_owned(),
            line: line + 1,
            column: 1,
        });
    }
    text.parse().map_err(|error| match error {
        YamlError::Parse {
            message,
            line,
            column,
        } => Broken::Syntax {
            what: sentence(&message).to_lowercase(),
            line: line.unwrap_or(1),
            column: column.unwrap_or(1),
        },
        _ => shape("YAML"),
    })
}

/// The first one: advice follows.
fn sentence(message: &str) -> &str {
    let line = message.lines().next().unwrap_or_default();
    line.split(". ").next().unwrap_or_default()
}

fn shape(expected: &'static str) -> Broken {
    Broken::Shape {
        place: ".".to_owned(),
        expected,
    }
}

/// The outermost mapping; nothing at all is `None`.
fn root(document: &Document) -> Result<Option<Mapping>, Broken> {
    if let Some(mapping) = document.as_mapping() {
        return Ok(Some(mapping));
    }
    let null = document.as_scalar().is_none_or(|scalar| scalar.is_null());
    match null && document.as_sequence().is_none() && document.as_tagged().is_none() {
        true => Ok(None),
        false => Err(shape("a mapping")),
    }
}

fn map(text: &str, mapping: &Mapping, depth: usize) -> Result<Node, Broken> {
    let (mut pairs, mut seen) = (Vec::new(), HashSet::new());
    for (key, value) in mapping.iter() {
        let start = usize::try_from(key.byte_range().start).unwrap_or(usize::MAX);
        let key = match key.as_scalar() {
            Some(scalar) => scalar.as_string(),
            None => key.to_string(),
        };
        if !seen.insert(key.clone()) {
            let (line, column) = position(text, start);
            return Err(Broken::Repeated { key, line, column });
        }
        pairs.push((key, node(text, &value, depth)?));
    }
    Ok(Node::Map(pairs))
}

/// Aliases and tags are kept as they are written, and nothing is resolved.
fn node(text: &str, found: &YamlNode, depth: usize) -> Result<Node, Broken> {
    let depth = depth.checked_sub(1).ok_or(Broken::TooDeep)?;
    Ok(match found {
        YamlNode::Mapping(mapping) => map(text, mapping, depth)?,
        YamlNode::Sequence(sequence) => {
            let elements = sequence.values();
            let elements = elements.map(|element| node(text, &element, depth));
            Node::List(elements.collect::<Result<_, _>>()?)
        }
        YamlNode::Scalar(scalar) if scalar.is_null() => Node::Null,
        YamlNode::Scalar(scalar) => match (scalar.as_bool(), scalar.as_f64()) {
            (Some(flag), _) => Node::Flag(flag),
            (None, Some(_)) => Node::Number(scalar.value()),
            (None, None) => Node::Text(scalar.as_string()),
        },
        YamlNode::Alias(_) | YamlNode::TaggedNode(_) => Node::Number(found.to_string()),
    })
}

pub(super) fn edit(text: &str, edits: &[Edit]) -> Result<String, Broken> {
    if refers_to_itself(&parse(text)?) {
        return Err(Broken::NotEditable);
    }
    let file = read(text)?;
    let document = file.ensure_document();
    for edit in edits {
        match edit {
            Edit::Set(path, value) => set(&document, path, value),
            Edit::Unset(path) => unset(&document, path),
            // No client's YAML needs edits of lists.
            Edit::Append(..) | Edit::Drop(..) => None,
        }
        .ok_or(Broken::NotEditable)?;
    }
    let edited = file.to_string();
    match text.is_empty() {
        true => Ok(format!("{}\n", edited.trim_end())),
        false => Ok(edited),
    }
}

/// Whether there is an alias: a change of what it stands for would be a change in both places.
fn refers_to_itself(node: &Node) -> bool {
    match node {
        Node::Number(written) => written.starts_with('*'),
        Node::List(elements) => elements.iter().any(refers_to_itself),
        Node::Map(pairs) => pairs.iter().any(|(_, node)| refers_to_itself(node)),
        Node::Null | Node::Flag(_) | Node::Text(_) => false,
    }
}

/// What is missing on the way is made in one piece, so that it is written as a block.
fn set(document: &Document, path: &[String], value: &Node) -> Option<()> {
    let (first, rest) = path.split_first()?;
    let filled = |mapping: &Mapping| !mapping.is_empty();
    let Some(mut mapping) = document.get_mapping(first).filter(filled) else {
        document.set(first, within(rest, value)?);
        return Some(());
    };
    let mut rest = rest;
    while let Some((key, below)) = rest.split_first() {
        match mapping.get_mapping(key).filter(filled) {
            Some(inner) if !below.is_empty() => mapping = inner,
            _ => {
                put(&mapping, key, below, value)?;
                return Some(());
            }
        }
        rest = below;
    }
    None
}

fn put(mapping: &Mapping, key: &str, below: &[String], value: &Node) -> Option<()> {
    match (below, value) {
        ([], Node::Text(text)) => mapping.set(key, text.as_str()),
        ([], Node::Flag(flag)) => mapping.set(key, *flag),
        ([], Node::Number(number)) => mapping.set(key, number.parse::<i64>().ok()?),
        ([], Node::List(elements)) => {
            let list = sequence(elements)?.build_document().as_sequence()?;
            mapping.set(key, list);
        }
        _ => mapping.set(key, within(below, value)?),
    }
    Some(())
}

fn unset(document: &Document, path: &[String]) -> Option<()> {
    let (last, above) = path.split_last()?;
    let (first, rest) = above.split_first()?;
    let mapping = rest
        .iter()
        .try_fold(document.get_mapping(first)?, |mapping, key| {
            mapping.get_mapping(key)
        });
    mapping?.remove(last);
    Some(())
}

/// `value`, inside a mapping for each key of `path`.
fn within(path: &[String], value: &Node) -> Option<Mapping> {
    let wrap = |node, key: &String| Node::Map(vec![(key.clone(), node)]);
    let node = path.iter().rev().fold(value.clone(), wrap);
    mapping(node.as_map()?)?.build_document().as_mapping()
}

fn mapping(pairs: &[(String, Node)]) -> Option<MappingBuilder> {
    let mut pairs = pairs.iter();
    pairs.try_fold(MappingBuilder::new(), |builder, (key, value)| {
        pair(builder, key, value)
    })
}

fn pair(builder: MappingBuilder, key: &str, value: &Node) -> Option<MappingBuilder> {
    Some(match value {
        Node::Null => return None,
        Node::Flag(flag) => builder.pair(key, *flag),
        Node::Number(number) => builder.pair(key, number.parse::<i64>().ok()?),
        Node::Text(text) => builder.pair(key, text.as_str()),
        Node::List(elements) => builder.insert_sequence(key, sequence(elements)?),
        Node::Map(pairs) => builder.insert_mapping(key, mapping(pairs)?),
    })
}

/// Lists of texts, which are all that clients have.
fn sequence(elements: &[Node]) -> Option<SequenceBuilder> {
    let mut elements = elements.iter();
    elements.try_fold(SequenceBuilder::new(), |builder, element| {
        Some(builder.item(element.as_text()?))
    })
}
