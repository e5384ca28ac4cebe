//! Who a server is and what it can do.

use std::fmt::Write;

use rmcp::model::{Implementation, ServerPeerInfo};
use serde::Serialize;
use serde_json::Value;

use crate::reply::Reply;

/// A server's introduction in either era, as JSON in the protocol's own words.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Info<'a> {
    endpoint: &'a str,
    era: &'static str,
    #[serde(flatten)]
    server: &'a ServerPeerInfo,
    /// What the server said, to the character.
    #[serde(skip_serializing_if = "Option::is_none")]
    introduction: Option<&'a Reply>,
}

impl<'a> Info<'a> {
    pub(crate) fn new(
        endpoint: &'a str,
        server: &'a ServerPeerInfo,
        introduction: Option<&'a Reply>,
    ) -> Self {
        let era = match server.protocol_version.has_initialize() {
            true => "legacy",
            false => "modern",
        };
        Self {
            endpoint,
            era,
            server,
            introduction,
        }
    }

    /// A line for each fact; the instructions, which may have many lines, come last.
    pub(crate) fn to_text(&self) -> String {
        let version = &self.server.protocol_version;
        let identity = self.server.server_info.as_ref().map(identity);
        let capabilities = serde_json::to_value(&self.server.capabilities).unwrap_or_default();
        let mut text = String::new();
        for (name, value) in [
            ("endpoint", self.endpoint),
            ("server", identity.as_deref().unwrap_or("unnamed")),
            ("protocol", &format!("{version} ({})", self.era)),
            ("capabilities", &named(&capabilities)),
        ] {
            let _ = writeln!(text, "{name:<12}  {value}");
        }
        if let Some(instructions) = &self.server.instructions {
            let _ = writeln!(text, "instructions");
            for line in instructions.lines() {
                let _ = writeln!(text, "  {line}");
            }
        }
        text
    }
}

fn identity(server: &Implementation) -> String {
    let Implementation { name, version, .. } = server;
    match server.title.as_ref().filter(|title| *title != name) {
        Some(title) => format!("{name} {version} ({title})"),
        None => format!("{name} {version}"),
    }
}

/// `prompts, tools (listChanged)`: the capabilities, with the features that are on.
fn named(capabilities: &Value) -> String {
    let capabilities = capabilities.as_object().into_iter().flatten();
    let names: Vec<_> = capabilities
        .map(|(name, settings)| match features(settings) {
            features if features.is_empty() => name.clone(),
            features => format!("{name} ({features})"),
        })
        .collect();
    match names.is_empty() {
        true => "none".to_owned(),
        false => names.join(", "),
    }
}

fn features(settings: &Value) -> String {
    let features = settings.as_object().into_iter().flatten();
    let on = features.filter(|(_, value)| !matches!(value, Value::Bool(false) | Value::Null));
    let names: Vec<_> = on.map(|(name, _)| name.as_str()).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use rmcp::model::{ProtocolVersion, ServerCapabilities};
    use serde_json::json;

    use super::*;

    #[test]
    fn capabilities_name_the_features_that_are_on() {
        let document = json!({"tools": {"listChanged": true, "x": false}, "prompts": {}});
        assert_eq!(named(&document), "prompts, tools (listChanged)");
        assert_eq!(named(&json!({})), "none");
    }

    #[test]
    fn an_introduction_is_readable() {
        let capabilities = ServerCapabilities::builder().enable_tools().build();
        let server = ServerPeerInfo::new(ProtocolVersion::V_2026_07_28, capabilities)
            .with_server_info(Implementation::new("demo", "1.0").with_title("Demo"))
            .with_instructions("Be kind.\nBe brief.");
        assert_eq!(
            Info::new("http://127.0.0.1/mcp", &server, None).to_text(),
            "\
endpoint      http://127.0.0.1/mcp
server        demo 1.0 (Demo)
protocol      2026-07-28 (modern)
capabilities  tools
instructions
  Be kind.
  Be brief.
"
        );
    }
}
