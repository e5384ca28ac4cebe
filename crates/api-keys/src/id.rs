//! The name of a key.

use std::{fmt, str::FromStr};

/// What a key is called in documents, logs and its own text: `[a-z0-9][a-z0-9-]{0,31}`.
///
/// An id has no underscore, so the parts of a key can always be told apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

/// The reserved id of the key that came with a deployment. No document holds it: the key's hash stands in the
/// authorizer's environment, and a document can only say that it does not count.
pub const DEPLOYED_ID: &str = "deployed";

/// The longest id, in bytes.
pub(crate) const MAX_ID_BYTES: usize = 32;

impl KeyId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of the only key of a bare-string secret.
    pub(crate) fn default_key() -> Self {
        Self("default".to_owned())
    }

    /// This id with `-r<generation>` appended, or in place of the one it already ends with, shortened to fit.
    pub(crate) fn with_generation(&self, generation: usize) -> Self {
        let suffix = format!("-r{generation}");
        let room = MAX_ID_BYTES.saturating_sub(suffix.len());
        let base: String = self.base().chars().take(room).collect();
        Self(base + &suffix)
    }

    /// The id without a trailing `-r<number>`.
    fn base(&self) -> &str {
        match self.0.rsplit_once("-r") {
            Some((base, digits)) if is_generation(digits) && !base.is_empty() => base,
            _ => &self.0,
        }
    }
}

fn is_generation(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `text` is a valid id.
pub(crate) fn is_key_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=MAX_ID_BYTES).contains(&text.len()) && text.bytes().all(allowed) && !text.starts_with('-')
}

impl FromStr for KeyId {
    type Err = InvalidKeyId;

    fn from_str(text: &str) -> Result<Self, InvalidKeyId> {
        is_key_id(text)
            .then(|| Self(text.to_owned()))
            .ok_or(InvalidKeyId)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for KeyId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// The text is no [`KeyId`]. Does not repeat it: it could be a key that was pasted in the wrong place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid key id: expected 1–32 of a–z, 0–9 and `-`, not beginning with `-`")]
pub struct InvalidKeyId;
