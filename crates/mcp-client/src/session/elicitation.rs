//! Questions that a server asks the user (elicitation): at the terminal, one field after the other.

use std::io::BufRead;

use rmcp::model::{ElicitResult, ElicitationAction, InputResponses};
use serde_json::{Map, Value};

use super::needs_more;
use crate::console::Console;
use crate::error::Error;
use crate::output::hanging;
use crate::reply::Reply;

/// The longest answer to a question, in bytes.
const LONGEST_LINE: usize = 64 * 1024;

/// Answers what a result asks for before it can be complete (2026-07-28, `input_required`).
pub(super) async fn respond(
    console: &Console,
    step: &str,
    reply: &Reply,
) -> Result<InputResponses, Error> {
    let requests = reply
        .member("inputRequests")
        .map(|requests| requests.value());
    let requests = requests.as_ref().and_then(Value::as_object);
    let mut responses = Map::new();
    for (name, request) in requests.into_iter().flatten() {
        let params = match request["method"].as_str() {
            Some("elicitation/create") if console.interactive => &request["params"],
            Some("elicitation/create") => return Err(needs_more(step, "an answer from a person")),
            _ => return Err(needs_more(step, "what only a model or an editor has")),
        };
        let answer = ask(console, params.clone()).await;
        let answer = serde_json::to_value(answer).unwrap_or_default();
        responses.insert(name.clone(), answer);
    }
    serde_json::from_value(Value::Object(responses)).map_err(|_| needs_more(step, "more input"))
}

/// Asks the user at the terminal, in a thread of its own. What cannot be asked is cancelled.
pub(super) async fn ask(console: &Console, params: Value) -> ElicitResult {
    let terminal = Terminal {
        console: console.clone(),
    };
    let asking = tokio::task::spawn_blocking(move || terminal.form(&params));
    let answer = tokio::select! {
        biased;
        () = console.interrupt.cancelled() => None,
        answer = asking => answer.ok().flatten(),
    };
    answer.unwrap_or_else(|| ElicitResult::new(ElicitationAction::Cancel))
}

struct Terminal {
    console: Console,
}

impl Terminal {
    /// None when the user goes away.
    fn form(&self, params: &Value) -> Option<ElicitResult> {
        let message = params["message"].as_str().unwrap_or("(no message)");
        self.say(&format!("The server asks: {message}"));
        if let Some(url) = params["url"].as_str() {
            self.say(&format!(
                "It wants you to open {url} (nothing is opened by itself)"
            ));
            return self.consent("Done? [y]es, [n]o, [c]ancel");
        }
        let schema = &params["requestedSchema"];
        let fields = schema["properties"].as_object();
        let consent = self.consent("Answer? [y]es, [n]o, [c]ancel")?;
        if consent.action != ElicitationAction::Accept {
            return Some(consent);
        }
        let required = schema["required"].as_array();
        let mut content = Map::new();
        for (name, field) in fields.into_iter().flatten() {
            let required = required.is_some_and(|names| names.iter().any(|found| found == name));
            if let Some(value) = self.field(name, field, required)? {
                content.insert(name.clone(), value);
            }
        }
        Some(consent.with_content(Value::Object(content)))
    }

    fn consent(&self, question: &str) -> Option<ElicitResult> {
        loop {
            self.say(question);
            let action = match self.line()?.to_ascii_lowercase().as_str() {
                "y" | "yes" => ElicitationAction::Accept,
                "n" | "no" => ElicitationAction::Decline,
                "c" | "cancel" => ElicitationAction::Cancel,
                _ => continue,
            };
            return Some(ElicitResult::new(action));
        }
    }

    /// A field's value; `Some(None)` if it is left out.
    fn field(&self, name: &str, field: &Value, required: bool) -> Option<Option<Value>> {
        self.say(&question(name, field, required));
        loop {
            let line = self.line()?;
            if line.is_empty() {
                match field.get("default") {
                    Some(default) => return Some(Some(default.clone())),
                    None if !required => return Some(None),
                    None => {}
                }
            }
            match value(field, &line) {
                Ok(value) => return Some(Some(value)),
                Err(expected) => self.say(&format!("expected {expected}")),
            }
        }
    }

    fn say(&self, text: &str) {
        self.console.aside.line(&hanging(text));
    }

    fn line(&self) -> Option<String> {
        let mut line = String::new();
        let mut stdin = std::io::stdin().lock();
        let mut bounded = std::io::Read::take(&mut stdin, LONGEST_LINE as u64);
        match bounded.read_line(&mut line) {
            Ok(1..) => Some(line.trim().to_owned()),
            _ => None,
        }
    }
}

/// `Name (integer, 1 to 9, required) [5]: what it is for`
fn question(name: &str, field: &Value, required: bool) -> String {
    let title = field["title"].as_str().unwrap_or(name);
    let need = if required { "required" } else { "optional" };
    let default = match field.get("default") {
        Some(Value::String(text)) => format!(" [{text}]"),
        Some(other) => format!(" [{other}]"),
        None => String::new(),
    };
    let description = field["description"]
        .as_str()
        .map(|text| format!(": {text}"));
    let description = description.unwrap_or_default();
    format!(
        "{title} ({}, {need}){default}{description}",
        expected(field)
    )
}

/// What a field takes, in words.
fn expected(field: &Value) -> String {
    if let Some(choices) = choices(field) {
        let choices: Vec<_> = choices
            .iter()
            .map(|choice| format!("{} = {}", choice.value, choice.title))
            .collect();
        let many = if field["type"] == "array" {
            "any, with commas, of "
        } else {
            ""
        };
        return format!("{many}{}", choices.join(", "));
    }
    let kind = field["type"].as_str().unwrap_or("string");
    let bounds = match (field.get("minimum"), field.get("maximum")) {
        (Some(least), Some(most)) => format!(", {least} to {most}"),
        (Some(least), None) => format!(", at least {least}"),
        (None, Some(most)) => format!(", at most {most}"),
        (None, None) => String::new(),
    };
    let format = field["format"].as_str().map(|format| format!(", {format}"));
    match kind {
        "boolean" => "yes or no".to_owned(),
        kind => format!("{kind}{bounds}{}", format.unwrap_or_default()),
    }
}

struct Choice {
    value: String,
    title: String,
}

/// The values of an enumeration in any of its forms, with what each is called.
fn choices(field: &Value) -> Option<Vec<Choice>> {
    let field = if field["type"] == "array" {
        &field["items"]
    } else {
        field
    };
    let titled = field
        .get("oneOf")
        .or_else(|| field.get("anyOf"))
        .and_then(Value::as_array);
    if let Some(titled) = titled {
        let choice = |choice: &Value| {
            let value = choice["const"].as_str()?.to_owned();
            let title = choice["title"].as_str().unwrap_or(&value).to_owned();
            Some(Choice { value, title })
        };
        return titled.iter().map(choice).collect();
    }
    let values = field["enum"].as_array()?;
    let names = field["enumNames"].as_array();
    let choice = |(index, value): (usize, &Value)| {
        let value = value.as_str()?.to_owned();
        let name = names.and_then(|names| names.get(index)?.as_str());
        Some(Choice {
            title: name.unwrap_or(&value).to_owned(),
            value,
        })
    };
    values.iter().enumerate().map(choice).collect()
}

/// What a line means for a field, or what was expected.
fn value(field: &Value, line: &str) -> Result<Value, String> {
    let refused = || expected(field);
    if let Some(choices) = choices(field) {
        let chosen = |text: &str| {
            let found = choices
                .iter()
                .find(|choice| choice.value == text || choice.title == text);
            found
                .map(|choice| Value::from(choice.value.clone()))
                .ok_or_else(refused)
        };
        return match field["type"] == "array" {
            true => line.split(',').map(|text| chosen(text.trim())).collect(),
            false => chosen(line),
        };
    }
    match field["type"].as_str() {
        Some("boolean") => match line.to_ascii_lowercase().as_str() {
            "y" | "yes" | "true" => Ok(true.into()),
            "n" | "no" | "false" => Ok(false.into()),
            _ => Err(refused()),
        },
        Some(kind @ ("integer" | "number")) => {
            let value: Value = line
                .parse::<serde_json::Number>()
                .map_err(|_| refused())?
                .into();
            let number = value.as_f64().unwrap_or_default();
            let whole = kind == "number" || number.fract() == 0.0;
            let above = field["minimum"]
                .as_f64()
                .is_none_or(|least| number >= least);
            let below = field["maximum"].as_f64().is_none_or(|most| number <= most);
            (whole && above && below)
                .then_some(value)
                .ok_or_else(refused)
        }
        _ => {
            let length = line.chars().count() as u64;
            let long = field["minLength"]
                .as_u64()
                .is_none_or(|least| length >= least);
            let short = field["maxLength"]
                .as_u64()
                .is_none_or(|most| length <= most);
            (long && short).then(|| line.into()).ok_or_else(refused)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_is_what_the_field_wants() {
        let units =
            json!({"type": "string", "enum": ["c", "f"], "enumNames": ["Celsius", "Fahrenheit"]});
        let titled = json!({"oneOf": [{"const": "c", "title": "Celsius"}]});
        let many = json!({"type": "array", "items": {"enum": ["a", "b"]}});
        for (field, line, expected) in [
            (json!({"type": "string"}), "5", json!("5")),
            (json!({"type": "integer", "minimum": 1}), "5", json!(5)),
            (json!({"type": "number"}), "1.5", json!(1.5)),
            (json!({"type": "boolean"}), "Yes", json!(true)),
            (units.clone(), "Fahrenheit", json!("f")),
            (titled, "c", json!("c")),
            (many.clone(), "b, a", json!(["b", "a"])),
        ] {
            assert_eq!(value(&field, line), Ok(expected), "{field}");
        }
        for (field, line, expected) in [
            (
                json!({"type": "integer", "minimum": 1, "maximum": 9}),
                "10",
                "integer, 1 to 9",
            ),
            (json!({"type": "integer"}), "1.5", "integer"),
            (json!({"type": "boolean"}), "maybe", "yes or no"),
            (
                json!({"type": "string", "minLength": 2, "format": "email"}),
                "x",
                "string, email",
            ),
            (units, "k", "c = Celsius, f = Fahrenheit"),
            (many, "c", "any, with commas, of a = a, b = b"),
        ] {
            assert_eq!(value(&field, line), Err(expected.to_owned()), "{field}");
        }
    }

    #[test]
    fn a_question_says_what_is_wanted() {
        let field =
            json!({"type": "integer", "title": "Age", "default": 7, "description": "In years."});
        assert_eq!(
            question("age", &field, true),
            "Age (integer, required) [7]: In years."
        );
    }
}
