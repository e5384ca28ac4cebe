//! What is shown on the way, and the verdict.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use serde_json::json;

use crate::kinds::round;
use crate::load::{Tallies, Tally};
use crate::server::{Farewell, Sample};

/// Descriptors that may be open at the end and were not at the start.
const MORE_DESCRIPTORS: usize = 3;

/// Everything that the verdict rests on.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) start: Sample,
    pub(crate) after_warm_up: Sample,
    /// Once the connections of the load had closed.
    pub(crate) end: Sample,
    pub(crate) max_growth_kib: u64,
    pub(crate) kinds: BTreeMap<&'static str, Tally>,
    /// The first wrong answer of each kind.
    pub(crate) complaints: Vec<String>,
    pub(crate) farewell: Farewell,
}

impl Report {
    /// What speaks against the server, and against the soak itself.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let unexpected: u64 = self.kinds.values().map(|tally| tally.unexpected).sum();
        if unexpected > 0 {
            problems.push(format!("{unexpected} unexpected answers"));
        }
        let growth = self.growth_kib();
        if growth > self.max_growth_kib {
            let limit = self.max_growth_kib;
            problems.push(format!(
                "memory grew by {growth} KiB after the warm-up, the bound is {limit} KiB"
            ));
        }
        let (start, end) = (self.start.descriptors, self.end.descriptors);
        if end > start + MORE_DESCRIPTORS {
            problems.push(format!(
                "{end} descriptors are open, at the start there were {start}"
            ));
        }
        if self.farewell.exit_code != Some(0) {
            let code = self.farewell.exit_code;
            problems.push(format!("the server ended with {code:?} instead of 0"));
        }
        if let Some(line) = &self.farewell.log.own_error {
            problems.push(format!("the server logged {line}"));
        }
        for (_, name) in round() {
            if !self.kinds.contains_key(name)
                && !problems.iter().any(|problem| problem.ends_with(name))
            {
                problems.push(format!("too short or too slow to send: {name}"));
            }
        }
        problems
    }

    fn growth_kib(&self) -> u64 {
        self.end.rss_kib.saturating_sub(self.after_warm_up.rss_kib)
    }
}

/// Where progress and verdict are written.
pub(crate) struct Screen {
    json: bool,
}

impl Screen {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    pub(crate) fn head(&self) {
        self.progress("     time    requests  unexpected     memory  descriptors");
    }

    pub(crate) fn row(&self, elapsed: Duration, sample: Sample, tallies: &Tallies) {
        let kinds = tallies.by_kind();
        let unexpected: u64 = kinds.values().map(|tally| tally.unexpected).sum();
        let requests: u64 = unexpected + kinds.values().map(|tally| tally.expected).sum::<u64>();
        self.progress(&format!(
            "{:>7} s {requests:>11} {unexpected:>11} {:>6} KiB {:>12}",
            elapsed.as_secs(),
            sample.rss_kib,
            sample.descriptors
        ));
    }

    /// The report as a table or as JSON.
    pub(crate) fn conclude(&self, report: &Report) {
        let problems = report.problems();
        if self.json {
            let document = json!({
                "ok": problems.is_empty(),
                "problems": problems,
                "kinds": report.kinds,
                "unexpected": report.complaints,
                "start": report.start,
                "after_warm_up": report.after_warm_up,
                "end": report.end,
                "max_growth_kib": report.max_growth_kib,
                "server": report.farewell,
            });
            write(&mut io::stdout(), &document.to_string());
            return;
        }
        self.progress("");
        self.progress(&format!(
            "{:<27} {:>10} {:>11} {:>11}",
            "kind", "expected", "unexpected", "slowest"
        ));
        for (name, tally) in &report.kinds {
            self.progress(&format!(
                "{name:<27} {:>10} {:>11} {:>8} ms",
                tally.expected, tally.unexpected, tally.slowest_ms
            ));
        }
        self.progress("");
        for complaint in &report.complaints {
            self.progress(&format!("unexpected: {complaint}"));
        }
        let Report {
            start,
            after_warm_up,
            end,
            ..
        } = report;
        self.progress(&format!(
            "memory: {} KiB at the start, {} KiB after the warm-up, {} KiB at the end",
            start.rss_kib, after_warm_up.rss_kib, end.rss_kib
        ));
        self.progress(&format!(
            "descriptors: {} at the start, {} at the end",
            start.descriptors, end.descriptors
        ));
        if let Some(line) = &report.farewell.log.library_error {
            let errors = report.farewell.log.library_errors;
            self.progress(&format!(
                "libraries logged {errors} errors, the first: {line}"
            ));
        }
        for problem in &problems {
            self.progress(&format!("problem: {problem}"));
        }
        self.progress(if problems.is_empty() {
            "verdict: good"
        } else {
            "verdict: bad"
        });
    }

    fn progress(&self, line: &str) {
        if self.json {
            write(&mut io::stderr(), line);
        } else {
            write(&mut io::stdout(), line);
        }
    }
}

/// A reader that went away does not end the soak.
fn write(out: &mut impl Write, line: &str) {
    writeln!(out, "{line}").ok();
}
