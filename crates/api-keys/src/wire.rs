//! The document as text.

use serde_json::{Value, json};

use crate::{KeyDocument, KeyRecord, MAX_DOCUMENT_BYTES};

impl KeyDocument {
    /// The document as JSON, one key a line so that a comparison of two versions shows the keys that differ. If it is
    /// then longer than a secret may be, without line breaks: what could be read can always be written.
    ///
    /// The same document always gives the same text; [`parse`](Self::parse) reads it back.
    #[must_use]
    pub fn to_json(&self) -> String {
        let keys: Vec<String> = self.records.iter().map(object).collect();
        let lines = match keys.is_empty() {
            true => String::new(),
            false => format!("\n    {}\n  ", keys.join(",\n    ")),
        };
        let mark = |disabled| if self.deployed_disabled { disabled } else { "" };
        let deployed = mark("  \"deployed\": \"disabled\",\n");
        let text = format!("{{\n  \"v\": 1,\n{deployed}  \"keys\": [{lines}]\n}}\n");
        if text.len() <= MAX_DOCUMENT_BYTES {
            return text;
        }
        let deployed = mark("\"deployed\":\"disabled\",");
        format!("{{\"v\":1,{deployed}\"keys\":[{}]}}", keys.join(","))
    }
}

/// Written field by field: the order is ours whatever map `serde_json` is built with.
fn object(record: &KeyRecord) -> String {
    let fields: [Option<(&str, Value)>; 8] = [
        Some(("id", json!(record.id()))),
        Some(("sha256", json!(record.digest.to_hex()))),
        record.tools().map(|tools| ("tools", json!(tools))),
        record
            .not_before()
            .map(|start| ("not_before", json!(start.to_string()))),
        record
            .not_after()
            .map(|end| ("not_after", json!(end.to_string()))),
        record.is_disabled().then_some(("disabled", json!(true))),
        record.note().map(|note| ("note", json!(note))),
        record
            .created()
            .map(|created| ("created", json!(created.to_string()))),
    ];
    let fields: Vec<String> = fields
        .into_iter()
        .flatten()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", fields.join(","))
}
