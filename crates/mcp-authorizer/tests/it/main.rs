//! The authorizer with a store and a clock that tests control.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests say what they expect by panicking"
)]

mod cache;
mod decisions;
mod deployed;
mod http;
mod program;
mod properties;
mod secrets_manager;
mod single_flight;
mod support;
