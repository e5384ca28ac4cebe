//! What is said whatever the log level: why a program does not start, or panicked where nothing contains it.
//!
//! On Lambda that is a line of JSON with the level `FATAL`, which no filter of Lambda's takes out; anywhere else it is
//! text on standard error.

use api_keys::Timestamp;
use serde_json::{Map, Value};

use crate::{output, panics};

/// Says what must be seen.
#[derive(Debug, Clone, Copy)]
pub struct Complaints {
    on_lambda: bool,
}

impl Complaints {
    /// Begins a program, by the variables that `environment` gives: from here on a panic outside a request is said, too.
    #[must_use]
    pub fn begin(environment: &dyn Fn(&str) -> Option<String>) -> Self {
        let on_lambda = environment("AWS_LAMBDA_RUNTIME_API").is_some();
        let complaints = Self { on_lambda };
        panics::install_hook_with(move |location| complaints.panicked(location));
        complaints
    }

    /// Says `problem`, one line.
    pub fn say(self, problem: &str) {
        self.say_with(problem, &[]);
    }

    /// Says `problem`, and what belongs to it, by name.
    pub fn say_with(self, problem: &str, fields: &[(&str, &str)]) {
        if self.on_lambda {
            output::stdout().line(&fatal(problem, fields));
            return;
        }
        output::stderr().line(&format!("error: {problem}"));
        for (name, value) in fields {
            output::stderr().line(&format!("{name}: {value}"));
        }
    }

    /// On Lambda never by the log, which may be off; elsewhere only where there is no log.
    fn panicked(self, location: &str) {
        if self.on_lambda || !tracing::enabled!(tracing::Level::ERROR) {
            let place = [("panic.location", location)];
            self.say_with("panicked outside a request", &place);
        } else {
            panics::log(location);
        }
    }
}

fn fatal(problem: &str, fields: &[(&str, &str)]) -> String {
    let always = [
        ("timestamp", Timestamp::now().to_string()),
        ("level", "FATAL".to_owned()),
        ("message", problem.to_owned()),
    ];
    let more = fields
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()));
    let line: Map<String, Value> = always
        .into_iter()
        .chain(more)
        .map(|(name, value)| (name.to_owned(), Value::String(value)))
        .collect();
    Value::Object(line).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fatal_line_is_one_line_that_lambda_knows() {
        let line = fatal("two\nlines", &[("hint", "a \"word\"")]);
        assert!(!line.contains('\n'), "{line}");
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(
            (&line["level"], &line["message"]),
            (&"FATAL".into(), &"two\nlines".into())
        );
        assert_eq!(line["hint"], "a \"word\"");
        let time = line["timestamp"].as_str().unwrap();
        assert!(
            time.parse::<Timestamp>().is_ok() && time.ends_with('Z'),
            "{time}"
        );
    }
}
