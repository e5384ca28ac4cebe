//! The contract between API Gateway, the authorizer and the server, in one place.
//!
//! 1. The gateway asks the authorizer with an [`UnverifiedEvent`] (HTTP API, payload 2.0).
//! 2. The authorizer's [`Answer`] says whose key it is and which tools it may use.
//! 3. The gateway puts that into the request's context, and the Lambda Web Adapter puts the context into a header
//!    ([`REQUEST_CONTEXT_HEADER`]) before it passes the request on. The server reads it as a [`GatewayContext`].
//!
//! Whatever gets lost or garbled on this way takes tools away and never adds any: see [`GatewayContext::read`].
//!
//! The adapter overwrites its headers on every request, so behind it they are the gateway's and Lambda's own words.
//! Anywhere else they are whatever a client chose to send, and must not be read.

mod answer;
mod context;
mod event;
mod object;
mod tools;

pub use answer::Answer;
pub use context::{
    GatewayContext, KeyHolder, LAMBDA_CONTEXT_HEADER, REQUEST_CONTEXT_HEADER, invocation_deadline,
};
pub use event::{NotAnEvent, Presented, UnverifiedEvent, UnverifiedKey};
pub use tools::AllowedTools;

#[cfg(test)]
mod nested_tests;
