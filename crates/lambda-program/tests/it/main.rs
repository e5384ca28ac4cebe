//! A program of its own that logs, under a name that this crate does not know: the one of this test.

#![expect(
    clippy::unwrap_used,
    reason = "tests say what they expect by panicking"
)]

mod output;
