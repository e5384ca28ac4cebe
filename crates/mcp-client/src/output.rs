//! The only place that writes: results to standard output, errors to standard error.

mod content;
mod info;
pub mod keys;
mod report;
mod signature;
pub mod text;

use std::ffi::OsString;
use std::io::{self, Write};

use clap::ValueEnum;
use serde::Serialize;

pub use self::info::Info;
pub use self::report::Report;
use crate::api_key::ApiKey;
use crate::error::{Error, exit};

/// The form of results and errors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: one document on standard output, one on standard error if something failed.
    Json,
}

/// Where results and errors go.
pub struct Output<'w> {
    stdout: &'w mut dyn Write,
    stderr: &'w mut dyn Write,
    format: Format,
    secret: Option<ApiKey>,
    /// The reader of standard output went away (`| head`): there is nobody left to write for, which is no error.
    reader_gone: bool,
}

impl<'w> Output<'w> {
    /// Writes text to these two.
    pub fn new(stdout: &'w mut dyn Write, stderr: &'w mut dyn Write) -> Self {
        Self {
            stdout,
            stderr,
            format: Format::default(),
            secret: None,
            reader_gone: false,
        }
    }

    /// Changes the form.
    pub fn set_format(&mut self, format: Format) {
        self.format = format;
    }

    /// The form in use.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Blanks `key` out of every error from now on.
    pub fn conceal(&mut self, key: ApiKey) {
        self.secret = Some(key);
    }

    /// Writes a result: as a JSON document, or as the text that `render` makes of it.
    ///
    /// # Errors
    /// [`Error::Output`], unless the reader merely went away.
    pub fn show<T: Serialize>(
        &mut self,
        result: &T,
        render: impl FnOnce(&T) -> String,
    ) -> Result<(), Error> {
        match self.format {
            Format::Text => self.text(&render(result)),
            Format::Json => self.document(result),
        }
    }

    /// Writes text and ends its last line. Empty text is nothing.
    ///
    /// # Errors
    /// [`Error::Output`], unless the reader merely went away.
    pub fn text(&mut self, text: &str) -> Result<(), Error> {
        if text.is_empty() || self.reader_gone {
            return Ok(());
        }
        let end = if text.ends_with('\n') { "" } else { "\n" };
        let written = write!(self.stdout, "{text}{end}").and_then(|()| self.stdout.flush());
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.reader_gone = true;
                Ok(())
            }
            other => other.map_err(Error::Output),
        }
    }

    /// Whether the reader of standard output went away before it had everything.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        self.reader_gone
    }

    /// Writes lines to standard error that accompany a result. If that fails, the result still stands.
    pub fn remark(&mut self, lines: &str) {
        let _ = writeln!(self.stderr, "{lines}");
        let _ = self.stderr.flush();
    }

    /// Writes a JSON document.
    ///
    /// # Errors
    /// [`Error::Output`], unless the reader merely went away.
    pub fn document(&mut self, document: &impl Serialize) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(document).map_err(io::Error::from);
        self.text(&text.map_err(Error::Output)?)
    }

    /// What to say about an error, without the key.
    #[must_use]
    pub fn describe(&self, error: &Error) -> Report {
        Report::new(error).conceal(self.secret.as_ref())
    }

    /// Writes an error. If that fails too, the exit code still tells.
    pub fn report(&mut self, error: &Error) {
        let report = self.describe(error);
        self.write_report(&report);
    }

    /// Writes clap's answer to a command line that runs nothing: help and version to standard output, mistakes to
    /// standard error, in JSON if the command line asks for that.
    pub fn command_line_answer(&mut self, answer: &clap::Error, arguments: &[OsString]) -> u8 {
        let text = without_keys(answer.render().to_string(), arguments);
        if !answer.use_stderr() {
            return self.text(&text).map_or(exit::OUTPUT, |()| exit::OK);
        }
        if wants_json(arguments) {
            self.format = Format::Json;
            self.write_report(&Report::of_command_line(&text));
        } else {
            let _ = self.stderr.write_all(text.as_bytes());
        }
        exit::USAGE
    }

    fn write_report(&mut self, report: &Report) {
        let text = match self.format {
            Format::Text => report.to_text(),
            Format::Json => report.to_json(),
        };
        let _ = self.stderr.write_all(text.as_bytes());
        let _ = self.stderr.flush();
    }
}

/// `text` without the arguments that look like keys: clap repeats what it refuses.
fn without_keys(text: String, arguments: &[OsString]) -> String {
    const SHORTEST: usize = "mcp_".len() + 43;
    let words = arguments.iter().filter_map(|argument| argument.to_str());
    let keys = words.filter_map(|word| word.split_once("mcp_").filter(|_| word.len() >= SHORTEST));
    keys.fold(text, |text, (_, rest)| {
        text.replace(&format!("mcp_{rest}"), "[api key]")
    })
}

/// Whether a command line that could not be parsed asks for JSON.
fn wants_json(arguments: &[OsString]) -> bool {
    let asks = |argument: &OsString| argument == "--json" || argument == "--output=json";
    let pair = |pair: &[OsString]| matches!(pair, [a, b] if a == "--output" && b == "json");
    arguments.iter().any(asks) || arguments.windows(2).any(pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A standard output whose reader takes one line and leaves.
    struct Head(Vec<u8>);

    impl Write for Head {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0.contains(&b'\n') {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            self.0.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A full disk.
    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_leaves_is_no_error() {
        let (mut head, mut stderr) = (Head(Vec::new()), Vec::new());
        let mut output = Output::new(&mut head, &mut stderr);
        for line in ["one", "two", "three"] {
            output.text(line).unwrap();
        }
        assert_eq!(head.0, b"one\n");
    }

    #[test]
    fn a_full_disk_is_an_error() {
        let mut stderr = Vec::new();
        let mut full = Full;
        let error = Output::new(&mut full, &mut stderr).text("one").unwrap_err();
        assert_eq!(error.exit_code(), exit::OUTPUT);
    }

    #[test]
    fn the_last_line_is_ended_once() {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let mut output = Output::new(&mut stdout, &mut stderr);
        for text in ["a", "b\n", ""] {
            output.text(text).unwrap();
        }
        assert_eq!(stdout, b"a\nb\n");
    }

    #[test]
    fn a_broken_command_line_still_tells_its_format() {
        let line = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        assert!(wants_json(&line(&["mcp-client", "--json", "--nonsense"])));
        assert!(wants_json(&line(&["mcp-client", "--output", "json", "x"])));
        assert!(wants_json(&line(&["mcp-client", "--output=json", "x"])));
        assert!(!wants_json(&line(&["mcp-client", "--output", "text"])));
        assert!(!wants_json(&line(&["mcp-client", "json", "--output"])));
    }
}
