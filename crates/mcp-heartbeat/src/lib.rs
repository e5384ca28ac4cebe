//! Whether a deployed MCP endpoint works, as a client sees it: a Lambda function that a schedule invokes, which runs
//! `mcp-client`'s smoke test with a key of its own.
//!
//! | what happens | what the invocation is |
//! |---|---|
//! | every check passes | a success |
//! | one does not, or there is no key yet | an error, which Lambda counts; one log line says what failed |
//! | the function does not run, or not to its end | nothing, or Lambda's own error |
//!
//! So an alarm on Lambda's count of errors that takes missing data for a breach sees all of it, also that this program
//! is broken.
//!
//! | module | what is there |
//! |---|---|
//! | [`program`] | the process: configuration, logging, Lambda's runtime |
//! | [`config`] | settings: read once, checked together |
//! | [`beat`] | one invocation |
//! | [`key`] | the key, in a secret of its own |

pub mod beat;
pub mod config;
pub mod key;
pub mod program;
