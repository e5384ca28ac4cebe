//! The key document: refused with reasons, or unchanged by a round trip.
#![no_main]

use fuzz::keys::check_document;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    check_document(input);
});
