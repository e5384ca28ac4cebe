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
        let tool = tool.value();
        block(&tool, "name", &of_schema(&tool["inputSchema"]))
    });
    list(blocks, "no tools")
}

pub(crate) fn prompts(prompts: &[Reply]) -> String {
    let blocks = prompts.iter().map(|prompt| {
        let prompt = prompt.value();
        block(&prompt, "name", &of_prompt(&prompt))
    });
    list(blocks, "no prompts")
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
            let message = message.value();
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
    let name = item[id].as_str().unwrap_or("(without a name)");
    let title = item["title"]
        .as_str()
        .or(item["annotations"]["title"].as_str());
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
    use std::sync::Arc;

    use rmcp::model::{ContentBlock, PromptArgument};
    use serde_json::{Value, json};

    use super::*;

    fn tool(name: &'static str, description: &'static str, schema: Value) -> Tool {
        let Value::Object(schema) = schema else {
            panic!("a schema is an object")
        };
        Tool::new(name, description, Arc::new(schema))
    }

    #[test]
    fn tools_are_blocks_with_aligned_arguments() {
        let calculate = tool(
            "calculate",
            "\nComputes.\nMore text.",
            json!({
                "properties": {
                    "a": {"type": "number", "description": "The first number.\nMore."},
                    "operation": {"enum": ["add", "divide"]},
                    "places": {"type": ["integer", "null"]},
                },
                "required": ["a", "operation"],
            }),
        )
        .with_title("Calculator");
        let ping = tool("ping", "Answers.", json!({}));
        assert_eq!(
            tools(&[calculate, ping]),
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
    fn an_empty_list_says_so() {
        assert_eq!(tools(&[]), "no tools");
        assert_eq!(prompts(&[]), "no prompts");
    }

    #[test]
    fn prompts_are_blocks_too() {
        let name = PromptArgument::new("name").with_description("Who.");
        let greeting = Prompt::new("greeting", Some("Greets."), Some(vec![name]));
        assert_eq!(
            prompts(&[greeting]),
            "greeting\n  Greets.\n    name  text  optional  Who.\n"
        );
    }

    #[test]
    fn text_content_is_printed_as_it_is_and_structured_content_only_without_text() {
        let text = CallToolResult::success(vec![
            ContentBlock::text("  two\nlines\u{1b}[0m\n"),
            ContentBlock::text("more"),
        ]);
        assert_eq!(tool_result(&text), "  two\nlines\u{1b}[0m\n\nmore");
        let mut both = CallToolResult::structured(json!({"result": 5}));
        assert_eq!(tool_result(&both), r#"{"result":5}"#);
        both.content.clear();
        assert_eq!(tool_result(&both), "{\n  \"result\": 5\n}");
    }

    #[test]
    fn a_list_cannot_steer_the_terminal() {
        let text = tools(&[tool("evil", "\u{1b}]0;title\u{7}", json!({}))]);
        assert!(!text.contains(['\u{1b}', '\u{7}']));
    }
}
