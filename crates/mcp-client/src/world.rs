//! Everything the program takes from its process, so that a caller can replace it.

use std::ffi::OsString;
use std::io::Read;

use api_keys::Timestamp;

use crate::clients::{Machine, System};
use crate::output::Printer;

/// The process as the commands see it.
pub struct World<'w> {
    /// The command line, the program's name first.
    pub arguments: Vec<OsString>,
    /// The environment, by the name of a variable.
    pub variable: &'w dyn Fn(&str) -> Option<OsString>,
    /// The time.
    pub clock: &'w dyn Fn() -> Timestamp,
    /// Read by `--json-args -` and `keys check`.
    pub stdin: &'w mut dyn Read,
    /// Whether somebody can be asked: standard input and standard error are a terminal.
    pub interactive: bool,
    /// Results and errors.
    pub output: Printer<'w>,
}

impl<'w> World<'w> {
    /// A variable's value; unset and empty are the same.
    pub(crate) fn set(&self, name: &str) -> Option<OsString> {
        (self.variable)(name).filter(|value| !value.is_empty())
    }

    /// Where the configurations of MCP clients are.
    pub(crate) fn machine(&self) -> Machine<'w> {
        Machine {
            system: System::this(),
            variable: self.variable,
            here: std::env::current_dir().unwrap_or_default(),
        }
    }
}
