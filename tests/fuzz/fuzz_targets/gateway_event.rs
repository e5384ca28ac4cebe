//! The authorizer's event: a possible key, nothing, or an error, and never a panic.
#![no_main]

use fuzz::keys::check_event;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|input: &[u8]| -> Corpus {
    if check_event(input) {
        Corpus::Keep
    } else {
        Corpus::Reject
    }
});
