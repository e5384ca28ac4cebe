//! Whose key it is, whatever its state.

use api_keys::{KeyDocument, KeyRecord, Timestamp};
use serde_json::Value;

/// The fields of a record that can keep its own key from being accepted.
const LIMITS: [&str; 3] = ["not_before", "not_after", "disabled"];

/// The record of `key`, also if the key is not accepted. To tell an administrator, and for no other decision.
///
/// The document itself never says why it refuses a key, so this asks one without limits.
#[must_use]
pub fn owner<'d>(document: &'d KeyDocument, key: &str) -> Option<&'d KeyRecord> {
    let unlimited = without_limits(document)?;
    let principal = unlimited.authenticate(key, Timestamp::UNIX_EPOCH).ok()?;
    let mut records = document.records().iter();
    records.find(|record| record.id() == principal.id())
}

fn without_limits(document: &KeyDocument) -> Option<KeyDocument> {
    let mut json: Value = serde_json::from_str(&document.to_json()).ok()?;
    for record in json.get_mut("keys")?.as_array_mut()? {
        let record = record.as_object_mut()?;
        record.retain(|field, _| !LIMITS.contains(&field.as_str()));
    }
    KeyDocument::parse(&json.to_string()).ok()
}

#[cfg(test)]
mod tests {
    use api_keys::{KeyId, NewKey, generate};

    use super::*;
    use crate::keys::State;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn new(id: &str) -> NewKey {
        generate(&id.parse::<KeyId>().unwrap(), NOW).unwrap()
    }

    #[test]
    fn a_key_has_its_owner_in_every_state() {
        let day = jiff::SignedDuration::from_hours(24);
        let (active, disabled, ended, future) = (new("a"), new("d"), new("e"), new("f"));
        let mut document = KeyDocument::empty();
        document.insert(active.record).unwrap();
        document.insert(disabled.record).unwrap();
        document.disable("d").unwrap();
        document.insert(ended.record.with_not_after(NOW)).unwrap();
        document
            .insert(future.record.with_not_before(NOW + day))
            .unwrap();
        for (key, id, state) in [
            (&active.key, "a", State::Active),
            (&disabled.key, "d", State::Disabled),
            (&ended.key, "e", State::Expired),
            (&future.key, "f", State::NotYet),
        ] {
            let record = owner(&document, key.expose()).unwrap();
            assert_eq!((record.id(), State::of(record, NOW)), (id, state));
        }
    }

    #[test]
    fn a_foreign_key_has_no_owner() {
        let mut document = KeyDocument::empty();
        document.insert(new("ci").record).unwrap();
        for key in [new("ci").key.expose(), "", "ci", &"x".repeat(600)] {
            assert_eq!(owner(&document, key), None);
        }
    }
}
