//! Reads settings one by one and collects what is wrong with them.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::{Config, ConfigError, Flags};

pub(super) struct Reader<'a> {
    flags: &'a Flags,
    environment: &'a dyn Fn(&str) -> Option<String>,
    problems: Vec<String>,
}

/// A value and the name under which the user gave it.
struct Given {
    label: &'static str,
    text: String,
}

impl<'a> Reader<'a> {
    pub(super) fn new(flags: &'a Flags, environment: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            flags,
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

    pub(super) fn text(&self, name: &'static str) -> Option<String> {
        self.given(name).map(|given| given.text)
    }

    pub(super) fn parsed<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        default: T,
        parse: impl Fn(&str) -> Option<T>,
    ) -> T {
        let Some(given) = self.given(name) else {
            return default;
        };
        parse(&given.text).unwrap_or_else(|| {
            self.invalid(&given, expected);
            default
        })
    }

    pub(super) fn number<T>(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
        default: T,
    ) -> T
    where
        T: TryFrom<u64>,
    {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        self.parsed(name, &expected, default, |text| {
            let number = text.parse().ok().filter(|number| range.contains(number))?;
            T::try_from(number).ok()
        })
    }

    pub(super) fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        choices: &[(&str, T)],
        default: T,
    ) -> T {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        self.parsed(
            name,
            &format!("one of {}", words.join(", ")),
            default,
            |text| {
                let text = text.to_ascii_lowercase();
                choices
                    .iter()
                    .find(|(word, _)| *word == text)
                    .map(|(_, value)| *value)
            },
        )
    }

    pub(super) fn switch(&mut self, name: &'static str) -> bool {
        self.choice(name, &[("true", true), ("false", false)], false)
    }

    /// Values separated by commas; each that cannot be used is reported.
    pub(super) fn list<T>(&mut self, name: &'static str) -> Vec<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let Some(given) = self.given(name) else {
            return Vec::new();
        };
        let mut values = Vec::new();
        for text in given
            .text
            .split(',')
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            match text.parse::<T>() {
                Ok(value) => values.push(value),
                Err(expected) => {
                    let item = Given {
                        label: given.label,
                        text: text.to_owned(),
                    };
                    self.invalid(&item, &expected.to_string());
                }
            }
        }
        values
    }

    /// Reports a value that is well formed and still cannot be used.
    pub(super) fn refuse(&mut self, name: &'static str, why: &str) {
        let label = self.given(name).map_or(name, |given| given.label);
        self.problems.push(format!("invalid `{label}`: {why}"));
    }

    fn invalid(&mut self, given: &Given, expected: &str) {
        self.problems.push(format!(
            "invalid `{}`: expected {expected}, got `{}`",
            given.label, given.text
        ));
    }

    fn given(&self, name: &'static str) -> Option<Given> {
        let flag = match name {
            "MCP_HOST" => self.flags.host.clone().map(|text| ("--host", text)),
            "MCP_PORT" => self.flags.port.clone().map(|text| ("--port", text)),
            "MCP_ALLOW_UNAUTHENTICATED" => self
                .flags
                .allow_unauthenticated
                .then(|| ("--allow-unauthenticated", "true".to_owned())),
            _ => None,
        };
        let (label, text) = flag.or_else(|| Some((name, (self.environment)(name)?)))?;
        let text = text.trim().to_owned();
        (!text.is_empty()).then_some(Given { label, text })
    }
}
