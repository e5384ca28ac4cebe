//! Standard error, for all that happens beside a result: shared, so that whatever runs meanwhile can write too.

use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::text::printable;
use crate::secrets::Secrets;

/// Writes lines to standard error, without secrets and without anything that steers a terminal. That it cannot be
/// written changes no outcome.
#[derive(Clone)]
pub struct Aside(Arc<Mutex<Inner>>);

struct Inner {
    writer: Box<dyn Write + Send>,
    is_terminal: bool,
    secrets: Secrets,
    /// Whether a line that is going to be replaced stands at the end.
    transient: bool,
}

impl Aside {
    /// Writes to `writer`, which may be a terminal.
    pub fn new(writer: impl Write + Send + 'static, is_terminal: bool) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            writer: Box::new(writer),
            is_terminal,
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
        let text = printable(&self.secrets.conceal(text));
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
        Self::new(std::io::sink(), false)
    }
}

impl fmt::Debug for Aside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Aside")
    }
}
