//! The table, or the same as JSON.

use crate::{
    pairs::{Kind, Pair},
    welch::Outcome,
};

/// |t| from which two classes are told apart, as usual for such tests: by chance about once in 100,000 times.
const THRESHOLD: f64 = 4.5;

/// Prints pairs as they come and keeps the verdict.
pub(crate) struct Report {
    json: bool,
    samples: usize,
    rows: Vec<String>,
    passed: bool,
}

impl Report {
    /// Prints the head of the table.
    pub(crate) fn begin(json: bool, samples: usize) -> Self {
        if !json {
            println!(
                "{:<58} {:>9} {:>9} {:>9} {:>9}  verdict",
                "pair", "samples", "median ns", "median ns", "|t|"
            );
        }
        Self {
            json,
            samples,
            rows: Vec::new(),
            passed: true,
        }
    }

    /// Judges one pair.
    pub(crate) fn add(&mut self, pair: &Pair, outcome: Outcome) {
        let Outcome {
            t,
            medians: [first, second],
        } = outcome;
        let apart = t >= THRESHOLD;
        let (kind, verdict, passed) = match (pair.kind, apart) {
            (Kind::Real, false) => ("real", "same", true),
            (Kind::Real, true) => ("real", "LEAK", false),
            (Kind::Leaky, true) => ("leaky", "leak seen, as it must be", true),
            (Kind::Leaky, false) => ("leaky", "LEAK NOT SEEN", false),
            (Kind::Information, false) => ("information", "same (information only)", true),
            (Kind::Information, true) => ("information", "differs (information only)", true),
        };
        self.passed &= passed;
        let (name, samples) = (pair.name, self.samples);
        if self.json {
            self.rows.push(format!(
                r#"{{"pair":"{name}","kind":"{kind}","samples":{samples},"median_ns":[{first},{second}],"t":{t:.2},"passed":{passed}}}"#
            ));
        } else {
            println!("{name:<58} {samples:>9} {first:>9.0} {second:>9.0} {t:>9.1}  {verdict}");
        }
    }

    /// Prints the end and says whether every pair is as it should be.
    pub(crate) fn finish(self) -> bool {
        if self.json {
            println!(
                r#"{{"threshold":{THRESHOLD},"passed":{},"pairs":[{}]}}"#,
                self.passed,
                self.rows.join(",")
            );
        } else {
            println!("{}", if self.passed { "passed" } else { "failed" });
        }
        self.passed
    }
}
