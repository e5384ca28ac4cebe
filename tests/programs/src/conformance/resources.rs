//! The resources: two fixed ones and one template.

use rmcp::ErrorData;
use rmcp::model::{ReadResourceResult, Resource, ResourceContents, ResourceTemplate};
use serde_json::json;

use crate::samples::RED_PIXEL_PNG;

const TEXT_URI: &str = "test://static-text";
const BINARY_URI: &str = "test://static-binary";
const TEMPLATE: &str = "test://template/{id}/data";

/// The resources that need no parameter.
pub(crate) fn list() -> Vec<Resource> {
    vec![
        Resource::new(BINARY_URI, "static-binary").with_mime_type("image/png"),
        Resource::new(TEXT_URI, "static-text").with_mime_type("text/plain"),
    ]
}

/// The resources that need one.
pub(crate) fn list_templates() -> Vec<ResourceTemplate> {
    vec![ResourceTemplate::new(TEMPLATE, "template-data").with_mime_type("application/json")]
}

/// Reads the resource at `uri`.
///
/// # Errors
///
/// "Resource not found", with the URI as data, when nothing is there.
pub(crate) fn read(uri: &str) -> Result<ReadResourceResult, ErrorData> {
    let contents = match (uri, template_id(uri)) {
        (TEXT_URI, _) => {
            let text = "This is the content of the static text resource.";
            ResourceContents::text(text, uri).with_mime_type("text/plain")
        }
        (BINARY_URI, _) => ResourceContents::blob(RED_PIXEL_PNG, uri).with_mime_type("image/png"),
        (_, Some(id)) => {
            let data = format!("Data for ID: {id}");
            let text = json!({ "id": id, "templateTest": true, "data": data }).to_string();
            ResourceContents::text(text, uri).with_mime_type("application/json")
        }
        _ => {
            let data = json!({ "uri": uri });
            return Err(ErrorData::resource_not_found(
                "Resource not found",
                Some(data),
            ));
        }
    };
    Ok(ReadResourceResult::new(vec![contents]))
}

/// The `{id}` of [`TEMPLATE`], which is one path segment.
fn template_id(uri: &str) -> Option<&str> {
    let (before, after) = TEMPLATE.split_once("{id}")?;
    let id = uri.strip_prefix(before)?.strip_suffix(after)?;
    (!id.is_empty() && !id.contains('/')).then_some(id)
}
