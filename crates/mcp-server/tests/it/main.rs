//! The server over real HTTP, in one test program: building one is quicker than building many.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests say what they expect by panicking"
)]

mod answers;
mod caller;
mod catalog;
mod containment;
mod documents;
mod fixture;
mod isolation;
mod keys;
mod limits;
mod logs;
mod nested;
mod program;
mod support;
