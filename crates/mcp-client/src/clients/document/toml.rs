//! TOML.

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, TomlError, Value};

use super::{Broken, MAX_DEPTH, position};
use crate::clients::node::{Edit, Node};

pub(super) fn parse(text: &str) -> Result<Node, Broken> {
    table(document(text)?.as_table(), MAX_DEPTH)
}

/// The library bounds nesting itself, and refuses repeated keys.
fn document(text: &str) -> Result<DocumentMut, Broken> {
    text.parse().map_err(|error: TomlError| {
        let start = error.span().map_or(0, |span| span.start);
        let (line, column) = position(text, start);
        let what = error.message().lines().next().unwrap_or_default();
        Broken::Syntax {
            what: what.to_lowercase(),
            line,
            column,
        }
    })
}

fn table(table: &dyn TableLike, depth: usize) -> Result<Node, Broken> {
    let pairs = table.iter();
    let pairs = pairs.map(|(key, value)| Ok((key.to_owned(), item(value, depth)?)));
    Ok(Node::Map(pairs.collect::<Result<_, _>>()?))
}

fn item(found: &Item, depth: usize) -> Result<Node, Broken> {
    let depth = depth.checked_sub(1).ok_or(Broken::TooDeep)?;
    match found {
        Item::None => Ok(Node::Null),
        Item::Value(found) => value(found, depth),
        Item::Table(found) => table(found, depth),
        Item::ArrayOfTables(found) => {
            let tables = found.iter().map(|found| table(found, depth));
            Ok(Node::List(tables.collect::<Result<_, _>>()?))
        }
    }
}

fn value(found: &Value, depth: usize) -> Result<Node, Broken> {
    let depth = depth.checked_sub(1).ok_or(Broken::TooDeep)?;
    Ok(match found {
        Value::String(text) => Node::Text(text.value().clone()),
        Value::Boolean(flag) => Node::Flag(*flag.value()),
        Value::Integer(number) => Node::Number(number.value().to_string()),
        Value::Float(number) => Node::Number(number.value().to_string()),
        Value::Datetime(time) => Node::Number(time.value().to_string()),
        Value::Array(list) => {
            let elements = list.iter().map(|element| value(element, depth));
            Node::List(elements.collect::<Result<_, _>>()?)
        }
        Value::InlineTable(inline) => table(inline, depth)?,
    })
}

pub(super) fn edit(text: &str, edits: &[Edit]) -> Result<String, Broken> {
    let mut document = document(text)?;
    for edit in edits {
        apply(document.as_table_mut(), edit).ok_or(Broken::NotEditable)?;
    }
    Ok(document.to_string())
}

/// `None` if something on the way is no table, or the edit is one of a list, which no client's TOML needs.
fn apply(top: &mut Table, edit: &Edit) -> Option<()> {
    match edit {
        Edit::Set(path, value) => {
            let (last, above) = path.split_last()?;
            let table = above
                .iter()
                .try_fold(top as &mut dyn TableLike, |table, key| {
                    let item = table.entry(key).or_insert_with(|| {
                        let mut made = Table::new();
                        made.set_implicit(true);
                        Item::Table(made)
                    });
                    item.as_table_like_mut()
                })?;
            put(table, last, value)
        }
        Edit::Unset(path) => {
            let (last, above) = path.split_last()?;
            let table = above
                .iter()
                .try_fold(top as &mut dyn TableLike, |table, key| {
                    table.get_mut(key)?.as_table_like_mut()
                });
            if let Some(table) = table {
                table.remove(last);
            }
            Some(())
        }
        Edit::Append(..) | Edit::Drop(..) => None,
    }
}

/// An old value keeps the space and the comment around it.
fn put(table: &mut dyn TableLike, key: &str, node: &Node) -> Option<()> {
    let inline = table.get(key).map(Item::is_value);
    match (node, inline) {
        (Node::Map(pairs), None) => {
            let mut made = Table::new();
            for (key, node) in pairs {
                made.insert(key, Item::Value(input(node)?));
            }
            table.insert(key, Item::Table(made));
        }
        (node, Some(true)) => {
            let mut new = input(node)?;
            let old = table.get_mut(key)?.as_value_mut()?;
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        (node, _) => {
            table.insert(key, Item::Value(input(node)?));
        }
    }
    Some(())
}

fn input(node: &Node) -> Option<Value> {
    Some(match node {
        Node::Null => return None,
        Node::Flag(flag) => Value::from(*flag),
        Node::Number(number) => Value::from(number.parse::<i64>().ok()?),
        Node::Text(text) => Value::from(text.as_str()),
        Node::List(elements) => {
            let elements: Option<Vec<_>> = elements.iter().map(input).collect();
            Value::Array(Array::from_iter(elements?))
        }
        Node::Map(pairs) => {
            let mut inline = InlineTable::new();
            for (key, node) in pairs {
                inline.insert(key, input(node)?);
            }
            Value::InlineTable(inline)
        }
    })
}
