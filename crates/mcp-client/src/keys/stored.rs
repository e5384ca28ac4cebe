//! What a store holds, and what an edit makes of it.

use api_keys::{DocumentError, KeyDocument, is_bare_key};

use super::error::KeysError;

/// What a store holds.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) document: KeyDocument,
    /// Whether it was one bare key rather than a document; here it is the record `default`.
    pub(crate) bare: bool,
}

impl Stored {
    pub(super) fn parse(text: &str) -> Result<Self, DocumentError> {
        Ok(Self {
            document: KeyDocument::parse(text)?,
            bare: is_bare_key(text),
        })
    }

    /// Applies `edit` and tells what it made of the keys.
    pub(super) fn edited<T>(
        mut self,
        edit: &mut impl FnMut(&mut KeyDocument) -> Result<T, KeysError>,
    ) -> Result<(Option<String>, Change<T>), KeysError> {
        let before = self.document.clone();
        let value = edit(&mut self.document)?;
        let same = self.document == before && !self.bare;
        let text = (!same).then(|| self.document.to_json());
        let converted = self.bare;
        Ok((text, Change { value, converted }))
    }
}

/// What an edit did.
#[derive(Debug)]
pub(crate) struct Change<T> {
    /// What the edit itself returned.
    pub(crate) value: T,
    /// Whether a bare key became a document on the way.
    pub(crate) converted: bool,
}

/// Whether a store that does not exist is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    /// It is, if it is a file.
    Create,
    /// It is an error.
    Refuse,
}
