//! One block of content as text. Binary content is named, never dumped.

use serde_json::Value;

/// Text as it is; everything else in one line between brackets.
pub(super) fn text(block: &Value) -> String {
    match block["type"].as_str() {
        Some("text") => block["text"].as_str().unwrap_or_default().to_owned(),
        Some(kind @ ("image" | "audio")) => binary(kind, block, "data"),
        Some("resource") => embedded(&block["resource"]),
        Some("resource_link") => {
            let size = block["size"].as_u64().map(|size| format!(", {size} bytes"));
            let uri = block["uri"].as_str().unwrap_or_default();
            format!(
                "[link {uri} {}{}]",
                mime_type(block),
                size.unwrap_or_default()
            )
        }
        Some(kind) => format!(
            "[content of type `{kind}`, which this client does not know: --output json has it]"
        ),
        None => "[content without a type: --output json has it]".to_owned(),
    }
}

/// A part of a resource: text as it is, and what else in one line between brackets.
pub(super) fn part(part: &Value) -> String {
    match part["text"].as_str() {
        Some(text) => text.to_owned(),
        None => embedded(part),
    }
}

fn mime_type(block: &Value) -> &str {
    block["mimeType"].as_str().unwrap_or("of unknown type")
}

fn binary(what: &str, block: &Value, data: &str) -> String {
    let size = decoded_size(block[data].as_str().unwrap_or_default());
    format!("[{what} {}, {size} bytes]", mime_type(block))
}

fn embedded(resource: &Value) -> String {
    let uri = resource["uri"].as_str().unwrap_or_default();
    match resource["text"].as_str() {
        Some(text) => format!(
            "[resource {uri} {}, {} bytes]",
            mime_type(resource),
            text.len()
        ),
        None => binary(&format!("resource {uri}"), resource, "blob"),
    }
}

/// How many bytes a base64 text stands for.
fn decoded_size(base64: &str) -> usize {
    base64.trim_end_matches('=').len() * 3 / 4
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sizes_are_those_of_the_decoded_bytes() {
        let texts = ["", "QQ==", "QUI=", "QUJD", "QUJDRA=="];
        for (bytes, base64) in texts.iter().enumerate() {
            assert_eq!(decoded_size(base64), bytes);
        }
    }

    #[test]
    fn resources_are_named_with_type_and_size() {
        for (block, expected) in [
            (
                json!({"type": "resource", "resource": {"uri": "file:///a.txt", "mimeType": "text/plain", "text": "hello"}}),
                "[resource file:///a.txt text/plain, 5 bytes]",
            ),
            (
                json!({"type": "resource", "resource": {"uri": "file:///b", "blob": "QUJD"}}),
                "[resource file:///b of unknown type, 3 bytes]",
            ),
            (
                json!({"type": "resource_link", "uri": "file:///c", "name": "c", "size": 7}),
                "[link file:///c of unknown type, 7 bytes]",
            ),
        ] {
            assert_eq!(text(&block), expected);
        }
    }

    #[test]
    fn what_nobody_knows_is_named() {
        assert!(text(&json!({"type": "hologram"})).starts_with("[content of type `hologram`"));
        assert!(text(&json!({"text": "x"})).starts_with("[content without a type"));
        assert!(text(&json!(7)).starts_with("[content without a type"));
    }
}
