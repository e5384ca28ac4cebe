//! The front door over real HTTP, before handlers that it does not know.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests say what they expect by panicking"
)]

mod answers;
mod caller;
mod connections;
mod containment;
/// The example of the documentation, as it stands.
#[allow(dead_code, reason = "the example has a `main` of its own")]
#[path = "../../examples/counter.rs"]
mod counter;
mod fixture;
mod isolation;
mod keys;
mod limits;
mod nested;
mod support;

impl support::TestServer {
    /// The example with default settings.
    async fn counter() -> Self {
        Self::start(
            counter::Counter::new(),
            mcp_front_door::HttpConfig::default(),
        )
        .await
    }
}
