//! A Lambda authorizer for API Gateway HTTP APIs (payload 2.0, simple responses): is the `x-api-key` of a request one
//! of the keys in AWS Secrets Manager?
//!
//! | what comes | what goes back | what the client sees |
//! |---|---|---|
//! | an accepted key | `isAuthorized: true`, with the key's id and its tools | the server's answer |
//! | no key, several, or one that is not accepted | `isAuthorized: false`, whatever the reason | 403 |
//! | any key, while it cannot be known whether it is accepted | an error | 500 |
//!
//! | module | what is there |
//! |---|---|
//! | [`program`] | the process: configuration, logging, Lambda's runtime |
//! | [`config`] | settings: read once, checked together |
//! | [`handler`] | one event in, one answer out |
//! | [`key_source`] | the keys, as Secrets Manager has them: what is cached, and for how long |
//! | [`clock`] | the time, replaced in tests |
//!
//! Which key is accepted is decided in the crate `api-keys`; the event and the answer are in `lambda_program::gateway`.

pub mod clock;
pub mod config;
mod decision_log;
pub mod handler;
pub mod key_source;
mod metrics;
pub mod program;
