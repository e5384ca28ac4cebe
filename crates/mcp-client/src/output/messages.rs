//! Standard output as a sequence of messages, one a line, for a program that reads them as they come.

use std::io::{self, Write};
use std::thread;

use tokio::sync::{mpsc, oneshot};

use super::json::{Style, restyled};
use crate::secrets::Secrets;

/// How many messages wait for a slow reader before whoever sends them waits too.
const MOST_WAITING: usize = 16;

/// Writes JSON messages, each on a line of its own and at once, without secrets. Numbers, members and the spelling of
/// strings stay what they were.
#[derive(Debug, Clone)]
pub(crate) struct Messages {
    /// Nothing stands for the end.
    lines: mpsc::Sender<Option<String>>,
    secrets: Secrets,
}

/// What became of everything that was written: an error if it could not be, nothing if the reader went away.
pub(crate) type Written = oneshot::Receiver<io::Result<()>>;

impl Messages {
    /// Begins to write to `output`, in a thread of its own: a reader that is slow holds up nothing else.
    pub(crate) fn to(output: impl Write + Send + 'static, secrets: Secrets) -> (Self, Written) {
        let (lines, received) = mpsc::channel(MOST_WAITING);
        let (done, written) = oneshot::channel();
        thread::spawn(move || {
            let outcome = match write_all(output, received) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                outcome => outcome,
            };
            let _ = done.send(outcome);
        });
        (Self { lines, secrets }, written)
    }

    /// Writes a message, which must be JSON. If nobody reads any more, nothing happens.
    pub(crate) async fn write(&self, json: &str) {
        let style = Style {
            indented: false,
            for_terminal: false,
            secrets: &self.secrets,
        };
        let line = restyled(json, style) + "\n";
        let _ = self.lines.send(Some(line)).await;
    }

    /// Says that there is no more.
    pub(crate) async fn end(&self) {
        let _ = self.lines.send(None).await;
    }
}

fn write_all(mut output: impl Write, mut lines: mpsc::Receiver<Option<String>>) -> io::Result<()> {
    while let Some(Some(line)) = lines.blocking_recv() {
        output.write_all(line.as_bytes())?;
        output.flush()?;
    }
    Ok(())
}
