//! What several test files need.

use api_keys::{KeyDocument, KeyRecord, NewKey, Timestamp, generate};
use sha2::{Digest as _, Sha256};

/// The example of the crate documentation. Checksum and hash were computed with Python's `zlib` and `hashlib`.
pub(crate) const KEY: &str = "mcp_ci_7qv0NkPzXw1cYb4RtUaJ9dLsEf2HgM5oKi8ZxVyT3nQ_3JrIyH";
/// The SHA-256 of [`KEY`].
pub(crate) const KEY_SHA256: &str =
    "2e8da0e89d9cd75ea7e2af88b567481a7b321c299743b14e5ba5340c720d774d";
/// A bare key of the least length.
pub(crate) const BARE: &str = "0123456789abcdef0123456789abcdef";

pub(crate) fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

/// The present of these tests.
pub(crate) fn now() -> Timestamp {
    at("2026-07-28T12:00:00Z")
}

pub(crate) fn new_key(id: &str) -> NewKey {
    generate(&id.parse().unwrap(), now()).unwrap()
}

pub(crate) fn record(id: &str) -> KeyRecord {
    new_key(id).record
}

pub(crate) fn document(records: impl IntoIterator<Item = KeyRecord>) -> KeyDocument {
    let mut document = KeyDocument::empty();
    for record in records {
        document.insert(record).unwrap();
    }
    document
}

pub(crate) fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A document that accepts exactly this text, however odd a key it is.
pub(crate) fn accepting(text: &str) -> KeyDocument {
    let hash = sha256(text);
    KeyDocument::parse(&format!(
        r#"{{"v":1,"keys":[{{"id":"odd","sha256":"{hash}"}}]}}"#
    ))
    .unwrap()
}

pub(crate) fn ids(document: &KeyDocument) -> Vec<&str> {
    document.records().iter().map(KeyRecord::id).collect()
}
