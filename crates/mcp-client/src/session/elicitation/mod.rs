//! Questions that a server asks the user (elicitation): at the terminal, one field after the other.

mod field;

use std::io::BufRead;

use rmcp::model::{ElicitResult, ElicitationAction, InputResponses};
use serde_json::{Map, Value};

use self::field::{question, value};
use super::{A_PERSON, needs_more};
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
            Some("elicitation/create") => return Err(needs_more(step, A_PERSON)),
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
