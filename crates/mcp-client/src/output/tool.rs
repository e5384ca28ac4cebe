//! One tool, whole.

use std::fmt::Write;

use super::text::indented;
use crate::reply::Reply;

/// Everything that a list says of a tool: title, description, annotations, both schemas, and what else there is.
pub(crate) fn text(tool: &Reply) -> String {
    let value = &tool.value();
    let mut text = value["name"].as_str().unwrap_or_default().to_owned();
    if let Some(title) = value["title"].as_str() {
        let _ = write!(text, " ({title})");
    }
    text.push('\n');
    if let Some(description) = value["description"].as_str() {
        let _ = writeln!(text, "\n{}", description.trim());
    }
    let shown = ["name", "title", "description"];
    let members = value.as_object().into_iter().flatten();
    for (name, _) in members.filter(|(name, _)| !shown.contains(&name.as_str())) {
        if let Some(member) = tool.member(name) {
            let _ = writeln!(text, "\n{name}\n{}", indented(&member));
        }
    }
    text
}
