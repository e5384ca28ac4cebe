//! `keys rotate`

use api_keys::{EditError, KeyDocument, KeyId, KeyRecord, NewKey, Timestamp, generate};

use super::{Keys, check_end, hand_over, id};
use crate::cli::KeyRotate;
use crate::error::Error;
use crate::keys::{Absent, KeysError};
use crate::output::Printer;
use crate::output::keys::KeyView;

pub(super) async fn run(
    keys: &Keys<'_>,
    rotate: &KeyRotate,
    output: &mut Printer<'_>,
) -> Result<(), Error> {
    let now = keys.now();
    let old = id(&rotate.id)?;
    check_end(rotate.expires.and_then(|expiry| expiry.resolve(now)), now)?;
    // The key is made anew for each attempt, because it bears its id, and the id depends on the keys there are.
    let change = keys.store.change(Absent::Refuse, |document| {
        successor(document, &old, rotate, now)
    });
    let change = change.await?;
    let effect = keys.effect_of_new_key(&change);
    let (new, old) = change.value;
    hand_over(keys, &new.key, &new.record, Some(old), effect, output).await
}

fn successor(
    document: &mut KeyDocument,
    old: &KeyId,
    rotate: &KeyRotate,
    now: Timestamp,
) -> Result<(NewKey, KeyView), KeysError> {
    let ends = record(document, old).is_some_and(|record| record.not_after().is_some());
    if ends && rotate.expires.is_none() {
        return Err(KeysError::EndlessSuccessor(old.to_string()));
    }
    let NewKey { key, record: new } = generate(&document.next_id(old), now)?;
    let new = match rotate.expires.and_then(|expiry| expiry.resolve(now)) {
        Some(end) => new.with_not_after(end),
        None => new,
    };
    document.rotate(old.as_str(), new.clone(), rotate.keep.resolve(now))?;
    // As it is now, at the end of the document: with the tools and the note of the old one.
    let new = document.records().last().cloned().unwrap_or(new);
    let view = record(document, old).map(|record| KeyView::new(record, now));
    let unknown = || EditError::UnknownId {
        id: old.to_string(),
    };
    let view = view.ok_or_else(unknown)?;
    Ok((NewKey { key, record: new }, view))
}

fn record<'d>(document: &'d KeyDocument, id: &KeyId) -> Option<&'d KeyRecord> {
    let mut records = document.records().iter();
    records.find(|record| record.id() == id.as_str())
}
