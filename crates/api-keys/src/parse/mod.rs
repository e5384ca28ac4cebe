//! Reading a document. Everything that is wrong with it is found in one go.

mod bare;
mod json;
mod object;

use crate::{KeyDocument, KeyRecord, MAX_DOCUMENT_BYTES, Problems, record::Keeper};

pub use bare::MIN_BARE_BYTES;

/// Why a text is no key document. Never repeats a key or a hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// Longer than [`MAX_DOCUMENT_BYTES`].
    #[error("invalid key document: expected at most {MAX_DOCUMENT_BYTES} bytes, got {bytes}")]
    TooLarge {
        /// Its length in bytes.
        bytes: usize,
    },
    /// Begins like JSON and is none.
    #[error(
        "invalid key document: expected JSON, got something else at line {line}, column {column}"
    )]
    Syntax {
        /// Line of the first error, from 1.
        line: usize,
        /// Column of the first error, in bytes from 1.
        column: usize,
    },
    /// JSON that is no document of version 1.
    #[error("invalid key document: {0}")]
    Invalid(Problems),
    /// A bare string that is too weak or too odd to be a key.
    #[error("invalid bare key: {0}; make one with `openssl rand -hex 32`")]
    BareKey(Problems),
}

impl KeyDocument {
    /// Reads a secret: a JSON document of version 1, or one bare key, which becomes the record `default`.
    ///
    /// What begins with `{` or `[` is always taken for JSON. A bare key may end with one line break, as `echo` leaves
    /// it, and has [`MIN_BARE_BYTES`] to [`MAX_PRESENTED_BYTES`](crate::MAX_PRESENTED_BYTES) bytes of visible ASCII without commas, quotes and
    /// braces.
    ///
    /// # Errors
    ///
    /// A [`DocumentError`] that names every problem.
    pub fn parse(secret: &str) -> Result<Self, DocumentError> {
        check_size(secret)?;
        match is_bare_key(secret) {
            true => bare::read(secret),
            false => json::read(secret, Keeper::Store),
        }
    }
}

/// The records of the document that a deployment brings: JSON, and only of [`DEPLOYED_ID`](crate::DEPLOYED_ID).
pub(crate) fn deployed(document: &str) -> Result<Vec<KeyRecord>, DocumentError> {
    check_size(document)?;
    json::read(document, Keeper::Deployment).map(|document| document.records)
}

/// Whether a secret is one key as it stands, as opposed to a JSON document. What begins like JSON never is.
#[must_use]
pub fn is_bare_key(secret: &str) -> bool {
    !secret.trim_start().starts_with(['{', '['])
}

fn check_size(text: &str) -> Result<(), DocumentError> {
    if text.len() > MAX_DOCUMENT_BYTES {
        return Err(DocumentError::TooLarge { bytes: text.len() });
    }
    Ok(())
}
