//! What the fuzz targets share. A target in `fuzz_targets/` only hands its input to one of these modules, so that
//! `cargo test` can check the seeds, and that a wrong answer is noticed, without a fuzzer.
#![forbid(unsafe_code)]

// What instrumented code calls, tests too.
#[cfg(test)]
use libfuzzer_sys as _;

pub mod context;
pub mod front_door;
pub mod keys;
