//! The only place that writes: results to standard output, errors to standard error.

mod content;
mod info;
pub(crate) mod keys;
mod report;
mod signature;
pub(crate) mod text;

use std::ffi::OsString;
use std::io::{self, Write};

use api_keys::{without_generated_keys, without_possible_keys};
use serde::Serialize;

pub(crate) use self::info::Info;
pub(crate) use self::report::Report;
pub(crate) use self::text::printable;
use crate::cli::Format;
use crate::error::Error;
use crate::exit;
use crate::presented_key::PresentedKey;

/// Where results and errors go. That the reader of a result merely went away is no error.
pub struct Printer<'w> {
    stdout: &'w mut dyn Write,
    stderr: &'w mut dyn Write,
    format: Format,
    secret: Option<PresentedKey>,
    /// Nobody reads standard output, from the beginning or any more (`| head`).
    unread: bool,
}

/// Whether what is written to `stdout` is lost: it is the null device, which Rust also puts in the place of a standard
/// output that is closed, before `main` begins.
#[cfg(unix)]
pub fn is_lost(stdout: &impl std::os::fd::AsFd) -> bool {
    use std::os::unix::fs::MetadataExt;
    let Ok(null) = std::fs::metadata("/dev/null") else {
        return false;
    };
    let copy = stdout.as_fd().try_clone_to_owned().map(std::fs::File::from);
    let here = copy.and_then(|copy| copy.metadata());
    here.map_or(true, |here| here.rdev() == null.rdev() && here.rdev() != 0)
}

/// Whether what is written to `stdout` is lost, which only Unix tells.
#[cfg(not(unix))]
pub fn is_lost<T>(_stdout: &T) -> bool {
    false
}

impl<'w> Printer<'w> {
    /// Writes text to these two; `unread` if nobody reads the first.
    pub fn new(stdout: &'w mut dyn Write, stderr: &'w mut dyn Write, unread: bool) -> Self {
        Self {
            stdout,
            stderr,
            format: Format::default(),
            secret: None,
            unread,
        }
    }

    pub(crate) fn set_format(&mut self, format: Format) {
        self.format = format;
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Blanks `key` out of every error, and of what a user wrote, from now on.
    pub(crate) fn conceal(&mut self, key: PresentedKey) {
        self.secret = Some(key);
    }

    /// Writes a result: as a JSON document, or as the text that `render` makes of it.
    pub(crate) fn show<T: Serialize>(
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
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Error> {
        if text.is_empty() || self.unread {
            return Ok(());
        }
        let end = if text.ends_with('\n') { "" } else { "\n" };
        let written = write!(self.stdout, "{text}{end}").and_then(|()| self.stdout.flush());
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.unread = true;
                Ok(())
            }
            other => other.map_err(Error::Output),
        }
    }

    pub(crate) fn is_unread(&self) -> bool {
        self.unread
    }

    /// Writes lines to standard error that accompany a result. If that fails, the result still stands.
    pub(crate) fn remark(&mut self, lines: &str) {
        let _ = writeln!(self.stderr, "{lines}");
        let _ = self.stderr.flush();
    }

    pub(crate) fn document(&mut self, document: &impl Serialize) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(document).map_err(io::Error::from);
        self.text(&text.map_err(Error::Output)?)
    }

    /// What to say about an error, without the key.
    pub(crate) fn describe(&self, error: &Error) -> Report {
        Report::new(error).conceal(&|text| self.without_keys(text))
    }

    /// `text` without the key, wherever a server may have echoed it, and without whatever has the form of a key: a path
    /// or a name that a user gave may be one.
    pub(crate) fn without_keys(&self, text: &str) -> String {
        let blanked = self.secret.as_ref().map(|key| key.blank_out(text));
        without_generated_keys(blanked.as_deref().unwrap_or(text)).into_owned()
    }

    /// Writes an error. If that fails too, the exit code still tells.
    pub(crate) fn report(&mut self, error: &Error) {
        let report = self.describe(error);
        self.write_report(&report);
    }

    /// Writes clap's answer to a command line that runs nothing: help and version to standard output, mistakes to
    /// standard error, in JSON if the command line asks for that.
    pub(crate) fn command_line_answer(
        &mut self,
        answer: &clap::Error,
        arguments: &[OsString],
    ) -> u8 {
        let text = answer.render().to_string();
        if !answer.use_stderr() {
            return self.text(&text).map_or(exit::OUTPUT, |()| exit::OK);
        }
        let text = without_possible_keys(&text);
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
        let mut output = Printer::new(&mut head, &mut stderr, false);
        for line in ["one", "two", "three"] {
            output.text(line).unwrap();
        }
        assert_eq!(head.0, b"one\n");
    }

    #[test]
    fn a_full_disk_is_an_error() {
        let mut stderr = Vec::new();
        let mut full = Full;
        let error = Printer::new(&mut full, &mut stderr, false)
            .text("one")
            .unwrap_err();
        assert_eq!(error.exit_code(), exit::OUTPUT);
    }

    #[test]
    fn the_last_line_is_ended_once() {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let mut output = Printer::new(&mut stdout, &mut stderr, false);
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
