//! The smoke test for another program, which wants to know whether a server works, and if not, what fails.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::time::Duration;

use crate::cli::{Format, Protocol};
use crate::commands::smoke;
use crate::error::{Error, Misuse};
use crate::output::Printer;
use crate::presented_key::PresentedKey;
use crate::target::Target;

/// The longest message that is passed on, in characters.
const LONGEST_MESSAGE: usize = 400;

/// A server to test, and a key for it.
#[derive(Debug, Clone)]
pub struct SmokeTest(Target);

/// What failed. Never has the key in it, also where the server echoed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// A stable word: `check_failed`, `unreachable`, `timed_out`, `rate_limited`, `refused`, `protocol` or `usage`.
    pub kind: &'static str,
    /// What happened, without control characters, on one line of at most 400 characters.
    pub message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl SmokeTest {
    /// A test of the server at `endpoint`. Nothing is sent yet. Each call may take half of what
    /// [`run`](Self::run) is given, so that a server that never answers is told from one that is slow everywhere.
    ///
    /// # Errors
    /// When one of the two cannot be used, or the key would travel unencrypted to another machine.
    pub fn new(endpoint: &str, key: &str, patience: Duration) -> Result<Self, Failure> {
        let target = Target::checked(
            endpoint.parse().map_err(|e| failure(&Misuse::Endpoint(e).into(), None))?,
            PresentedKey::from_variable(OsString::from(key))
                .map_err(|e| failure(&Misuse::Key(e).into(), None))?,
        );
        todo!()
    }
}
