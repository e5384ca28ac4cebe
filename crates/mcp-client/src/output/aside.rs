//! Standard error, for all that happens beside a result: shared, so that whatever runs meanwhile can write too.

use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anstyle::{AnsiColor, Style};

use super::text::printable;
use crate::secrets::Secrets;

/// Writes lines to standard error, without secrets and without anything that steers a terminal. That it cannot be
/// written changes no outcome.
#[derive(Clone)]
pub struct Aside(Arc<Mutex<Inner>>);

struct Inner {
    writer: Box<dyn Write + Send>,
    is_terminal: bool,
    /// Whether colours are wanted.
    styled: bool,
    secrets: Secrets,
    /// Whether a line that is going to be replaced stands at the end.
    transient: bool,
}

impl Aside {
    /// Writes to `writer`, which may be a terminal, and may want colours.
    pub fn new(writer: impl Write + Send + 'static, is_terminal: bool, styled: bool) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            writer: Box::new(writer),
            is_terminal,
            styled,
            secrets: Secrets::default(),
            transient: false,
        })))
    }

    /// Blanks these out, from now on.
    pub(crate) fn conceal(&self, secrets: Secrets) {
        self.lock().secrets = secrets;
    }

    pub(crate) fn secrets(&self) -> Secrets {
        self.lock().secrets.clone()
    }

    pub(crate) fn is_terminal(&self) -> bool {
        self.lock().is_terminal
    }

    /// Writes one line or several.
    pub(crate) fn line(&self, text: &str) {
        self.lock().write(text, "\n");
    }

    /// Writes a line that the next one replaces, on a terminal; elsewhere nothing.
    pub(crate) fn transient(&self, text: &str) {
        let mut inner = self.lock();
        if inner.is_terminal {
            inner.write(text, "");
            inner.transient = true;
        }
    }

    /// Takes a transient line away.
    pub(crate) fn clear(&self) {
        self.lock().write("", "");
    }

    /// Writes what is safe already: help, with its styles.
    pub(crate) fn raw(&self, text: &str) {
        let mut inner = self.lock();
        let _ = inner.writer.write_all(text.as_bytes());
        let _ = inner.writer.flush();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn write(&mut self, text: &str, end: &str) {
        let mut text = printable(&self.secrets.conceal(text));
        if self.styled {
            text = styled(&text);
        }
        let begin = if std::mem::take(&mut self.transient) {
            "\r\u{1b}[K"
        } else {
            ""
        };
        let _ = write!(self.writer, "{begin}{text}{end}");
        let _ = self.writer.flush();
    }
}

/// Nobody reads it.
impl Default for Aside {
    fn default() -> Self {
        Self::new(std::io::sink(), false, false)
    }
}

impl fmt::Debug for Aside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Aside")
    }
}

/// What a line may begin with, and how that is shown.
const STYLES: [(&str, Style); 3] = [
    ("error:", AnsiColor::Red.on_default().bold()),
    ("hint:", AnsiColor::Cyan.on_default()),
    ("note:", AnsiColor::Yellow.on_default()),
];

fn styled(text: &str) -> String {
    let line = |line: &str| {
        let found = STYLES.iter().find(|(word, _)| line.starts_with(word));
        found.map_or_else(
            || line.to_owned(),
            |(word, style)| line.replacen(word, &format!("{style}{word}{style:#}"), 1),
        )
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_line_begins_with_is_coloured() {
        assert_eq!(
            styled("error: no error: here\n  caused by: x\nhint: y"),
            "\u{1b}[1m\u{1b}[31merror:\u{1b}[0m no error: here\n  caused by: x\n\u{1b}[36mhint:\u{1b}[0m y"
        );
    }
}
