//! Settings, read once, one by one, with everything that is wrong with them said at once.
//!
//! The environment is a function, so tests pass a map. A flag of the command line comes before the variable that it
//! stands for.

use std::fmt::{self, Display};
use std::str::FromStr;
use std::time::Duration;

use api_keys::{without_keys_in_names, without_possible_keys};

use super::table::{Accepts, Setting};

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
    table: &'static [Setting],
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
    /// Reads the settings of `table`, from the variables that `environment` gives.
    #[must_use]
    pub fn new(table: &'static [Setting], environment: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            table,
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

    /// What `parse` makes of a setting of the table.
    pub fn parsed<T>(
        &mut self,
        name: &'static str,
        default: T,
        parse: impl Fn(&str) -> Option<T>,
    ) -> T {
        match self.accepts(name) {
            Some(accepts) => self.foreign(name, &accepts.to_string(), default, parse),
            None => self.not_in_the_table(name, default),
        }
    }

    /// What `parse` makes of a variable that somebody else names, so that it is in no table.
    pub fn foreign<T>(
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

    /// A whole number in the table's bounds.
    pub fn number<T: TryFrom<u64>>(&mut self, name: &'static str, default: T) -> T {
        let Some(Accepts::Number { least, most }) = self.accepts(name) else {
            return self.not_in_the_table(name, default);
        };
        self.parsed(name, default, |text| {
            let number = text.parse().ok()?;
            let number = (least..=most).contains(&number).then_some(number)?;
            T::try_from(number).ok()
        })
    }

    /// A whole number of milliseconds.
    pub fn milliseconds(&mut self, name: &'static str, default: Duration) -> Duration {
        let default = u64::try_from(default.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(self.number(name, default))
    }

    /// A whole number of seconds.
    pub fn seconds(&mut self, name: &'static str, default: Duration) -> Duration {
        Duration::from_secs(self.number(name, default.as_secs()))
    }

    /// One of the table's words, in any case. `choices` are the same words, and what each means.
    pub fn choice<T: Copy>(&mut self, name: &'static str, choices: &[(&str, T)], default: T) -> T {
        let known = choices.iter().map(|(word, _)| *word);
        match self.accepts(name) {
            Some(Accepts::Choice { words }) if words.iter().copied().eq(known) => {
                self.parsed(name, default, |text| meaning(choices, text))
            }
            _ => self.not_in_the_table(name, default),
        }
    }

    /// One of a few words, in any case, of a variable that somebody else names.
    pub fn foreign_choice<T: Copy>(
        &mut self,
        name: &'static str,
        choices: &[(&str, T)],
        default: T,
    ) -> T {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let expected = format!("one of {}", words.join(", "));
        self.foreign(name, &expected, default, |text| meaning(choices, text))
    }

    /// `true` or `false`; `false` by default.
    pub fn switch(&mut self, name: &'static str) -> bool {
        self.choice(name, &[("true", true), ("false", false)], false)
    }

    /// A name as stacks have; `None` when it is not set.
    pub fn name(&mut self, name: &'static str) -> Option<String> {
        self.parsed(name, None, |text| {
            let mut rest = text.bytes();
            let named = rest.next().is_some_and(|first| first.is_ascii_alphabetic())
                && rest.all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && text.len() <= 128;
            named.then(|| Some(text.to_owned()))
        })
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

    fn accepts(&self, name: &str) -> Option<Accepts> {
        let found = self.table.iter().find(|setting| setting.name == name);
        found.map(|setting| setting.accepts)
    }

    /// A mistake in the program. Reported whatever is set, so that no program with it starts.
    fn not_in_the_table<T>(&mut self, name: &str, default: T) -> T {
        self.problems.push(format!(
            "`{name}` is not in the table of settings as it is read"
        ));
        default
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

fn meaning<T: Copy>(choices: &[(&str, T)], text: &str) -> Option<T> {
    let found = choices
        .iter()
        .find(|(word, _)| text.eq_ignore_ascii_case(word));
    found.map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGIT: Accepts = Accepts::number(0, 9);

    const TABLE: &[Setting] = &[
        Setting::new("A", "", "", DIGIT),
        Setting::new("NUMBER", "", "", DIGIT),
        Setting::new("PORT", "", "", DIGIT),
        Setting::new("SIZE", "", "", DIGIT),
        Setting::new("FLAG", "", "", DIGIT),
        Setting::new("ON", "", "", Accepts::SWITCH),
        Setting::new("SWITCH", "", "", Accepts::SWITCH),
        Setting::new("NAME", "", "", Accepts::Name),
    ];

    fn reader<'a>(environment: &'a dyn Fn(&str) -> Option<String>) -> Reader<'a> {
        Reader::new(TABLE, environment)
    }

    #[test]
    fn a_flag_comes_before_its_variable_and_is_named_in_problems() {
        let environment = |_: &str| Some("2".to_owned());
        let mut reader = reader(&environment)
            .with_flag("PORT", "--port", Some("x".to_owned()))
            .with_flag("SIZE", "--size", None);
        assert_eq!(reader.number("SIZE", 1_u8), 2);
        assert_eq!(reader.number("PORT", 1_u8), 1);
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
            reader.number("NUMBER", 1_u8);
            reader.seconds("FLAG", Duration::ZERO);
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
    fn a_name_is_one_that_a_stack_can_have() {
        let longest = format!("S{}", "-".repeat(127));
        for (text, taken) in [
            ("staging-2", true),
            (&longest, true),
            (&format!("{longest}-"), false),
            ("2-staging", false),
            ("-", false),
            ("a b", false),
            ("Київ", false),
        ] {
            let environment = |_: &str| Some(text.to_owned());
            let mut reader = reader(&environment);
            let name = reader.name("NAME");
            assert_eq!(
                reader.finish(name).ok(),
                taken.then(|| Some(text.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn times_have_their_unit() {
        let environment = |_: &str| Some("7".to_owned());
        let mut reader = reader(&environment);
        let default = Duration::from_secs(1);
        assert_eq!(reader.seconds("A", default), Duration::from_secs(7));
        assert_eq!(reader.milliseconds("A", default), Duration::from_millis(7));
    }

    #[test]
    fn what_the_table_does_not_have_so_is_a_problem_even_when_it_is_not_set() {
        let environment = |_: &str| None;
        let mut reader = reader(&environment);
        reader.number("UNKNOWN", 1_u8);
        reader.number("ON", 1_u8);
        reader.choice("ON", &[("yes", true)], true);
        reader.parsed("OTHER", (), |_| Some(()));
        assert_eq!(reader.finish(()).unwrap_err().problems.len(), 4);
    }
}
