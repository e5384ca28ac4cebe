//! A presented key: accepted when it is the key, and only then.
#![no_main]

use fuzz::keys::check_presented;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    check_presented(input);
});
