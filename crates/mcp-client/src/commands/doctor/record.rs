//! The steps in their order, and what is known of each.

use std::time::Instant;

use serde::Serialize;

use crate::cli::Format;
use crate::error::Error;
use crate::exit;
use crate::output::{Printer, printable};

/// The longest text about a step, in characters.
const LONGEST: usize = 400;
const WIDTH: usize = 10;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Step {
    Proxy,
    Dns,
    Connection,
    Tls,
    Http,
    Redirect,
    Route,
    Key,
    Host,
    Answer,
    Origin,
    Accept,
    Era,
    Server,
    Lists,
    Schemas,
    Call,
    Latency,
}

/// In the order in which they are judged and shown.
const STEPS: [(Step, &str); 18] = [
    (Step::Proxy, "proxy"),
    (Step::Dns, "dns"),
    (Step::Connection, "connection"),
    (Step::Tls, "tls"),
    (Step::Http, "http"),
    (Step::Redirect, "redirect"),
    (Step::Route, "route"),
    (Step::Key, "key"),
    (Step::Host, "host"),
    (Step::Answer, "answer"),
    (Step::Origin, "origin"),
    (Step::Accept, "accept"),
    (Step::Era, "era"),
    (Step::Server, "server"),
    (Step::Lists, "lists"),
    (Step::Schemas, "schemas"),
    (Step::Call, "call"),
    (Step::Latency, "latency"),
];

impl Step {
    fn name(self) -> &'static str {
        let found = STEPS.iter().find(|(step, _)| *step == self);
        found.map_or("", |(_, name)| name)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Warning,
    Failed,
    Skipped,
}

impl Status {
    fn mark(self) -> char {
        match self {
            Self::Ok => '✓',
            Self::Warning => '!',
            Self::Failed => '✗',
            Self::Skipped => '-',
        }
    }
}

#[derive(Debug, Serialize)]
struct Finding {
    name: &'static str,
    status: Status,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
    /// Milliseconds, to the microsecond.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<f64>,
    #[serde(skip)]
    class: (&'static str, u8),
}

/// Why nothing more is looked at.
#[derive(Debug)]
pub(super) enum Stop {
    /// A step failed, and that is recorded.
    Failed,
    /// Nothing about the server: interrupted, or the output cannot be written.
    Error(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
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

/// Writes each step when it is known, in text, and all of them at the end, in JSON.
pub(super) struct Record<'o, 'w> {
    output: &'o mut Printer<'w>,
    endpoint: String,
    findings: Vec<Finding>,
    since: Instant,
}

#[derive(Serialize)]
struct Document<'a> {
    endpoint: &'a str,
    ok: bool,
    steps: &'a [Finding],
}

impl<'o, 'w> Record<'o, 'w> {
    pub(super) fn begin(output: &'o mut Printer<'w>, endpoint: &str) -> Self {
        let endpoint = output.without_keys(endpoint);
        Self {
            output,
            endpoint,
            findings: Vec::new(),
            since: Instant::now(),
        }
    }

    pub(super) fn ok(&mut self, step: Step, detail: &str) -> Result<(), Stop> {
        self.add(step, Status::Ok, detail, None)
    }

    pub(super) fn skipped(&mut self, step: Step, reason: &str) -> Result<(), Stop> {
        self.add(step, Status::Skipped, reason, None)
    }

    pub(super) fn warning(&mut self, step: Step, trouble: &Trouble) -> Result<(), Stop> {
        self.add(step, Status::Warning, &trouble.detail, Some(trouble))
    }

    /// Records what ends the way, and says so to whoever goes it.
    pub(super) fn failed<T>(&mut self, step: Step, trouble: &Trouble) -> Result<T, Stop> {
        self.add(step, Status::Failed, &trouble.detail, Some(trouble))?;
        Err(Stop::Failed)
    }

    /// The same for an error that is not about what was done with it.
    pub(super) fn error<T>(&mut self, step: Step, error: Error) -> Result<T, Stop> {
        match error {
            Error::Interrupted => Err(Stop::Error(error)),
            error => self.failed(step, &Trouble::of(&error)),
        }
    }

    fn add(
        &mut self,
        step: Step,
        status: Status,
        detail: &str,
        trouble: Option<&Trouble>,
    ) -> Result<(), Stop> {
        let shown = |text: &str| self.output.without_keys(&line(text));
        let duration = self.since.elapsed().as_micros() as f64 / 1000.0;
        let finding = Finding {
            name: step.name(),
            status,
            detail: shown(detail),
            cause: trouble.map(|trouble| shown(&trouble.cause)),
            fix: trouble.map(|trouble| shown(&trouble.fix)),
            duration_ms: (status != Status::Skipped).then_some(duration),
            class: trouble.map_or(("", exit::OK), |trouble| trouble.class),
        };
        if self.output.format() == Format::Text {
            self.output.text(&to_text(&finding))?;
        }
        self.findings.push(finding);
        self.since = Instant::now();
        Ok(())
    }

    /// Says what was not judged, and the verdict.
    ///
    /// # Errors
    /// [`Error::Unwell`] when a step failed.
    pub(super) fn end(mut self) -> Result<(), Error> {
        let failed = self.find(Status::Failed).map(|failed| failed.name);
        if let Some(failed) = failed {
            for (step, name) in STEPS {
                if !self.findings.iter().any(|finding| finding.name == name) {
                    let reason = format!("not judged: `{failed}` comes before it");
                    if let Err(Stop::Error(error)) = self.skipped(step, &reason) {
                        return Err(error);
                    }
                }
            }
        }
        match self.output.format() {
            Format::Text => self.output.text(&format!("\n{}", self.verdict()))?,
            Format::Json => self.output.document(&Document {
                endpoint: &self.endpoint,
                ok: failed.is_none(),
                steps: &self.findings,
            })?,
        }
        match self.find(Status::Failed) {
            None => Ok(()),
            Some(failed) => Err(Error::Unwell {
                step: failed.name,
                cause: failed.cause.clone().unwrap_or_default(),
                fix: failed.fix.clone().unwrap_or_default(),
                class: failed.class,
            }),
        }
    }

    fn find(&self, status: Status) -> Option<&Finding> {
        self.findings
            .iter()
            .find(|finding| finding.status == status)
    }

    fn verdict(&self) -> String {
        let endpoint = &self.endpoint;
        if let Some(failed) = self.find(Status::Failed) {
            let fix = failed.fix.as_deref().unwrap_or_default();
            return format!(
                "{endpoint} does not work ({}): {}; {fix}",
                failed.name, failed.detail
            );
        }
        let warned = self
            .findings
            .iter()
            .filter(|finding| finding.status == Status::Warning);
        let warned: Vec<_> = warned
            .map(|finding| format!("`{}`", finding.name))
            .collect();
        match warned.is_empty() {
            true => format!("{endpoint} works"),
            false => format!("{endpoint} works; look at {}", warned.join(", ")),
        }
    }
}

/// `text` on one line, of a bounded length.
fn line(text: &str) -> String {
    let text = printable(text);
    let words: Vec<_> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(LONGEST) {
        None => line,
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
    }
}

fn to_text(finding: &Finding) -> String {
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
