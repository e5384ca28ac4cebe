//! What the MCP programs on AWS Lambda share, and what they say to each other.
//!
//! | module | what is there |
//! |---|---|
//! | [`settings`] | reading settings, every problem at once |
//! | [`gateway`] | the contract between authorizer and server: event, answer, context |
//! | [`emf`] | CloudWatch metrics as lines of text |
//! | [`panics`] | containing a panic, and saying where it was without its message |
//! | `complaints` | what is said whatever the log level (feature `telemetry`) |
//! | `telemetry` | log settings and the log (feature `telemetry`) |
//! | `output` | standard output that never holds a program up (feature `telemetry`) |
//!
//! Only programs need the feature `telemetry`; libraries take the rest without it.

#[cfg(feature = "telemetry")]
pub mod complaints;
pub mod emf;
pub mod gateway;
#[cfg(feature = "telemetry")]
pub mod output;
pub mod panics;
pub mod settings;
#[cfg(feature = "telemetry")]
pub mod telemetry;
