//! The list of accepted keys, and the decision.

use std::fmt;

use jiff::Timestamp;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use crate::{KeyRecord, Principal, Refused, digest::KeyDigest, key};

/// The header in which a key is presented.
pub const KEY_HEADER: &str = "x-api-key";
/// The longest document, in bytes: what one secret of AWS Secrets Manager holds. Some hundred keys.
pub const MAX_DOCUMENT_BYTES: usize = 65_536;
/// The longest key that is looked at, in bytes. A longer one is refused before it is hashed.
pub const MAX_PRESENTED_BYTES: usize = 512;

/// The accepted keys of one endpoint, checked as a whole. See the [crate documentation](crate) for its form.
///
/// Every document that exists can be written with [`to_json`](Self::to_json) and read back unchanged.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyDocument {
    pub(crate) records: Vec<KeyRecord>,
    /// Whether a key that came with the deployment is refused.
    pub(crate) deployed_disabled: bool,
}

impl KeyDocument {
    /// The document without keys. It authorises nobody.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            records: Vec::new(),
            deployed_disabled: false,
        }
    }

    /// The keys in the order of the document.
    #[must_use]
    pub fn records(&self) -> &[KeyRecord] {
        &self.records
    }

    /// Whether the key that came with the deployment ([`DEPLOYED_ID`](crate::DEPLOYED_ID)) is refused.
    #[must_use]
    pub fn is_deployed_disabled(&self) -> bool {
        self.deployed_disabled
    }

    /// The record of this key, also when the key is not accepted: disabled, not yet valid or no longer. To tell an
    /// administrator, and for no other decision.
    #[must_use]
    pub fn owner(&self, key: &str) -> Option<&KeyRecord> {
        let digest = could_be_key(key).then(|| KeyDigest::of(key))?;
        self.records.iter().find(|record| record.digest == digest)
    }

    /// Says who presented this key, if it is one of the document's and valid at `now`.
    ///
    /// Refuses without hashing what [could not be a key](could_be_key); a comma means two headers that a gateway
    /// joined. See [timing](crate#timing) for what the time it takes does not tell.
    ///
    /// # Errors
    ///
    /// [`Refused`] for every other key. It does not say why.
    pub fn authenticate(&self, presented: &str, now: Timestamp) -> Result<Principal, Refused> {
        authenticate(self.records.iter(), presented, now)
    }

    /// The position, counted from 1, of the record that accepts the key at `now`; 0 if none does.
    ///
    /// This is the part of [`authenticate`](Self::authenticate) that takes the same time whatever the outcome. Handing
    /// out the principal comes after it, and takes longer than refusing. Public for `tests/bench/timing` only.
    #[doc(hidden)]
    #[must_use]
    pub fn locate(&self, presented: &str, now: Timestamp) -> u32 {
        locate(self.records.iter(), presented, now)
    }
}

/// [`KeyDocument::authenticate`] among any records.
pub(crate) fn authenticate<'r>(
    mut records: impl Iterator<Item = &'r KeyRecord> + Clone,
    presented: &str,
    now: Timestamp,
) -> Result<Principal, Refused> {
    usize::try_from(locate(records.clone(), presented, now))
        .ok()
        .and_then(|position| records.nth(position.checked_sub(1)?))
        .map(|record| record.principal.clone())
        .ok_or(Refused)
}

fn locate<'r>(
    records: impl Iterator<Item = &'r KeyRecord>,
    presented: &str,
    now: Timestamp,
) -> u32 {
    if !could_be_key(presented) {
        return 0;
    }
    let digest = KeyDigest::of(presented);
    let mut found = 0_u32;
    for (position, record) in (1_u32..).zip(records) {
        // Judged for every record, so that a disabled key takes the time of an unknown one.
        let valid = Choice::from(u8::from(record.is_valid_at(now)));
        found.conditional_assign(&position, record.digest.ct_eq(&digest) & valid);
    }
    found
}

/// Whether a text can be a key at all: 1 to [`MAX_PRESENTED_BYTES`] of visible ASCII without a comma, with the form and
/// the checksum of a generated key if it has our prefix. Looks at nothing but the text, so junk is refused for nothing.
#[must_use]
pub fn could_be_key(text: &str) -> bool {
    let visible = |byte: u8| byte.is_ascii_graphic() && byte != b',';
    (1..=MAX_PRESENTED_BYTES).contains(&text.len())
        && key::every_byte(text, visible)
        && key::is_acceptable(text)
}

/// Shows ids only, never hashes.
impl fmt::Debug for KeyDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyDocument")
            .field("keys", &self.records)
            .finish()
    }
}
