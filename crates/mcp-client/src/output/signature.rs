//! The arguments of a tool or prompt in a few words each.

use serde_json::Value;

/// How many `$ref`s and nested types are followed before a type is just `any`.
const DEEPEST: usize = 8;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Argument {
    pub(super) name: String,
    /// Its type, as `integer`, `add|divide` or `string[]`.
    pub(super) kind: String,
    pub(super) required: bool,
    pub(super) description: String,
}

/// The arguments that a tool's input schema describes, required ones first, then by name.
pub(super) fn of_schema(schema: &Value) -> Vec<Argument> {
    let required: Vec<_> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let properties = schema.get("properties").and_then(Value::as_object);
    let mut arguments: Vec<_> = properties
        .into_iter()
        .flatten()
        .map(|(name, property)| Argument {
            name: name.clone(),
            kind: kind(property, schema, DEEPEST),
            required: required.contains(&name.as_str()),
            description: description(property.get("description").and_then(Value::as_str)),
        })
        .collect();
    arguments.sort_by(|a, b| (!a.required, &a.name).cmp(&(!b.required, &b.name)));
    arguments
}

/// The arguments of a prompt, which are all text, in the server's order.
pub(super) fn of_prompt(prompt: &Value) -> Vec<Argument> {
    let arguments = prompt["arguments"].as_array().into_iter().flatten();
    arguments
        .map(|argument| Argument {
            name: argument["name"].as_str().unwrap_or_default().to_owned(),
            kind: "text".to_owned(),
            required: argument["required"] == true,
            description: description(argument["description"].as_str()),
        })
        .collect()
}

fn description(text: Option<&str>) -> String {
    text.and_then(first_line).unwrap_or_default().to_owned()
}

/// The first line that says something.
pub(super) fn first_line(text: &str) -> Option<&str> {
    text.lines().map(str::trim).find(|line| !line.is_empty())
}

/// A schema in one word. `root` is where its `$ref`s point into.
fn kind(schema: &Value, root: &Value, depth: usize) -> String {
    const ANY: &str = "any";
    let Some(depth) = depth.checked_sub(1) else {
        return ANY.to_owned();
    };
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        return resolve(target, root).map_or(ANY.to_owned(), |found| kind(found, root, depth));
    }
    if let Some(value) = schema.get("const") {
        return word(value);
    }
    if let Some(Value::Array(values)) = schema.get("enum") {
        return one_of(values.iter().map(word));
    }
    let variants = schema.get("oneOf").or_else(|| schema.get("anyOf"));
    if let Some(Value::Array(variants)) = variants {
        return one_of(variants.iter().map(|variant| kind(variant, root, depth)));
    }
    match schema.get("type") {
        Some(Value::String(name)) if name == "array" => match schema.get("items") {
            Some(items) => format!("{}[]", kind(items, root, depth)),
            None => format!("{ANY}[]"),
        },
        Some(Value::String(name)) => name.clone(),
        Some(Value::Array(names)) => one_of(names.iter().map(word)),
        _ => ANY.to_owned(),
    }
}

/// Follows `#/$defs/Name` inside the schema; nothing outside it is ever fetched.
fn resolve<'a>(target: &str, root: &'a Value) -> Option<&'a Value> {
    let mut path = target.strip_prefix("#/")?.split('/');
    let first = root.get(path.next()?)?;
    path.try_fold(first, |value, step| value.get(step))
}

fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn one_of(words: impl Iterator<Item = String>) -> String {
    let mut distinct: Vec<String> = Vec::new();
    for word in words {
        if !distinct.contains(&word) {
            distinct.push(word);
        }
    }
    distinct.join("|")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kind_of(property: Value) -> String {
        let root = json!({
            "$defs": {
                "Units": {"oneOf": [{"const": "celsius"}, {"const": "fahrenheit"}]},
                "Loop": {"$ref": "#/$defs/Loop"},
            },
        });
        kind(&property, &root, DEEPEST)
    }

    #[test]
    fn types_are_one_word() {
        for (property, expected) in [
            (json!({"type": "integer"}), "integer"),
            (json!({"type": ["string", "null"]}), "string|null"),
            (json!({"enum": ["add", 2]}), "add|2"),
            (json!({"$ref": "#/$defs/Units"}), "celsius|fahrenheit"),
            (
                json!({"anyOf": [{"$ref": "#/$defs/Units"}, {"type": "null"}]}),
                "celsius|fahrenheit|null",
            ),
            (
                json!({"type": "array", "items": {"type": "string"}}),
                "string[]",
            ),
            (json!({"type": "array"}), "any[]"),
            (json!({}), "any"),
            (json!(true), "any"),
        ] {
            assert_eq!(kind_of(property.clone()), expected, "{property}");
        }
    }

    #[test]
    fn a_reference_that_leads_nowhere_or_in_a_circle_is_any() {
        for target in ["#/$defs/Missing", "#/$defs/Loop", "https://example.com/x"] {
            assert_eq!(kind_of(json!({"$ref": target})), "any");
        }
    }

    #[test]
    fn required_arguments_come_first() {
        let schema = json!({
            "properties": {"a": {}, "b": {}, "c": {}},
            "required": ["c"],
        });
        let names: Vec<_> = of_schema(&schema).into_iter().map(|a| a.name).collect();
        assert_eq!(names, ["c", "a", "b"]);
    }
}
