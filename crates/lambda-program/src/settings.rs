//! Settings: read once, one by one, with everything that is wrong with them said at once.
//!
//! The environment is a function, so tests pass a map. A flag of the command line comes before the variable that it
//! stands for.
//!
//! ```
//! use lambda_program::settings::Reader;
//!
//! let environment = |name: &str| (name == "MCP_PORT").then(|| "80800".to_owned());
//! let mut reader = Reader::new(&environment);
//! let port: u16 = reader.number("MCP_PORT", 0..=65_535, 8080);
//! let error = reader.finish(port).unwrap_err();
//! assert_eq!(error.to_string(), "invalid `MCP_PORT`: expected a whole number from 0 to 65535, got `80800`");
//! ```

use std::fmt::{self, Display, Write as _};
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use api_keys::{without_keys_in_names, without_possible_keys};

/// One setting, as people read of it: `--help` is made of tables of these, and tests compare documents and defaults
/// with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The environment variable.
    pub name: &'static str,
    /// The value that counts when it is not set; empty when there is none.
    pub default: &'static str,
    /// What it does, with its unit.
    pub help: &'static str,
}

impl Setting {
    /// One row of a table.
    #[must_use]
    pub const fn new(name: &'static str, default: &'static str, help: &'static str) -> Self {
        Self {
            name,
            default,
            help,
        }
    }
}

/// The table as `--help` shows it, a line each.
#[must_use]
pub fn help(table: &[Setting]) -> String {
    let mut help = String::new();
    for setting in table {
        let default = match setting.default {
            "" => String::new(),
            default => format!(" [default: {default}]"),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(help, "  {:<28} {}{default}", setting.name, setting.help);
    }
    help
}

/// Every setting that cannot be used, one line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// One line per problem: the setting, what was expected, what was there.
    pub problems: Vec<String>,
}

impl Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("\n"))
    }
}

impl std::error::Error for ConfigError {}

/// Reads settings one by one and collects what is wrong with them.
pub struct Reader<'a> {
    environment: &'a dyn Fn(&str) -> Option<String>,
    flags: Vec<Flag>,
    problems: Vec<String>,
}

struct Flag {
    variable: &'static str,
    label: &'static str,
    text: String,
}

/// A value and the name under which the user gave it.
struct Given {
    label: &'static str,
    text: String,
}

impl<'a> Reader<'a> {
    /// Reads the variables that `environment` gives.
    #[must_use]
    pub fn new(environment: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            environment,
            flags: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Takes `text`, if there is any, for the setting `variable`. Problems with it name the flag `label`.
    #[must_use]
    pub fn with_flag(
        mut self,
        variable: &'static str,
        label: &'static str,
        text: Option<String>,
    ) -> Self {
        self.flags.extend(text.map(|text| Flag {
            variable,
            label,
            text,
        }));
        self
    }

    /// `config`, if there was nothing to complain of.
    ///
    /// # Errors
    /// All settings with an unusable value, together.
    pub fn finish<T>(self, config: T) -> Result<T, ConfigError> {
        match self.problems.is_empty() {
            true => Ok(config),
            false => Err(ConfigError {
                problems: self.problems,
            }),
        }
    }

    /// The text without white space around it; `None` when nothing is left.
    #[must_use]
    pub fn text(&self, name: &'static str) -> Option<String> {
        self.given(name).map(|given| given.text)
    }

    /// A text that must be there; empty when it is not.
    pub fn required(&mut self, name: &'static str, expected: &str) -> String {
        self.text(name).unwrap_or_else(|| {
            self.problems
                .push(format!("missing `{name}`: expected {expected}"));
            String::new()
        })
    }

    /// What `parse` makes of the text.
    pub fn parsed<T>(
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
            self.invalid(given.label, expected, &without_possible_keys(&given.text));
            default
        })
    }

    /// A whole number in `range`.
    pub fn number<T: TryFrom<u64>>(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
        default: T,
    ) -> T {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        self.parsed(name, &expected, default, |text| {
            let number = text.parse().ok().filter(|number| range.contains(number))?;
            T::try_from(number).ok()
        })
    }

    /// A whole number of milliseconds in `range`.
    pub fn milliseconds(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
        default: Duration,
    ) -> Duration {
        let default = u64::try_from(default.as_millis()).unwrap_or(*range.end());
        Duration::from_millis(self.number(name, range, default))
    }

    /// A whole number of seconds in `range`.
    pub fn seconds(
        &mut self,
        name: &'static str,
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

    /// One of a few words, in any case.
    pub fn choice<T: Copy>(&mut self, name: &'static str, choices: &[(&str, T)], default: T) -> T {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let expected = format!("one of {}", words.join(", "));
        self.parsed(name, &expected, default, |text| {
            let word = |(word, _): &&(&str, T)| text.eq_ignore_ascii_case(word);
            choices.iter().find(word).map(|(_, value)| *value)
        })
    }

    /// `true` or `false`; `false` by default.
    pub fn switch(&mut self, name: &'static str) -> bool {
        self.choice(name, &[("true", true), ("false", false)], false)
    }

    /// Values separated by commas; each that cannot be used is reported, by its error's text.
    pub fn list<T>(&mut self, name: &'static str) -> Vec<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let Some(Given { label, text }) = self.given(name) else {
            return Vec::new();
        };
        let items = text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty());
        items
            .filter_map(|item| {
                let refuse = |expected: T::Err| {
                    self.invalid(label, &expected.to_string(), &without_keys_in_names(item));
                };
                item.parse().map_err(refuse).ok()
            })
            .collect()
    }

    /// Reports a value that is well formed and still cannot be used, or that must not be repeated.
    pub fn refuse(&mut self, name: &'static str, why: &str) {
        let label = self.given(name).map_or(name, |given| given.label);
        self.problems.push(format!("invalid `{label}`: {why}"));
    }

    /// `got` is what was given, without what could be a key.
    fn invalid(&mut self, label: &str, expected: &str, got: &str) {
        self.problems.push(format!(
            "invalid `{label}`: expected {expected}, got `{got}`"
        ));
    }

    fn given(&self, name: &'static str) -> Option<Given> {
        let flag = self.flags.iter().find(|flag| flag.variable == name);
        let (label, text) = match flag {
            Some(flag) => (flag.label, flag.text.clone()),
            None => (name, (self.environment)(name)?),
        };
        let text = text.trim().to_owned();
        (!text.is_empty()).then_some(Given { label, text })
    }
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader<'a>(environment: &'a dyn Fn(&str) -> Option<String>) -> Reader<'a> {
        Reader::new(environment)
    }

    #[test]
    fn a_flag_comes_before_its_variable_and_is_named_in_problems() {
        let environment = |_: &str| Some("2".to_owned());
        let mut reader = reader(&environment)
            .with_flag("PORT", "--port", Some("x".to_owned()))
            .with_flag("SIZE", "--size", None);
        assert_eq!(reader.number("SIZE", 0..=9, 1_u8), 2);
        assert_eq!(reader.number("PORT", 0..=9, 1_u8), 1);
        reader.refuse("PORT", "it is taken");
        assert_eq!(
            reader.finish(()).unwrap_err().problems,
            [
                "invalid `--port`: expected a whole number from 0 to 9, got `x`",
                "invalid `--port`: it is taken"
            ]
        );
    }

    #[test]
    fn an_empty_value_is_no_value_and_a_required_one_is_missed() {
        let environment = |name: &str| (name != "A").then(|| " \t".to_owned());
        let mut reader = reader(&environment);
        assert_eq!((reader.text("A"), reader.text("B")), (None, None));
        assert_eq!(reader.required("B", "a word"), "");
        assert_eq!(
            reader.finish(()).unwrap_err().to_string(),
            "missing `B`: expected a word"
        );
    }

    #[test]
    fn words_have_any_case_and_each_item_of_a_list_is_judged() {
        let environment =
            |name: &str| Some(if name == "ON" { "TRUE" } else { "1, x,,2" }.to_owned());
        let mut reader = reader(&environment);
        assert!(reader.switch("ON"));
        assert_eq!(reader.list::<u8>("LIST"), [1, 2]);
        assert_eq!(
            reader.finish(()).unwrap_err().problems,
            ["invalid `LIST`: expected invalid digit found in string, got `x`"]
        );
    }

    #[test]
    fn what_could_be_a_key_is_not_repeated() {
        let generated = format!("mcp_ci_{}_777777", "7".repeat(43));
        for key in [generated, "7".repeat(32)] {
            let list = format!("{key}, https://{key}.example.com");
            let environment = |name: &str| Some(if name == "LIST" { &list } else { &key }.clone());
            let mut reader = reader(&environment).with_flag("FLAG", "--flag", Some(key.clone()));
            reader.number("NUMBER", 0..=9, 1_u8);
            reader.seconds("FLAG", 0..=9, Duration::ZERO);
            reader.switch("SWITCH");
            reader.list::<u8>("LIST");
            let error = reader.finish(()).unwrap_err();
            assert_eq!(error.problems.len(), 5);
            assert!(!error.to_string().contains("777777"), "{error}");
        }
    }

    #[test]
    fn names_are_repeated_however_long() {
        let origin = "https://inspector.tools.example.com/with/a/path";
        let environment = |_: &str| Some(origin.to_owned());
        let mut reader = reader(&environment);
        reader.list::<u8>("LIST");
        let error = reader.finish(()).unwrap_err().to_string();
        assert!(error.ends_with(&format!("got `{origin}`")), "{error}");
    }

    #[test]
    fn times_have_their_unit() {
        let environment = |_: &str| Some("7".to_owned());
        let mut reader = reader(&environment);
        let default = Duration::from_secs(1);
        assert_eq!(reader.seconds("A", 0..=9, default), Duration::from_secs(7));
        assert_eq!(
            reader.milliseconds("A", 0..=9, default),
            Duration::from_millis(7)
        );
    }

    #[test]
    fn a_table_is_shown_with_its_defaults() {
        let table = [
            Setting::new("MCP_A", "1", "a number"),
            Setting::new("MCP_B", "", "a word"),
        ];
        let gap = " ".repeat(24);
        assert_eq!(
            help(&table),
            format!("  MCP_A{gap}a number [default: 1]\n  MCP_B{gap}a word\n")
        );
    }
}
