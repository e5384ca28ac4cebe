//! The text of a key: making one, and telling a well-formed one.

use std::fmt;

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::{KeyId, KeyRecord, digest::KeyDigest, id::is_key_id};

/// What every generated key begins with. Other keys must not, see [`is_acceptable`].
pub(crate) const PREFIX: &str = "mcp_";
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 62^43 > 2^256.
const SECRET_DIGITS: usize = 43;
/// 62^6 > 2^32.
const CHECKSUM_DIGITS: usize = 6;

/// A key in the clear. Wiped from memory when dropped, and never printed.
pub struct ApiKey(Zeroizing<String>);

impl ApiKey {
    /// The key as it is sent in `x-api-key`. Show it once, to the person who will use it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(..)")
    }
}

/// A new key and the record that accepts it.
#[derive(Debug)]
pub struct NewKey {
    /// For the caller to hand out and forget.
    pub key: ApiKey,
    /// For the document; holds the hash only.
    pub record: KeyRecord,
}

/// The operating system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("cannot make a key: the system's random generator failed")]
pub struct GenerateError(#[from] getrandom::Error);

/// Makes a key with 256 random bits from the operating system's generator.
///
/// `created` is noted in the record as it is; a time of whole seconds reads best.
///
/// # Errors
///
/// [`GenerateError`] when the operating system gives no random bytes.
pub fn generate(id: &KeyId, created: Timestamp) -> Result<NewKey, GenerateError> {
    // Enough capacity that no reallocation leaves a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(128));
    text.push_str(PREFIX);
    text.push_str(id.as_str());
    text.push('_');
    for _ in 0..SECRET_DIGITS {
        text.push(random_digit()?);
    }
    let checksum = checksum(&text);
    text.push('_');
    text.push_str(&checksum);
    let mut record = KeyRecord::new(id.clone(), KeyDigest::of(&text));
    record.created = Some(created);
    Ok(NewKey {
        key: ApiKey(text),
        record,
    })
}

/// One of 62 digits, each equally likely: of 6 random bits, 62 and 63 are no digit and are drawn again.
fn random_digit() -> Result<char, getrandom::Error> {
    loop {
        let bits = getrandom::u32()? & 63;
        if let Some(digit) = BASE62.get(bits as usize) {
            return Ok(char::from(*digit));
        }
    }
}

/// CRC-32 (ISO-HDLC, as in zlib) of `text`, six base62 digits, the most significant first.
fn checksum(text: &str) -> String {
    let mut rest = usize::try_from(crc32fast::hash(text.as_bytes())).unwrap_or_default();
    let mut digits = [b'0'; CHECKSUM_DIGITS];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62.get(rest % BASE62.len()).copied().unwrap_or_default();
        rest /= BASE62.len();
    }
    digits.into_iter().map(char::from).collect()
}

/// Whether `text` may be a key at all. What begins with `mcp_` claims to be generated and must be well-formed.
pub(crate) fn is_acceptable(text: &str) -> bool {
    text.strip_prefix(PREFIX)
        .is_none_or(|parts| is_well_formed(text, parts))
}

/// Whether a text with our prefix has the parts and the checksum of a generated key.
fn is_well_formed(text: &str, parts: &str) -> bool {
    let Some((body, sum)) = text.rsplit_once('_') else {
        return false;
    };
    let parts: Vec<&str> = parts.split('_').collect();
    let [id, secret, _] = parts.as_slice() else {
        return false;
    };
    let base62 = every_byte(secret, |byte| byte.is_ascii_alphanumeric());
    is_key_id(id) && secret.len() == SECRET_DIGITS && base62 && sum == checksum(body)
}

/// Whether all bytes are allowed. Looks at every byte without a branch, so that its time says nothing about them.
pub(crate) fn every_byte(text: &str, allowed: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(true, |all, byte| all & allowed(byte))
}
