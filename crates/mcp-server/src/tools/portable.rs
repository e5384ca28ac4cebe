//! Schemas in the words that every client reads.
//!
//! Clients turn a tool's schema into their model's own dialect, and some refuse what they do not know: schemars'
//! numeric formats (`uint64`, `double`) are not JSON Schema's, an object without `properties` is refused by several
//! model APIs, and `enum` is read by all of them where a `oneOf` of constants is not.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool};
use serde_json::{Map, Value};

/// Rewrites the tool's schemas.
pub(super) fn portable(tool: &mut Tool) {
    let input = Arc::make_mut(&mut tool.input_schema);
    rewrite(input);
    input
        .entry("properties")
        .or_insert_with(|| Value::Object(Map::new()));
    if let Some(schema) = &mut tool.output_schema {
        rewrite(Arc::make_mut(schema));
    }
}

fn rewrite(schema: &mut JsonObject) {
    if matches!(
        schema.get("type").and_then(Value::as_str),
        Some("integer" | "number")
    ) {
        schema.remove("format");
    }
    if let Some(words) = schema.get("oneOf").and_then(constants) {
        schema.remove("oneOf");
        schema.insert("type".to_owned(), Value::from("string"));
        schema.insert("enum".to_owned(), Value::from(words));
    }
    for value in schema.values_mut() {
        rewrite_value(value);
    }
}

/// The words of an enumeration that schemars wrote as alternatives, because its variants are documented.
fn constants(alternatives: &Value) -> Option<Vec<Value>> {
    let words = alternatives.as_array()?.iter().map(|alternative| {
        let word = alternative.get("const")?;
        word.is_string().then(|| word.clone())
    });
    words.collect()
}

fn rewrite_value(value: &mut Value) {
    match value {
        Value::Object(schema) => rewrite(schema),
        Value::Array(schemas) => schemas.iter_mut().for_each(rewrite_value),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schemas_are_rewritten_at_every_level() {
        let input = json!({ "type": "object", "$defs": { "n": { "type": "integer", "format": "uint8", "minimum": 0 } } });
        let output = json!({ "items": [{ "oneOf": [{ "const": "a", "type": "string" }, { "const": "b" }] }] });
        let (Value::Object(input), Value::Object(output)) = (input, output) else {
            unreachable!()
        };
        let mut tool =
            Tool::new_with_raw("t", None, Arc::new(input)).with_raw_output_schema(Arc::new(output));
        portable(&mut tool);
        assert_eq!(
            Value::Object(Arc::unwrap_or_clone(tool.input_schema)),
            json!({ "type": "object", "properties": {}, "$defs": { "n": { "type": "integer", "minimum": 0 } } })
        );
        assert_eq!(
            Value::Object(Arc::unwrap_or_clone(tool.output_schema.unwrap())),
            json!({ "items": [{ "type": "string", "enum": ["a", "b"] }] })
        );
    }

    #[test]
    fn other_alternatives_and_text_formats_stay() {
        let schema = json!({ "type": "object", "properties": { "t": { "type": "string", "format": "date-time" } }, "oneOf": [{ "type": "string" }] });
        let Value::Object(schema) = schema else {
            unreachable!()
        };
        let mut tool = Tool::new_with_raw("t", None, Arc::new(schema.clone()));
        portable(&mut tool);
        assert_eq!(*tool.input_schema, schema);
    }
}
