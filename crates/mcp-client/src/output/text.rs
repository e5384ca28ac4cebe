//! Results as people read them. Each function takes a result and returns text; nothing here writes.

use std::fmt::Write;

use serde_json::Value;

use super::content;
use super::json::{Style, restyled};
use super::signature::{Argument, first_line, of_prompt, of_schema};
use crate::reply::Reply;
use crate::secrets::Secrets;

/// The tools, a block each: name, title, first line of the description, arguments.
pub(crate) fn tools(tools: &[Reply]) -> String {
    let blocks = tools.iter().map(|tool| {
        let tool = &tool.value();
        block(tool, "name", &of_schema(&tool["inputSchema"]))
    });
    list(blocks, "no tools")
}

pub(crate) fn prompts(prompts: &[Reply]) -> String {
    let blocks = prompts.iter().map(|prompt| {
        let prompt = &prompt.value();
        block(prompt, "name", &of_prompt(prompt))
    });
    list(blocks, "no prompts")
}

pub(crate) fn resources(resources: &[Reply]) -> String {
    resources_or(resources, "no resources")
}

pub(crate) fn templates(templates: &[Reply]) -> String {
    resources_or(templates, "no templates")
}

/// Resources or templates of them, a block each: URI, name or title, type and size, first line of the description.
fn resources_or(resources: &[Reply], nothing: &str) -> String {
    let blocks = resources.iter().map(|resource| {
        let resource = &resource.value();
        let id = if resource["uri"].is_string() {
            "uri"
        } else {
            "uriTemplate"
        };
        let mut block = block(resource, id, &[]);
        let kind = resource["mimeType"].as_str().map(ToOwned::to_owned);
        let size = resource["size"]
            .as_u64()
            .map(|size| format!("{size} bytes"));
        let facts: Vec<_> = kind.into_iter().chain(size).collect();
        if !facts.is_empty() {
            let _ = writeln!(block, "    {}", facts.join(", "));
        }
        block
    });
    list(blocks, nothing)
}

/// What a resource holds: texts as they are, binary parts in a line each.
pub(crate) fn contents(result: &Reply) -> String {
    let contents = result
        .member("contents")
        .and_then(|contents| contents.elements());
    let parts = contents.unwrap_or_default();
    let parts: Vec<_> = parts
        .iter()
        .map(|part| content::part(&part.value()))
        .collect();
    parts.join("\n")
}

/// A tool's answer: texts as they are, other content in a line each, and the structured content where no text says it.
pub(crate) fn tool_result(result: &Reply) -> String {
    let blocks = result
        .member("content")
        .and_then(|content| content.elements());
    let blocks: Vec<_> = blocks
        .unwrap_or_default()
        .iter()
        .map(Reply::value)
        .collect();
    let mut parts: Vec<_> = blocks.iter().map(content::text).collect();
    let has_text = blocks.iter().any(|block| block["type"] == "text");
    if let Some(structured) = result.member("structuredContent").filter(|_| !has_text) {
        parts.push(indented(&structured));
    }
    parts.join("\n")
}

/// A prompt's messages, each under its role.
pub(crate) fn prompt(prompt: &Reply) -> String {
    let messages = prompt
        .member("messages")
        .and_then(|messages| messages.elements());
    let messages: Vec<_> = messages
        .unwrap_or_default()
        .iter()
        .map(|message| {
            let message = &message.value();
            let text = content::text(&message["content"]);
            let role = message["role"].as_str().unwrap_or("of no role");
            format!("{role}:\n{}\n", text.trim_end_matches('\n'))
        })
        .collect();
    messages.join("\n")
}

/// JSON on lines of its own, and nothing else changed.
pub(crate) fn indented(json: &Reply) -> String {
    let style = Style {
        indented: true,
        for_terminal: false,
        secrets: &Secrets::default(),
    };
    restyled(json.json(), style)
}

/// `text` without characters that could steer a terminal; line breaks and tabs stay.
pub(crate) fn printable(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let shown = text.chars().map(|c| match c {
        '\n' | '\t' => c,
        c if steers(c) => '\u{fffd}',
        c => c,
    });
    shown.collect()
}

/// The same, with every line but the first indented: none passes for a line of ours, such as a hint.
pub(crate) fn hanging(text: &str) -> String {
    printable(text).replace('\n', "\n    ")
}

/// Whether a terminal may take it for a command, or shows other characters in another order because of it, or nothing.
pub(super) fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn list(blocks: impl Iterator<Item = String>, nothing: &str) -> String {
    let blocks: Vec<_> = blocks.collect();
    match blocks.is_empty() {
        true => nothing.to_owned(),
        false => blocks.join("\n"),
    }
}

fn block(item: &Value, id: &str, arguments: &[Argument]) -> String {
    // A line break in a name would make a tool of its own of what follows.
    let name = item[id].as_str().unwrap_or("(without a name)");
    let name = &name.replace(['\n', '\r'], "\u{fffd}");
    let title = item["title"]
        .as_str()
        .or(item.pointer("/annotations/title").and_then(Value::as_str));
    let description = item["description"].as_str();
    let mut block = match title.filter(|title| *title != name) {
        Some(title) => format!("{name} ({title})\n"),
        None => format!("{name}\n"),
    };
    if let Some(line) = description.and_then(first_line) {
        let _ = writeln!(block, "  {line}");
    }
    let name_width = widest(arguments, |argument| &argument.name);
    let kind_width = widest(arguments, |argument| &argument.kind);
    for argument in arguments {
        let need = if argument.required {
            "required"
        } else {
            "optional"
        };
        let line = format!(
            "    {:<name_width$}  {:<kind_width$}  {need}  {}",
            argument.name, argument.kind, argument.description
        );
        let _ = writeln!(block, "{}", line.trim_end());
    }
    block
}

fn widest(arguments: &[Argument], column: impl Fn(&Argument) -> &String) -> usize {
    let widths = arguments
        .iter()
        .map(|argument| column(argument).chars().count());
    widths.max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::to_raw_value;

    use super::*;

    fn reply(result: &Value) -> Reply {
        Reply::new(to_raw_value(result).unwrap())
    }

    #[test]
    fn tools_are_blocks_with_aligned_arguments() {
        let calculate = json!({
            "name": "calculate",
            "title": "Calculator",
            "description": "\nComputes.\nMore text.",
            "inputSchema": {
                "properties": {
                    "a": {"type": "number", "description": "The first number.\nMore."},
                    "operation": {"enum": ["add", "divide"]},
                    "places": {"type": ["integer", "null"]},
                },
                "required": ["a", "operation"],
            },
        });
        let ping = json!({"name": "ping", "description": "Answers.", "inputSchema": {}});
        assert_eq!(
            tools(&[reply(&calculate), reply(&ping)]),
            "\
calculate (Calculator)
  Computes.
    a          number        required  The first number.
    operation  add|divide    required
    places     integer|null  optional

ping
  Answers.
"
        );
    }

    #[test]
    fn an_odd_tool_is_listed_as_far_as_it_can_be_read() {
        let odd = json!({"name": "odd", "description": 7, "inputSchema": "none"});
        assert_eq!(
            tools(&[reply(&odd), reply(&json!(1))]),
            "odd\n\n(without a name)\n"
        );
    }

    #[test]
    fn an_empty_list_says_so() {
        assert_eq!(tools(&[]), "no tools");
        assert_eq!(prompts(&[]), "no prompts");
    }

    #[test]
    fn prompts_are_blocks_too() {
        let arguments = json!([{"name": "name", "description": "Who."}]);
        let greeting =
            json!({"name": "greeting", "description": "Greets.", "arguments": arguments});
        assert_eq!(
            prompts(&[reply(&greeting)]),
            "greeting\n  Greets.\n    name  text  optional  Who.\n"
        );
    }

    #[test]
    fn text_content_is_printed_as_it_is_and_structured_content_only_without_text() {
        let blocks = json!([
            {"type": "text", "text": "  two\nlines\u{1b}[0m\n"},
            {"type": "text", "text": "more"},
        ]);
        let text = reply(&json!({"content": blocks}));
        assert_eq!(tool_result(&text), "  two\nlines\u{1b}[0m\n\nmore");
        let both =
            json!({"content": [{"type": "text", "text": "5"}], "structuredContent": {"result": 5}});
        assert_eq!(tool_result(&reply(&both)), "5");
        let structured =
            r#"{"content":[],"structuredContent":{"b":1.10,"a":12345678901234567890123}}"#;
        let structured = serde_json::from_str(structured).map(Reply::new).unwrap();
        assert_eq!(
            tool_result(&structured),
            "{\n  \"b\": 1.10,\n  \"a\": 12345678901234567890123\n}"
        );
    }

    #[test]
    fn what_steers_a_terminal_is_replaced() {
        let steering = "\u{1b}]0;t\u{7}\u{9b}\r\u{202e}\u{200b}\u{e0041}";
        let shown = printable(steering);
        assert_eq!(
            shown,
            "\u{fffd}]0;t\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}"
        );
        assert_eq!(printable("a\r\n\tб 漢 e\u{301}"), "a\n\tб 漢 e\u{301}");
    }
}
