//! `proxy`: a client on standard input and output, a server over Streamable HTTP, every message as it was written.
//!
//! ```text
//! stdin      lines of the client, within their limit
//! relay      what becomes of a message of either side
//! exchange   a request of the client, until its answer
//! delivery   a notification, or an answer to the server
//! session    what `initialize` agreed on (older era), and the stream for whatever the server says of itself
//! headers    what the newer era repeats of a message in headers
//! open       what is under way, and how long it may be silent
//! refusal    the proxy's own answers
//! ```
//!
//! Nothing goes through rmcp, which would build documents of the messages and negotiate for itself: here the client
//! does, and each of its requests tells by `_meta` which era it belongs to.

mod delivery;
mod exchange;
mod headers;
mod open;
mod params;
mod refusal;
mod relay;
mod session;
mod stdin;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

use self::relay::Relay;
use self::stdin::Line;
use crate::console::Console;
use crate::error::Error;
use crate::output::Messages;
use crate::target::Target;

/// How long requests may still be answered after the end of standard input.
const LAST_ANSWERS: Duration = Duration::from_secs(5);
/// How long a step of the end may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// Runs until standard input ends, nobody reads standard output any more, or the program is told to stop.
pub(super) async fn run(target: &Target, console: &Console) -> Result<(), Error> {
    if console.interactive {
        console.remark("MCP clients start this program; by hand, write a JSON-RPC message a line");
    }
    let (output, mut written) = Messages::to(io::stdout(), console.aside.secrets());
    let relay = Relay::new(target, console, output)?;
    let relay = Arc::new(relay);
    let early = tokio::select! {
        biased;
        outcome = &mut written => Some(outcome),
        () = asked_to_stop(console) => None,
        () = serve(&relay, stdin::lines()) => None,
    };
    relay.end().await;
    let outcome = match early {
        Some(outcome) => outcome,
        None => timeout(FAREWELL, written).await.unwrap_or(Ok(Ok(()))),
    };
    outcome.unwrap_or(Ok(())).map_err(Error::Output)
}

async fn serve(relay: &Arc<Relay>, mut lines: mpsc::Receiver<Line>) {
    while let Some(line) = lines.recv().await {
        relay.line(line).await;
    }
    let _ = timeout(LAST_ANSWERS, relay.idle()).await;
}

async fn asked_to_stop(console: &Console) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                () = console.interrupt.cancelled() => {}
            }
            return;
        }
    }
    console.interrupt.cancelled().await;
}
