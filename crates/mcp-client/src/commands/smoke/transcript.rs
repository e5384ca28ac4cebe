//! The record of a smoke test: as text line by line while it runs, as JSON in one document at its end.

use std::fmt;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::checks::{Verdict, Wrong};
use crate::cli::Format;
use crate::error::Error;
use crate::output::{Printer, Report};
use crate::reply::Reply;
use crate::session::Session;

/// One step, as the JSON document has it.
#[derive(Debug, Serialize)]
struct Step {
    name: &'static str,
    ok: bool,
    /// Milliseconds, to the microsecond.
    duration_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<Reply>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Report>,
}

/// The JSON document.
#[derive(Debug, Serialize)]
struct Summary<'a> {
    endpoint: &'a str,
    ok: bool,
    steps: &'a [Step],
}

pub(super) struct Transcript<'o, 'w> {
    output: &'o mut Printer<'w>,
    endpoint: String,
    steps: Vec<Step>,
}

impl<'o, 'w> Transcript<'o, 'w> {
    pub(super) fn begin(output: &'o mut Printer<'w>, endpoint: &str) -> Result<Self, Error> {
        let endpoint = output.without_keys(endpoint);
        let connecting = format!("Connecting ENDPOINT_URL={endpoint}");
        let mut transcript = Self {
            output,
            endpoint,
            steps: Vec::new(),
        };
        transcript.line(format_args!("{connecting}"))?;
        Ok(transcript)
    }

    /// Runs the step that opens the session.
    pub(super) async fn connect<'t>(
        &mut self,
        connecting: impl Future<Output = Result<Session<'t>, Error>>,
    ) -> Result<Session<'t>, Error> {
        let (outcome, duration) = timed(connecting).await;
        self.record("connect", duration, None, outcome.as_ref().err());
        let session = outcome?;
        self.line(format_args!("connected"))?;
        Ok(session)
    }

    /// Runs a step with an answer: prints the answer, then checks it.
    pub(super) async fn step(
        &mut self,
        name: &'static str,
        asking: impl Future<Output = Result<Reply, Error>>,
        check: fn(&Reply) -> Verdict,
    ) -> Result<(), Error> {
        let (outcome, duration) = timed(asking).await;
        let response = outcome.as_ref().ok().cloned();
        if let Some(response) = &response {
            let response = self.output.one_line(response.json());
            self.line(format_args!("{name} response: {response}"))?;
        }
        let outcome = outcome.and_then(|answer| {
            check(&answer).map_err(|Wrong { expected, found }| Error::CheckFailed {
                check: name,
                expected,
                found,
            })
        });
        self.record(name, duration, response, outcome.as_ref().err());
        outcome
    }

    /// Writes the JSON document, if that is the format, and passes the outcome on.
    pub(super) fn end(self, outcome: Result<(), Error>) -> Result<(), Error> {
        if self.output.format() == Format::Json {
            self.output.document(&Summary {
                endpoint: &self.endpoint,
                ok: outcome.is_ok(),
                steps: &self.steps,
            })?;
        }
        outcome
    }

    fn line(&mut self, line: fmt::Arguments<'_>) -> Result<(), Error> {
        match self.output.format() {
            Format::Text => self.output.text(&line.to_string()),
            Format::Json => Ok(()),
        }
    }

    fn record(
        &mut self,
        name: &'static str,
        duration: Duration,
        response: Option<Reply>,
        error: Option<&Error>,
    ) {
        let error = error.map(|error| self.output.describe(error));
        self.steps.push(Step {
            name,
            ok: error.is_none(),
            duration_ms: duration.as_micros() as f64 / 1000.0,
            response,
            error,
        });
    }
}

async fn timed<T>(future: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    (future.await, start.elapsed())
}
