//! Panics: contained where a handler runs, and never printed with their message, which may hold what a caller sent.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::pin::pin;
use std::task::Poll;

thread_local! {
    /// Whether this thread is polling a contained future.
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
    /// Where the last contained panic of this thread happened.
    static LOCATION: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A panic that was contained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panicked {
    /// Source file, line and column; unknown when [`install_hook`] was not called.
    pub location: Option<String>,
}

/// Replaces the process's panic hook by one that logs the place and withholds the message. Contained panics are
/// left to whoever contained them, who knows what they belong to.
pub fn install_hook() {
    install_hook_with(log);
}

/// The same, with another way to say where a panic was that nobody contained.
pub(crate) fn install_hook_with(say: impl Fn(&str) + Send + Sync + 'static) {
    panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
        let location = info.location().map(ToString::to_string);
        if CONTAINED.get() {
            LOCATION.replace(location);
        } else {
            say(location.as_deref().unwrap_or("unknown"));
        }
    }));
}

pub(crate) fn log(location: &str) {
    tracing::error!(panic.location = location, "panicked outside a request");
}

/// Runs `future`, and turns a panic in it into an error.
///
/// # Errors
/// [`Panicked`], with the place and without the message.
pub async fn contain<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let mut future = pin!(future);
    poll_fn(move |context| {
        CONTAINED.set(true);
        let polled = panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        CONTAINED.set(false);
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(_message) => Poll::Ready(Err(Panicked {
                location: LOCATION.take(),
            })),
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_an_error_before_and_after_a_suspension() {
        assert!(contain(async { panic!("early") }).await.is_err());
        let late = async {
            tokio::task::yield_now().await;
            panic!("late")
        };
        assert!(contain(late).await.is_err());
        assert_eq!(contain(async { 7 }).await, Ok(7));
    }
}
