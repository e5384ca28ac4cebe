//! The gateway's context: never grants more than it plainly says.
#![no_main]

use fuzz::context::check_context;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|input: &[u8]| -> Corpus {
    if check_context(input) {
        Corpus::Keep
    } else {
        Corpus::Reject
    }
});
