//! Exit codes, after BSD's `sysexits.h` where it has a fitting one.

/// Everything answered as it should.
pub(crate) const OK: u8 = 0;
/// The tool answered with an error, or a smoke check failed.
pub(crate) const FAILED: u8 = 1;
/// Wrong usage (`EX_USAGE`).
pub(crate) const USAGE: u8 = 64;
/// What a key store holds is not valid (`EX_DATAERR`).
pub(crate) const BAD_DATA: u8 = 65;
/// The server or the key store cannot be reached (`EX_UNAVAILABLE`).
pub(crate) const UNREACHABLE: u8 = 69;
/// A key store could not be written (`EX_CANTCREAT`).
pub(crate) const NOT_WRITTEN: u8 = 73;
/// The output could not be written (`EX_IOERR`).
pub(crate) const OUTPUT: u8 = 74;
/// Try again (`EX_TEMPFAIL`).
pub(crate) const TRY_AGAIN: u8 = 75;
/// The server does not answer as the protocol says (`EX_PROTOCOL`).
pub(crate) const PROTOCOL: u8 = 76;
/// The server or the key store refuses us, or a key is not accepted (`EX_NOPERM`).
pub(crate) const REFUSED: u8 = 77;
/// Ctrl-C, as shells have it for a program that ends so.
pub(crate) const INTERRUPTED: u8 = 130;
