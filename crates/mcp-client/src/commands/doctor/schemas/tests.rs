use serde_json::json;
use serde_json::value::to_raw_value;

use super::*;

fn found(tools: Value) -> Vec<String> {
    let tools: Vec<_> = tools
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| Reply::new(to_raw_value(tool).unwrap()))
        .collect();
    findings(&tools)
}

fn of_schema(schema: Value) -> Vec<String> {
    found(json!([{"name": "t", "description": "d", "inputSchema": schema}]))
}

#[test]
fn a_plain_tool_is_fine() {
    let schema = json!({"type": "object", "properties": {
        "a": {"type": "integer", "format": "int64", "x-mcp-header": "A"},
        "b": {"$ref": "#/$defs/B"},
    }, "$defs": {"B": {"type": "array", "items": {"type": "string"}}}});
    assert_eq!(of_schema(schema), [""; 0]);
}

#[test]
fn each_fault_is_named_with_its_place() {
    for (schema, expected) in [
        (
            json!({"type": "string", "properties": {}}),
            "the root of its schema is not `\"type\": \"object\"`",
        ),
        (json!({"type": "object"}), "its schema has no `properties`"),
        (
            json!({"type": "object", "properties": {}, "oneOf": []}),
            "`oneOf` at the root of its schema",
        ),
        (
            json!({"type": "object", "properties": {"a": {"$ref": "https://x/y"}}}),
            "`$ref` at /a points outside of its schema",
        ),
        (
            json!({"type": "object", "properties": {"a": {"type": "integer", "format": "uint32"}}}),
            "format `uint32` at /a",
        ),
        (
            json!({"type": "object", "properties": {"a": {"items": {"type": "array"}}}}),
            "an array without `items` at /a/items",
        ),
        (
            json!({"type": "object", "properties": {"a": {"type": "string", "x-mcp-header": "a b"}}}),
            "`x-mcp-header` at /a is no name of a header",
        ),
        (
            json!({"type": "object", "properties": {"a": {"type": ["string", "null"], "x-mcp-header": "A"}}}),
            "`x-mcp-header` at /a is not on a string, an integer or a boolean",
        ),
        (json!(7), "it has no input schema"),
    ] {
        let found = of_schema(schema);
        assert_eq!(found, [format!("`t`: {expected}")]);
    }
}

#[test]
fn names_and_descriptions_are_judged() {
    let schema = json!({"type": "object", "properties": {}});
    let tool = |name: &str, description: &str| json!({"name": name, "description": description, "inputSchema": schema});
    let found = found(json!([
        tool("a.b", "d"),
        tool(&"n".repeat(65), "d"),
        tool("c", &"d".repeat(1025)),
        tool("d", ""),
        tool("d", "d"),
        {},
    ]));
    assert_eq!(
        found[0],
        "`a.b`: its name has other characters than A-Z a-z 0-9 _ -"
    );
    assert!(found[1].ends_with("its name has more than 64 characters"));
    assert_eq!(
        found[2],
        "`c`: its description has more than 1024 characters"
    );
    assert_eq!(
        found[3..],
        [
            "`d`: it has no description",
            "`d` is there twice",
            "a tool without a name"
        ]
    );
}

#[test]
fn too_many_tools_are_counted() {
    let tool = |number: usize| {
        json!({"name": format!("t{number}"), "description": "d",
        "inputSchema": {"type": "object", "properties": {}}})
    };
    let found = found((0..129).map(tool).collect());
    assert_eq!(
        found,
        ["129 tools: more than 128 do not fit into one request"]
    );
}
