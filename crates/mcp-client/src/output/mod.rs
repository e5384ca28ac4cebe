//! The only place that writes: results to standard output, errors and whatever happens meanwhile to standard error.

mod aside;
mod content;
mod info;
mod json;
pub(crate) mod keys;
mod messages;
mod report;
pub(crate) mod save;
mod signature;
pub(crate) mod text;
pub(crate) mod tool;

use std::ffi::OsString;
use std::io::{self, Write};

use api_keys::{without_generated_keys, without_possible_keys};
use serde::Serialize;

pub use self::aside::Aside;
pub(crate) use self::info::Info;
use self::json::{Style, restyled};
pub(crate) use self::messages::Messages;
pub(crate) use self::report::Report;
pub(crate) use self::text::{hanging, printable};
use crate::cli::Format;
use crate::error::Error;
use crate::exit;
use crate::secrets::Secrets;

/// Where results and errors go. That the reader of a result merely went away is no error.
pub struct Printer<'w> {
    stdout: &'w mut dyn Write,
    reader: Reader,
    /// Whether help is coloured.
    styled: bool,
    aside: Aside,
    format: Format,
    secrets: Secrets,
}

/// Who reads standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A person: nothing that a server wrote may steer the terminal.
    Terminal,
    /// A program, which gets exactly what came.
    Program,
    /// Nobody, from the beginning or any more (`| head`).
    Nobody,
}

impl Reader {
    /// Who reads `stdout`.
    pub fn of(stdout: &io::Stdout) -> Self {
        use io::IsTerminal;
        match (is_lost(stdout), stdout.is_terminal()) {
            (true, _) => Self::Nobody,
            (false, true) => Self::Terminal,
            (false, false) => Self::Program,
        }
    }
}

/// Whether what is written to `stdout` is lost: it is the null device, which Rust also puts in the place of a standard
/// output that is closed, before `main` begins.
#[cfg(unix)]
fn is_lost(stdout: &impl std::os::fd::AsFd) -> bool {
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
fn is_lost<T>(_stdout: &T) -> bool {
    false
}

impl<'w> Printer<'w> {
    /// Writes results to `stdout`, which `reader` reads, and all else to `aside`.
    pub fn new(stdout: &'w mut dyn Write, reader: Reader, aside: Aside) -> Self {
        Self {
            stdout,
            reader,
            styled: false,
            aside,
            format: Format::default(),
            secrets: Secrets::default(),
        }
    }

    /// The same with colours in help, or without.
    pub fn styled(self, styled: bool) -> Self {
        Self { styled, ..self }
    }

    pub(crate) fn set_format(&mut self, format: Format) {
        self.format = format;
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    pub(crate) fn aside(&self) -> &Aside {
        &self.aside
    }

    /// Blanks these out of everything, from now on.
    pub(crate) fn conceal(&mut self, secrets: Secrets) {
        self.aside.conceal(secrets.clone());
        self.secrets = secrets;
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
        let text = self.secrets.conceal(text);
        match self.reader {
            Reader::Terminal => self.write(&printable(&text)),
            Reader::Program | Reader::Nobody => self.write(&text),
        }
    }

    fn write(&mut self, text: &str) -> Result<(), Error> {
        if text.is_empty() || self.is_unread() {
            return Ok(());
        }
        let end = if text.ends_with('\n') { "" } else { "\n" };
        let written = write!(self.stdout, "{text}{end}").and_then(|()| self.stdout.flush());
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.reader = Reader::Nobody;
                Ok(())
            }
            other => other.map_err(Error::Output),
        }
    }

    pub(crate) fn is_unread(&self) -> bool {
        self.reader == Reader::Nobody
    }

    /// Writes a JSON document, in which numbers, members and strings are what `document` says, to the character.
    pub(crate) fn document(&mut self, document: &impl Serialize) -> Result<(), Error> {
        let text = serde_json::to_string(document).map_err(io::Error::from);
        let text = self.restyled(&text.map_err(Error::Output)?, true);
        self.write(&text)
    }

    /// JSON without line breaks, as it may be shown.
    pub(crate) fn one_line(&self, json: &str) -> String {
        self.restyled(json, false)
    }

    fn restyled(&self, json: &str, indented: bool) -> String {
        let style = Style {
            indented,
            for_terminal: self.reader == Reader::Terminal,
            secrets: &self.secrets,
        };
        restyled(json, style)
    }

    /// What to say about an error, without secrets.
    pub(crate) fn describe(&self, error: &Error) -> Report {
        Report::new(error).conceal(&|text| self.without_keys(text))
    }

    /// `text` without secrets, wherever a server may have echoed them, and without whatever has the form of a key: a
    /// path or a name that a user gave may be one.
    pub(crate) fn without_keys(&self, text: &str) -> String {
        without_generated_keys(&self.secrets.conceal(text)).into_owned()
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
        if !answer.use_stderr() {
            let text = answer.render();
            let text = match self.styled {
                true => text.ansi().to_string(),
                false => text.to_string(),
            };
            return self.write(&text).map_or(exit::OUTPUT, |()| exit::OK);
        }
        let mut text = without_possible_keys(&answer.render().to_string());
        if text.contains("unexpected argument 'http") {
            text.push_str("\nThe URL goes before the command: mcp-client URL tools list\n");
        }
        if wants_json(arguments) {
            self.format = Format::Json;
            self.write_report(&Report::of_command_line(&text));
        } else {
            self.aside.raw(&text);
        }
        exit::USAGE
    }

    fn write_report(&mut self, report: &Report) {
        let text = match self.format {
            Format::Text => report.to_text(),
            Format::Json => report.to_json(),
        };
        self.aside.line(text.trim_end_matches('\n'));
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
        let mut head = Head(Vec::new());
        let mut output = Printer::new(&mut head, Reader::Program, Aside::default());
        for line in ["one", "two", "three"] {
            output.text(line).unwrap();
        }
        assert_eq!(head.0, b"one\n");
    }

    #[test]
    fn a_full_disk_is_an_error() {
        let mut full = Full;
        let error = Printer::new(&mut full, Reader::Program, Aside::default())
            .text("one")
            .unwrap_err();
        assert_eq!(error.exit_code(), exit::OUTPUT);
    }

    #[test]
    fn the_last_line_is_ended_once() {
        let mut stdout = Vec::new();
        let mut output = Printer::new(&mut stdout, Reader::Program, Aside::default());
        for text in ["a", "b\n", ""] {
            output.text(text).unwrap();
        }
        assert_eq!(stdout, b"a\nb\n");
    }

    #[test]
    fn a_terminal_is_not_steered_and_a_program_gets_what_came() {
        let text = "\u{1b}]0;title\u{7}\u{202e}x";
        for (reader, expected) in [
            (
                Reader::Terminal,
                "\u{fffd}]0;title\u{fffd}\u{fffd}x\n".to_owned(),
            ),
            (Reader::Program, format!("{text}\n")),
        ] {
            let mut stdout = Vec::new();
            let mut output = Printer::new(&mut stdout, reader, Aside::default());
            output.text(text).unwrap();
            assert_eq!(String::from_utf8(stdout).unwrap(), expected);
        }
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
