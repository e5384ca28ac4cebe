//! Keys and documents as their users see them.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "tests say what they expect by panicking"
)]

mod bare;
mod decision;
mod document;
mod edit;
mod format;
mod keyring;
mod properties;
mod secrecy;
mod support;
