//! What is known of one step.

use serde::Serialize;

use super::step::Status;
use crate::error::Error;
use crate::exit;
use crate::output::printable;

/// The longest text about a step, in characters.
const LONGEST: usize = 400;
const WIDTH: usize = 10;

#[derive(Debug, Serialize)]
pub(super) struct Finding {
    pub(super) name: &'static str,
    pub(super) status: Status,
    pub(super) detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cause: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fix: Option<String>,
    /// Milliseconds, to the microsecond.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration_ms: Option<f64>,
    #[serde(skip)]
    pub(super) class: (&'static str, u8),
}

/// What is wrong, and what to do.
pub(super) struct Trouble {
    pub(super) detail: String,
    pub(super) cause: String,
    pub(super) fix: String,
    pub(super) class: (&'static str, u8),
}

impl Trouble {
    /// As the error says it, with its hint for what to do.
    pub(super) fn of(error: &Error) -> Self {
        let causes = error.causes();
        let headline = error.to_string();
        Self {
            // What is below tells more than that something is unreachable.
            detail: causes.last().cloned().unwrap_or(headline.clone()),
            cause: std::iter::once(headline)
                .chain(causes)
                .collect::<Vec<_>>()
                .join(": "),
            fix: error.hint().into_owned(),
            class: error.class(),
        }
    }

    /// The protocol is not kept.
    pub(super) fn of_protocol(detail: &str, cause: &str, fix: &str) -> Self {
        Self {
            detail: detail.to_owned(),
            cause: cause.to_owned(),
            fix: fix.to_owned(),
            class: ("protocol", exit::PROTOCOL),
        }
    }
}

/// `text` on one line, of a bounded length.
pub(super) fn line(text: &str) -> String {
    let text = printable(text);
    let words: Vec<_> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(LONGEST) {
        None => line,
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
    }
}

pub(super) fn to_text(finding: &Finding) -> String {
    let Finding { name, detail, .. } = finding;
    let mut text = format!("{} {name:<WIDTH$}  {detail}", finding.status.mark());
    let about = [("cause", &finding.cause), ("fix", &finding.fix)];
    for (label, said) in about {
        if let Some(said) = said.as_ref().filter(|said| *said != detail) {
            text.push_str(&format!("\n  {:<WIDTH$}  {label}: {said}", ""));
        }
    }
    text
}
