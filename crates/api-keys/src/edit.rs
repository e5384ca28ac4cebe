//! Changes to a document. Each one either succeeds as a whole or leaves the document as it was.

use jiff::Timestamp;

use crate::{
    DEPLOYED_ID, KeyDocument, KeyId, KeyRecord, MAX_DOCUMENT_BYTES, Problems, record::Keeper,
};

/// Why a document was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// No key has this id.
    #[error("no key has the id `{id}`")]
    UnknownId {
        /// The id that was looked for, or `?` if the text was no id.
        id: String,
    },
    /// A key with this id exists already.
    #[error("a key with the id `{id}` exists already")]
    DuplicateId {
        /// The id in question.
        id: String,
    },
    /// The very same key exists already, perhaps under another id.
    #[error("the same key exists already as `{id}`")]
    DuplicateKey {
        /// The id under which it exists.
        id: String,
    },
    /// A disabled key cannot be rotated: there is nothing to keep valid.
    #[error("the key `{id}` is disabled: revoke it and make a new one")]
    Disabled {
        /// The id in question.
        id: String,
    },
    /// The key that came with the deployment is in no document, so it can be neither revoked nor rotated there.
    #[error(
        "the key `{DEPLOYED_ID}` came with the deployment: disable it here, or deploy with another key or none"
    )]
    Deployed,
    /// The record does not keep the bounds of the document.
    #[error("invalid key record: {0}")]
    InvalidRecord(Problems),
    /// The document would become longer than [`MAX_DOCUMENT_BYTES`].
    #[error("the document would be longer than {MAX_DOCUMENT_BYTES} bytes: revoke a key first")]
    DocumentFull,
}

impl KeyDocument {
    /// Adds a key at the end.
    ///
    /// # Errors
    ///
    /// [`EditError::DuplicateId`], [`EditError::DuplicateKey`], [`EditError::InvalidRecord`] or
    /// [`EditError::DocumentFull`].
    pub fn insert(&mut self, record: KeyRecord) -> Result<(), EditError> {
        if self.position(record.id()).is_ok() {
            return Err(EditError::DuplicateId {
                id: record.id().to_owned(),
            });
        }
        if let Some(same) = self
            .records
            .iter()
            .find(|known| known.digest == record.digest)
        {
            return Err(EditError::DuplicateKey {
                id: same.id().to_owned(),
            });
        }
        check(&record)?;
        self.try_edit(|document| document.records.push(record))
    }

    /// Refuses a key from now on and keeps its record. Disabling a disabled key changes nothing.
    ///
    /// [`DEPLOYED_ID`] refuses the key that came with the deployment, whichever that is.
    ///
    /// # Errors
    ///
    /// [`EditError::UnknownId`], and [`EditError::DocumentFull`] when not even the mark fits: revoke it instead.
    pub fn disable(&mut self, id: &str) -> Result<(), EditError> {
        self.set_disabled(id, true)
    }

    /// Undoes [`disable`](Self::disable). Enabling a key that is not disabled changes nothing.
    ///
    /// # Errors
    ///
    /// [`EditError::UnknownId`].
    pub fn enable(&mut self, id: &str) -> Result<(), EditError> {
        self.set_disabled(id, false)
    }

    fn set_disabled(&mut self, id: &str, disabled: bool) -> Result<(), EditError> {
        if id == DEPLOYED_ID {
            return self.try_edit(|document| document.deployed_disabled = disabled);
        }
        let mut record = self.record(id)?.clone();
        record.disabled = disabled;
        self.replace(id, record)
    }

    /// Removes a key and returns its record.
    ///
    /// # Errors
    ///
    /// [`EditError::UnknownId`], or [`EditError::Deployed`].
    pub fn revoke(&mut self, id: &str) -> Result<KeyRecord, EditError> {
        let index = self.position(id)?;
        Ok(self.records.remove(index))
    }

    /// Adds `new` as the successor of the key `id`, which ends at `old_until` or earlier if it did already.
    ///
    /// `new` needs an id of its own ([`next_id`](Self::next_id) proposes one). It takes over the allow-list and the
    /// note of the old key unless it brings its own, so that a rotation never widens what a key may do by omission.
    /// An `old_until` in the past ends the old key at once.
    ///
    /// # Errors
    ///
    /// [`EditError::UnknownId`], [`EditError::Deployed`] or [`EditError::Disabled`] for the old key, [`EditError::InvalidRecord`] if
    /// `old_until` is not later than its `not_before`, and the errors of [`insert`](Self::insert) for the new one.
    pub fn rotate(
        &mut self,
        id: &str,
        new: KeyRecord,
        old_until: Timestamp,
    ) -> Result<(), EditError> {
        let old = self.record(id)?;
        if old.is_disabled() {
            return Err(EditError::Disabled { id: id.to_owned() });
        }
        let ended = ending_at(old, old_until);
        let new = succeeding(old, new);
        let mut rotated = self.clone();
        rotated.replace(id, ended)?;
        rotated.insert(new)?;
        *self = rotated;
        Ok(())
    }

    /// An id for the successor of the key `id` that no key has: `ci-r2` after `ci`, `ci-r3` after `ci-r2`.
    #[must_use]
    pub fn next_id(&self, id: &KeyId) -> KeyId {
        let mut generation = 2;
        loop {
            let candidate = id.with_generation(generation);
            if self.position(candidate.as_str()).is_err() {
                return candidate;
            }
            generation += 1;
        }
    }

    fn position(&self, id: &str) -> Result<usize, EditError> {
        let found = self.records.iter().position(|record| record.id() == id);
        found.ok_or_else(|| absent(id))
    }

    fn record(&self, id: &str) -> Result<&KeyRecord, EditError> {
        let found = self.records.iter().find(|record| record.id() == id);
        found.ok_or_else(|| absent(id))
    }

    fn replace(&mut self, id: &str, by: KeyRecord) -> Result<(), EditError> {
        check(&by)?;
        self.try_edit(|document| {
            if let Some(slot) = document.records.iter_mut().find(|record| record.id() == id) {
                *slot = by;
            }
        })
    }

    /// Applies an edit unless the document became too long.
    fn try_edit(&mut self, edit: impl FnOnce(&mut Self)) -> Result<(), EditError> {
        let mut edited = self.clone();
        edit(&mut edited);
        if edited.to_json().len() > MAX_DOCUMENT_BYTES {
            return Err(EditError::DocumentFull);
        }
        *self = edited;
        Ok(())
    }
}

fn check(record: &KeyRecord) -> Result<(), EditError> {
    Problems::into_result(record.problems(record.id(), Keeper::Store))
        .map_err(EditError::InvalidRecord)
}

/// `old`, valid until `end` at the latest.
fn ending_at(old: &KeyRecord, end: Timestamp) -> KeyRecord {
    let end = old.not_after().map_or(end, |known| known.min(end));
    old.clone().with_not_after(end)
}

/// `new` with what it does not say itself taken from `old`.
fn succeeding(old: &KeyRecord, new: KeyRecord) -> KeyRecord {
    let new = match (new.tools(), old.tools()) {
        (None, Some(tools)) => {
            let tools = tools.clone();
            new.with_tools(tools)
        }
        _ => new,
    };
    match (new.note(), old.note()) {
        (None, Some(note)) => new.with_note(note),
        _ => new,
    }
}

/// What is no id may be a key that was pasted in its place, and is not repeated.
fn absent(id: &str) -> EditError {
    if id == DEPLOYED_ID {
        return EditError::Deployed;
    }
    let id = id
        .parse::<KeyId>()
        .map_or_else(|_| "?".to_owned(), |id| id.to_string());
    EditError::UnknownId { id }
}
