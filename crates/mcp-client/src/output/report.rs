//! An error as people and programs read it.

use std::borrow::Cow;

use api_keys::without_possible_keys;
use serde::Serialize;

use super::text::hanging;
use crate::error::Error;
use crate::exit;
use crate::http::RequestId;

/// An error, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Report {
    kind: &'static str,
    /// The error and its causes, outermost first, on one line.
    message: String,
    hint: Cow<'static, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<RequestId>,
    #[serde(skip)]
    headline: String,
    #[serde(skip)]
    causes: Vec<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    error: &'a Report,
}

impl Report {
    pub(crate) fn new(error: &Error) -> Self {
        let headline = match error {
            // Such an error names nothing but ids, and a bare key can pass for one.
            Error::Keys(_) if error.exit_code() == exit::USAGE => {
                without_possible_keys(&error.to_string())
            }
            _ => error.to_string(),
        };
        let causes = error.causes();
        let chain = std::iter::once(&headline).chain(&causes);
        Self {
            kind: error.kind(),
            message: chain.cloned().collect::<Vec<_>>().join(": "),
            hint: error.hint(),
            request_id: error.request_id().cloned(),
            headline,
            causes,
        }
    }

    /// What to say about a command line that clap refused, from clap's own text.
    pub(crate) fn of_command_line(text: &str) -> Self {
        let message = text.split("\n\n").next().unwrap_or_default();
        let message = message.strip_prefix("error: ").unwrap_or(message);
        let words: Vec<_> = message.split_whitespace().collect();
        Self {
            kind: "usage",
            message: words.join(" "),
            hint: "`mcp-client --help` shows the commands and their options".into(),
            request_id: None,
            headline: String::new(),
            causes: Vec::new(),
        }
    }

    /// The same as `conceal` makes every text of it.
    pub(crate) fn conceal(mut self, conceal: &dyn Fn(&str) -> String) -> Self {
        self.message = conceal(&self.message);
        self.headline = conceal(&self.headline);
        self.hint = conceal(&self.hint).into();
        for cause in &mut self.causes {
            *cause = conceal(cause);
        }
        if let Some(id) = &mut self.request_id {
            id.value = conceal(&id.value);
        }
        self
    }

    /// One line for logs: the error, its causes, and the request's id.
    pub(crate) fn line(&self) -> String {
        match &self.request_id {
            Some(id) => format!("{}; request id: {id}", self.message),
            None => self.message.clone(),
        }
    }

    /// Lines for people: `error:`, `caused by:`, `request id:`, `hint:`.
    pub(crate) fn to_text(&self) -> String {
        let mut text = format!("error: {}\n", hanging(&self.headline));
        for cause in &self.causes {
            text.push_str(&format!("  caused by: {}\n", hanging(cause)));
        }
        if let Some(id) = &self.request_id {
            text.push_str(&format!("  request id: {}\n", hanging(&id.to_string())));
        }
        text.push_str(&format!("hint: {}\n", hanging(&self.hint)));
        text
    }

    /// One line for programs: `{"error":{"kind":…,"message":…,"hint":…}}`, with `request_id` where there is one.
    pub(crate) fn to_json(&self) -> String {
        let document = Document { error: self };
        serde_json::to_string(&document).map_or_else(|_| String::new(), |json| json + "\n")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tool_failed(answer: &str) -> Report {
        Report::new(&Error::ToolFailed {
            tool: "t".to_owned(),
            answer: answer.to_owned(),
        })
    }

    #[test]
    fn a_cause_has_its_own_line_as_text_and_joins_the_message_as_json() {
        let report = Report::new(&Error::Output(std::io::Error::other("disk full")));
        assert_eq!(
            report.to_text(),
            "error: cannot write the output\n  caused by: disk full\n\
             hint: check the disk or the program that reads the output\n"
        );
        let document: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
        assert_eq!(
            document,
            json!({"error": {
                "kind": "output",
                "message": "cannot write the output: disk full",
                "hint": "check the disk or the program that reads the output",
            }})
        );
    }

    #[test]
    fn a_server_cannot_steer_the_terminal() {
        let report = tool_failed("\u{1b}[2Jgone\nsecond line");
        assert!(!report.to_text().contains('\u{1b}'));
        assert!(report.to_text().contains("gone\n    second line"));
    }

    #[test]
    fn the_command_line_error_is_one_line() {
        let text =
            "error: the following required arguments were not provided:\n  <NAME>\n\nUsage: x\n";
        assert_eq!(
            Report::of_command_line(text).message,
            "the following required arguments were not provided: <NAME>"
        );
    }
}
