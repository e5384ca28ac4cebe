//! The smoke test for another program, which wants to know whether a server works, and if not, what fails.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::time::Duration;

use tokio::time::timeout;

use crate::cli::Protocol;
use crate::commands::smoke;
use crate::console::Console;
use crate::credential::Credential;
use crate::error::{Error, Misuse};
use crate::output::{Aside, Printer, Reader, printable};
use crate::secrets::Secrets;
use crate::target::{LARGEST_ANSWER_MIB, Target};

/// The longest message that is passed on, in characters.
const LONGEST_MESSAGE: usize = 400;

/// A server to test, and a key for it.
#[derive(Debug, Clone)]
pub struct SmokeTest {
    target: Target,
    patience: Duration,
}

/// What failed. Never has the key in it, also where the server echoed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// A stable word: `check_failed`, `unreachable`, `timed_out`, `rate_limited`, `refused`, `protocol` or `usage`.
    pub kind: &'static str,
    /// What happened, without control characters, in at most 400 characters.
    pub message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl SmokeTest {
    /// A test of the server at `endpoint`, which ends within `patience`. A single call may take half of that, so that
    /// what is said of a server that never answers is which call it was. Nothing is sent yet.
    ///
    /// # Errors
    /// When endpoint or key cannot be used, or the key would travel unencrypted to another machine.
    pub fn new(endpoint: &str, key: &str, patience: Duration) -> Result<Self, Failure> {
        let target = target(endpoint, key, patience / 2).map_err(|error| of(&error.into(), &[]))?;
        Ok(Self { target, patience })
    }

    /// Runs the test once. Nothing is tried again.
    ///
    /// # Errors
    /// The first thing that is not as it should be.
    pub async fn run(&self) -> Result<(), Failure> {
        let mut unread = io::sink();
        let mut output = Printer::new(&mut unread, Reader::Nobody, Aside::default());
        let console = Console::default();
        match timeout(
            self.patience,
            smoke::run(&self.target, &console, &mut output),
        )
        .await
        {
            Ok(outcome) => outcome.map_err(|error| of(&error, &self.target.credentials)),
            Err(_) => {
                let all = Error::TimedOut {
                    step: "the smoke test".to_owned(),
                    limit: self.patience,
                    connecting: false,
                };
                Err(of(&all, &[]))
            }
        }
    }
}

fn target(endpoint: &str, key: &str, limit: Duration) -> Result<Target, Misuse> {
    let key = Credential::api_key(OsString::from(key)).map_err(Misuse::Credential)?;
    let target = Target {
        endpoint: endpoint.parse().map_err(Misuse::Endpoint)?,
        credentials: key.into_iter().collect(),
        certificates: None,
        protocol: Protocol::Auto,
        timeout: limit,
        connect_timeout: limit,
        largest_answer: LARGEST_ANSWER_MIB << 20,
        remarks: Vec::new(),
    };
    target.keep_credentials_safe()?;
    Ok(target)
}

fn of(error: &Error, credentials: &[Credential]) -> Failure {
    let mut unread = io::sink();
    let mut output = Printer::new(&mut unread, Reader::Nobody, Aside::default());
    output.conceal(Secrets::of(credentials));
    let report = output.describe(error);
    let message = printable(&report.line());
    Failure {
        kind: error.kind(),
        message: message.chars().take(LONGEST_MESSAGE).collect(),
    }
}
