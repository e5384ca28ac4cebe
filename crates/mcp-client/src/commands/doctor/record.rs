//! The steps in their order, and what is known of each.

use std::time::Instant;

use serde::Serialize;

pub(super) use super::finding::Trouble;
use super::finding::{Finding, line, to_text};
pub(super) use super::step::Step;
use super::step::{STEPS, Status};
use crate::cli::Format;
use crate::error::Error;
use crate::exit;
use crate::output::Printer;

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
        let finding = self.finding(step, status, detail, trouble);
        if self.output.format() == Format::Text {
            self.output.text(&to_text(&finding))?;
        }
        self.findings.push(finding);
        self.since = Instant::now();
        Ok(())
    }

    fn finding(
        &self,
        step: Step,
        status: Status,
        detail: &str,
        trouble: Option<&Trouble>,
    ) -> Finding {
        // Cut in two, a key would not be known any more.
        let shown = |text: &str| line(&self.output.without_keys(text));
        let duration = self.since.elapsed().as_micros() as f64 / 1000.0;
        Finding {
            name: step.name(),
            status,
            detail: shown(detail),
            cause: trouble.map(|trouble| shown(&trouble.cause)),
            fix: trouble.map(|trouble| shown(&trouble.fix)),
            duration_ms: (status != Status::Skipped).then_some(duration),
            class: trouble.map_or(("", exit::OK), |trouble| trouble.class),
        }
    }

    /// What comes after the step that failed: to people it is one line.
    fn not_judged(&mut self, failed: &str) -> Result<(), Error> {
        let judged = |name| self.findings.iter().any(|finding| finding.name == name);
        let rest: Vec<_> = STEPS.iter().filter(|(_, name)| !judged(*name)).collect();
        let reason = format!("not judged: `{failed}` comes before it");
        for (step, _) in &rest {
            let finding = self.finding(*step, Status::Skipped, &reason, None);
            self.findings.push(finding);
        }
        if self.output.format() == Format::Json || rest.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = rest.iter().map(|(_, name)| *name).collect();
        let names = names.join(", ");
        self.output.text(&format!(
            "- not judged, as `{failed}` comes before: {names}"
        ))
    }

    /// Says what was not judged, and the verdict.
    ///
    /// # Errors
    /// [`Error::Unwell`] when a step failed.
    pub(super) fn end(mut self) -> Result<(), Error> {
        let failed = self.find(Status::Failed).map(|failed| failed.name);
        if let Some(failed) = failed {
            self.not_judged(failed)?;
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
