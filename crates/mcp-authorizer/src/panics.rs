//! Panics: contained where an event is handled, and never printed with their message, which may hold anything.

use std::panic::{self, AssertUnwindSafe};

use futures_util::FutureExt;

/// Something panicked. The hook has logged where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Panicked;

/// Replaces the process's panic hook by one that logs the place and withholds the message.
pub fn install_hook() {
    panic::set_hook(Box::new(|info| {
        let location = info.location().map(ToString::to_string);
        tracing::error!(
            panic.location = location.as_deref().unwrap_or("unknown"),
            "panicked"
        );
    }));
}

/// Runs `future`, and turns a panic in it into an error.
///
/// Lambda's runtime would contain it as well, and send its message on as the function's error.
pub(crate) async fn contain<F: Future>(future: F) -> Result<F::Output, Panicked> {
    AssertUnwindSafe(future)
        .catch_unwind()
        .await
        .map_err(|_message| Panicked)
}
