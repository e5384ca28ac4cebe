//! `keys create`

use api_keys::{KeyRecord, NewKey, Timestamp, generate, without_generated_keys};

use super::{Keys, check_end, hand_over, id};
use crate::cli::KeyCreate;
use crate::error::Error;
use crate::keys::{Absent, KeysError};
use crate::output::Printer;

pub(super) async fn run(
    keys: &Keys<'_>,
    create: &KeyCreate,
    output: &mut Printer<'_>,
) -> Result<(), Error> {
    refuse_keys("--tools", create.tools.iter().flatten())?;
    refuse_keys("--note", &create.note)?;
    let now = keys.now();
    let NewKey { key, record } = generate(&id(&create.id)?, now).map_err(KeysError::from)?;
    let record = restricted(record, create, now)?;
    let insert = keys.store.change(Absent::Create, |document| {
        Ok(document.insert(record.clone())?)
    });
    let effect = keys.effect_of_new_key(&insert.await?);
    hand_over(keys, &key, &record, None, effect, output).await
}

/// Refuses texts in which there could be a key: they are kept and shown in the clear.
fn refuse_keys<'t>(
    option: &'static str,
    texts: impl IntoIterator<Item = &'t String>,
) -> Result<(), KeysError> {
    let holds_key = |text: &String| without_generated_keys(text) != text.as_str();
    match texts.into_iter().any(holds_key) {
        true => Err(KeysError::KeyInOption(option)),
        false => Ok(()),
    }
}

fn restricted(
    record: KeyRecord,
    create: &KeyCreate,
    now: Timestamp,
) -> Result<KeyRecord, KeysError> {
    let end = create.expires.resolve(now);
    check_end(end, now)?;
    let begin = create.not_before.map(|when| when.resolve(now));
    let record = option(record, create.tools.as_ref(), KeyRecord::with_tools);
    let record = option(record, begin, KeyRecord::with_not_before);
    let record = option(record, end, KeyRecord::with_not_after);
    Ok(option(record, create.note.as_ref(), KeyRecord::with_note))
}

/// Applies what is there.
fn option<T>(
    record: KeyRecord,
    value: Option<T>,
    apply: impl FnOnce(KeyRecord, T) -> KeyRecord,
) -> KeyRecord {
    match value {
        Some(value) => apply(record, value),
        None => record,
    }
}
