//! The table of settings: for people as text, for programs as JSON.

use std::fmt::{self, Display, Write as _};

use serde::Serialize;

/// One setting. Serialises as an object with these fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// The environment variable.
    pub name: &'static str,
    /// The value that counts when it is not set; empty when there is none.
    pub default: &'static str,
    /// What it does, with its unit.
    pub help: &'static str,
    /// What may be set.
    pub accepts: Accepts,
    /// Whether whoever deploys a function to AWS Lambda may set it. There the stack decides where the program listens,
    /// who may call and what it is called, and the Web Adapter is the only client, with one request at a time.
    pub lambda: bool,
}

impl Setting {
    /// One row of a table, for programs everywhere.
    #[must_use]
    pub const fn new(
        name: &'static str,
        default: &'static str,
        help: &'static str,
        accepts: Accepts,
    ) -> Self {
        Self {
            name,
            default,
            help,
            accepts,
            lambda: true,
        }
    }

    /// The same row, which nobody sets for a function on Lambda.
    #[must_use]
    pub const fn not_on_lambda(self) -> Self {
        Self {
            lambda: false,
            ..self
        }
    }
}

/// What a setting accepts. Displays as what an error says was expected, and serialises as an object whose member `kind`
/// is the variant's name in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Accepts {
    /// A whole number.
    Number {
        /// The smallest.
        least: u64,
        /// The largest.
        most: u64,
    },
    /// One word of a few, in any case.
    Choice {
        /// The words.
        words: &'static [&'static str],
    },
    /// An IP address or `localhost`.
    Address,
    /// Names of hosts, each with or without a port, separated by commas.
    Hosts,
    /// Web origins (RFC 6454), separated by commas; `:*` as port admits every port.
    Origins,
    /// A name as stacks have: a letter, then up to 127 letters, digits and `-`.
    Name,
    /// The path of a file.
    File,
    /// Any text, which whoever reads it judges.
    Text,
}

impl Accepts {
    /// `true` or `false`.
    pub const SWITCH: Self = Self::choice(&["true", "false"]);

    /// A whole number from `least` to `most`.
    #[must_use]
    pub const fn number(least: u64, most: u64) -> Self {
        Self::Number { least, most }
    }

    /// One of `words`.
    #[must_use]
    pub const fn choice(words: &'static [&'static str]) -> Self {
        Self::Choice { words }
    }
}

impl Display for Accepts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number { least, most } => write!(f, "a whole number from {least} to {most}"),
            Self::Choice { words } => write!(f, "one of {}", words.join(", ")),
            Self::Address => f.write_str("an IP address or `localhost`"),
            Self::Hosts => f.write_str("host names, each with or without a port, between commas"),
            Self::Origins => f.write_str(
                "origins such as `https://app.example.com` or `http://localhost:*`, between commas",
            ),
            Self::Name => f.write_str("a letter, then up to 127 letters, digits and `-`"),
            Self::File => f.write_str("the path of a file"),
            Self::Text => f.write_str("a text"),
        }
    }
}

/// The table as `--help` shows it.
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
        let _ = writeln!(help, "  {:<28} {}", "", setting.accepts);
    }
    help
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: [Setting; 2] = [
        Setting::new("MCP_A", "1", "a size, bytes", Accepts::number(1, 9)),
        Setting::new("MCP_B", "", "a word", Accepts::SWITCH).not_on_lambda(),
    ];

    #[test]
    fn people_read_what_is_accepted_and_the_default() {
        let (gap, indent) = (" ".repeat(24), " ".repeat(31));
        assert_eq!(
            help(&TABLE),
            format!(
                "  MCP_A{gap}a size, bytes [default: 1]\n{indent}a whole number from 1 to 9\n  \
                 MCP_B{gap}a word\n{indent}one of true, false\n"
            )
        );
    }

    #[test]
    fn programs_read_the_same() {
        assert_eq!(
            serde_json::to_value(TABLE).unwrap(),
            serde_json::json!([
                {
                    "name": "MCP_A", "default": "1", "help": "a size, bytes", "lambda": true,
                    "accepts": { "kind": "number", "least": 1, "most": 9 },
                },
                {
                    "name": "MCP_B", "default": "", "help": "a word", "lambda": false,
                    "accepts": { "kind": "choice", "words": ["true", "false"] },
                },
            ])
        );
    }
}
