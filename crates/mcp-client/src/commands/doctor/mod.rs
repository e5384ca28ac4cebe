//! `doctor`: goes the way of a request step by step, and says where it ends, why, and what to do.
//!
//! ```text
//! step       the steps in their order
//! record     what is known of each, said as it comes
//! finding    what is known of one
//! network    proxy, name, connection
//! opening    the first request of a conversation
//! exchange   one raw request, and what came of it
//! http       TLS, HTTP, redirect
//! route      the path
//! access     key, host, answer
//! headers    Origin, Accept
//! protocol   eras, introduction, lists
//! schemas    what clients choke on
//! calls      a safe call, latency
//! ```

mod access;
mod calls;
mod exchange;
mod finding;
mod headers;
mod http;
mod network;
mod opening;
mod protocol;
mod record;
mod route;
mod schemas;
mod step;

use self::record::{Record, Stop};
use crate::cli::Protocol;
use crate::console::Console;
use crate::error::Error;
use crate::output::Printer;
use crate::target::Target;

/// What is examined.
struct Case {
    target: Target,
    /// The same server, which gets no credentials.
    anonymous: Target,
    /// The same server, asked in one era.
    modern: Target,
    legacy: Target,
    console: Console,
}

pub(super) async fn run(
    target: &Target,
    console: &Console,
    output: &mut Printer<'_>,
) -> Result<(), Error> {
    let case = Case {
        target: target.clone(),
        anonymous: Target {
            credentials: Vec::new(),
            ..target.clone()
        },
        modern: target.speaking(Protocol::Modern),
        legacy: target.speaking(Protocol::Legacy),
        // Whatever is worth a remark is a step of its own here, and nobody is asked anything.
        console: Console {
            remarks: false,
            interactive: false,
            ..console.clone()
        },
    };
    let mut record = Record::begin(output, target.endpoint.as_str());
    let outcome = tokio::select! {
        biased;
        () = console.interrupt.cancelled() => Err(Stop::Error(Error::Interrupted)),
        outcome = examine(&case, &mut record) => outcome,
    };
    match outcome {
        Ok(()) | Err(Stop::Failed) => record.end(),
        Err(Stop::Error(error)) => Err(error),
    }
}

async fn examine(case: &Case, record: &mut Record<'_, '_>) -> Result<(), Stop> {
    network::examine(case, record).await?;
    let knocks = http::examine(case, record).await?;
    access::examine(case, &knocks, record).await?;
    headers::examine(case, &knocks, record).await?;
    let session = protocol::examine(case, record).await?;
    let outcome = protocol::ask(case, &session, &knocks, record).await;
    session.close().await;
    outcome
}
