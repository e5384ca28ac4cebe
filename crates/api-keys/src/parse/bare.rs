//! A secret that is one key as it stands.

use super::DocumentError;
use crate::{
    KeyDocument, KeyId, KeyRecord, MAX_PRESENTED_BYTES, Problem, Problems, digest::KeyDigest, key,
};

/// The shortest bare key, in bytes.
pub const MIN_BARE_BYTES: usize = 32;

pub(super) fn read(secret: &str) -> Result<KeyDocument, DocumentError> {
    let line = secret.strip_suffix('\n').unwrap_or(secret);
    let bare = line.strip_suffix('\r').unwrap_or(line);
    let bounds = MIN_BARE_BYTES..=MAX_PRESENTED_BYTES;
    let allowed = |byte: u8| byte.is_ascii_graphic() && !b",\"'`{}".contains(&byte);
    let problems = [
        (!bounds.contains(&bare.len())).then(|| {
            format!(
                "expected {MIN_BARE_BYTES}–{MAX_PRESENTED_BYTES} bytes, got {}",
                bare.len()
            )
        }),
        (!bare.bytes().all(allowed))
            .then(|| "expected visible ASCII without spaces, commas, quotes and braces".to_owned()),
        (!key::is_acceptable(bare)).then(|| {
            "expected a key that begins with `mcp_` to have its form and checksum".to_owned()
        }),
    ];
    let problems = problems
        .into_iter()
        .flatten()
        .map(|expectation| Problem::new("secret", expectation))
        .collect();
    Problems::into_result(problems).map_err(DocumentError::BareKey)?;
    let record = KeyRecord::new(KeyId::default_key(), KeyDigest::of(bare));
    Ok(KeyDocument {
        records: vec![record],
        ..KeyDocument::empty()
    })
}
