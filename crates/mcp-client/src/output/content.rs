//! One block of content as text. Binary content is named, never dumped.

use rmcp::model::{ContentBlock, ResourceContents};

/// Text as it is; everything else in one line between brackets.
pub(super) fn text(block: &ContentBlock) -> String {
    match block {
        ContentBlock::Text(text) => text.text.clone(),
        ContentBlock::Image(image) => binary("image", &image.mime_type, &image.data),
        ContentBlock::Audio(audio) => binary("audio", &audio.mime_type, &audio.data),
        ContentBlock::Resource(resource) => embedded(&resource.resource),
        ContentBlock::ResourceLink(link) => {
            let size = link.size.map(|size| format!(", {size} bytes"));
            let kind = link.mime_type.as_deref().unwrap_or(UNKNOWN);
            format!("[link {} {kind}{}]", link.uri, size.unwrap_or_default())
        }
        _ => "[content of a kind that this client does not know]".to_owned(),
    }
}

const UNKNOWN: &str = "of unknown type";

fn binary(what: &str, mime_type: &str, base64: &str) -> String {
    format!("[{what} {mime_type}, {} bytes]", decoded_size(base64))
}

fn embedded(resource: &ResourceContents) -> String {
    match resource {
        ResourceContents::TextResourceContents {
            uri,
            mime_type,
            text,
            ..
        } => {
            let kind = mime_type.as_deref().unwrap_or(UNKNOWN);
            format!("[resource {uri} {kind}, {} bytes]", text.len())
        }
        ResourceContents::BlobResourceContents {
            uri,
            mime_type,
            blob,
            ..
        } => {
            let kind = mime_type.as_deref().unwrap_or(UNKNOWN);
            binary(&format!("resource {uri}"), kind, blob)
        }
        _ => "[resource of a kind that this client does not know]".to_owned(),
    }
}

/// How many bytes a base64 text stands for.
fn decoded_size(base64: &str) -> usize {
    base64.trim_end_matches('=').len() * 3 / 4
}

#[cfg(test)]
mod tests {
    use rmcp::model::Resource;

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
        let words = ResourceContents::text("hello", "file:///a.txt");
        assert_eq!(
            text(&ContentBlock::resource(words)),
            "[resource file:///a.txt text/plain, 5 bytes]"
        );
        let blob = ResourceContents::blob("QUJD", "file:///b");
        assert_eq!(
            text(&ContentBlock::resource(blob)),
            "[resource file:///b of unknown type, 3 bytes]"
        );
        let link = Resource::new("file:///c", "c").with_size(7);
        assert_eq!(
            text(&ContentBlock::resource_link(link)),
            "[link file:///c of unknown type, 7 bytes]"
        );
    }
}
