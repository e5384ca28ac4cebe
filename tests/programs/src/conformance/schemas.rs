//! Tools whose point is their input schema.

use std::sync::Arc;

use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{JsonObject, object};
use rmcp::schemars::JsonSchema;
use rmcp::{tool, tool_router};
use serde::Deserialize;
use serde_json::json;

use crate::fixture::Fixture;

/// Arguments of `test_custom_header`.
#[derive(Deserialize, JsonSchema)]
struct Mirrored {
    /// Sent in the body, and again in the header `Mcp-Param-Region`.
    #[schemars(extend("x-mcp-header" = "Region"))]
    region: String,
}

#[tool_router(router = schema_tools, vis = "pub(crate)")]
impl Fixture {
    /// Takes an argument that a client of 2026-07-28 also sends as a header.
    #[tool]
    fn test_custom_header(&self, Parameters(Mirrored { region }): Parameters<Mirrored>) -> String {
        format!("header and body agree on `{region}`")
    }

    /// Tool with JSON Schema 2020-12 features.
    #[tool(input_schema = contact_schema())]
    fn json_schema_2020_12_tool(&self, arguments: JsonObject) -> String {
        let names: Vec<_> = arguments.keys().map(String::as_str).collect();
        format!("received: [{}]", names.join(", "))
    }
}

/// Uses what a schema generator rarely writes and a careless server loses on the way: an anchor,
/// composition and conditions.
fn contact_schema() -> Arc<JsonObject> {
    Arc::new(object(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {
            "address": {
                "$anchor": "addressDef",
                "type": "object",
                "properties": {
                    "street": { "type": "string" },
                    "city": { "type": "string" }
                }
            }
        },
        "properties": {
            "name": { "type": "string" },
            "address": { "$ref": "#/$defs/address" },
            "contactMethod": { "type": "string", "enum": ["phone", "email"] },
            "phone": { "type": "string" },
            "email": { "type": "string" }
        },
        "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
        "if": {
            "properties": { "contactMethod": { "const": "phone" } },
            "required": ["contactMethod"]
        },
        "then": { "required": ["phone"] },
        "else": { "required": ["email"] },
        "additionalProperties": false
    })))
}
