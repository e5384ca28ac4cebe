//! Reads settings one by one and collects what is wrong with them.

use std::ops::RangeInclusive;
use std::time::Duration;

use api_keys::KeyDocument;

use super::{Config, ConfigError};

pub(super) struct Reader<'a> {
    environment: &'a dyn Fn(&str) -> Option<String>,
    problems: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(environment: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            environment,
            problems: Vec::new(),
        }
    }

    pub(super) fn finish(self, config: Config) -> Result<Config, ConfigError> {
        if self.problems.is_empty() {
            Ok(config)
        } else {
            Err(ConfigError {
                problems: self.problems,
            })
        }
    }

    pub(super) fn required(&mut self, name: &str, expected: &str) -> String {
        self.given(name).unwrap_or_else(|| {
            self.problems
                .push(format!("missing `{name}`: expected {expected}"));
            String::new()
        })
    }

    pub(super) fn seconds(
        &mut self,
        name: &str,
        range: RangeInclusive<u64>,
        default: Duration,
    ) -> Duration {
        let expected = format!(
            "a whole number of seconds from {} to {}",
            range.start(),
            range.end()
        );
        self.parsed(name, &expected, default, |text| {
            let seconds = text.parse().ok().filter(|number| range.contains(number))?;
            Some(Duration::from_secs(seconds))
        })
    }

    pub(super) fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)], default: T) -> T {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let expected = format!("one of {}", words.join(", "));
        self.parsed(name, &expected, default, |text| {
            let text = text.to_ascii_lowercase();
            choices
                .iter()
                .find(|(word, _)| *word == text)
                .map(|(_, value)| *value)
        })
    }

    /// A key document. What was given is not repeated: it may be a key in clear text.
    pub(super) fn document(&mut self, name: &str) -> KeyDocument {
        let Some(text) = self.given(name) else {
            return KeyDocument::empty();
        };
        let parsed = match text.starts_with('{') {
            true => KeyDocument::parse(&text).map_err(|error| error.to_string()),
            false => Err("it does not begin with `{`".to_owned()),
        };
        parsed.unwrap_or_else(|problem| {
            self.problems.push(format!(
                "invalid `{name}`: expected a key document: {problem}"
            ));
            KeyDocument::empty()
        })
    }

    fn parsed<T>(
        &mut self,
        name: &str,
        expected: &str,
        default: T,
        parse: impl Fn(&str) -> Option<T>,
    ) -> T {
        let Some(text) = self.given(name) else {
            return default;
        };
        parse(&text).unwrap_or_else(|| {
            self.problems.push(format!(
                "invalid `{name}`: expected {expected}, got `{text}`"
            ));
            default
        })
    }

    fn given(&self, name: &str) -> Option<String> {
        let text = (self.environment)(name)?.trim().to_owned();
        (!text.is_empty()).then_some(text)
    }
}
