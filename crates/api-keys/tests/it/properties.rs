//! What holds for every key and every document.

use api_keys::{KeyDocument, KeyId, NewKey, Timestamp, generate};
use proptest::{collection::btree_set, option, prelude::*, sample::Index};
use serde_json::{Value, json};

use crate::{
    secrecy::betrays,
    support::{BARE, KEY, KEY_SHA256, accepting, at, now, sha256},
};

fn id() -> impl Strategy<Value = String> {
    "[a-z0-9][a-z0-9-]{0,31}"
}

fn new_key() -> impl Strategy<Value = NewKey> {
    id().prop_map(|id| generate(&id.parse::<KeyId>().unwrap(), now()).unwrap())
}

fn time() -> impl Strategy<Value = Timestamp> {
    (
        at("0000-01-01T00:00:00Z").as_second()..Timestamp::MAX.as_second(),
        0..1_000_000_000_i32,
    )
        .prop_map(|(second, nanosecond)| Timestamp::new(second, nanosecond).unwrap())
}

/// An object of a valid document, except that it may share its id or hash with another one.
fn key() -> impl Strategy<Value = Value> {
    let tools = option::of(btree_set("[A-Za-z0-9_.-]{1,128}", 0..6));
    let note = option::of("\\PC{0,200}");
    let times = (option::of(time()), option::of(time()), option::of(time()));
    (
        id(),
        any::<u64>(),
        tools,
        note,
        times,
        option::of(any::<bool>()),
    )
        .prop_map(|(id, seed, tools, note, (one, two, created), disabled)| {
            let (start, end) = if one.is_some() && two.is_some() && one > two {
                (two, one)
            } else {
                (one, two)
            };
            let end = end.filter(|end| start != Some(*end));
            let fields = [
                ("id", json!(id)),
                ("sha256", json!(sha256(&seed.to_string()))),
                ("tools", json!(tools)),
                ("note", json!(note)),
                ("not_before", json!(start.map(|time| time.to_string()))),
                ("not_after", json!(end.map(|time| time.to_string()))),
                ("created", json!(created.map(|time| time.to_string()))),
                ("disabled", json!(disabled)),
            ];
            fields
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name.to_owned(), value))
                .collect()
        })
}

fn keys() -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec(key(), 0..8).prop_map(|mut keys| {
        keys.sort_by_key(|key| key["id"].to_string());
        keys.dedup_by_key(|key| key["id"].to_string());
        keys
    })
}

/// A piece of a document, right or wrong.
fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        "[{}\\[\\]:,\"0-9a-z \\\\]{0,6}",
        Just(KEY_SHA256.to_owned()),
        Just(KEY.to_owned()),
        Just("\"disabled\":true,".to_owned()),
        Just("null".to_owned()),
        Just("\\ud800".to_owned()),
        "\\PC{0,4}",
    ]
}

/// A document that was cut somewhere and continued by something else.
fn damaged() -> impl Strategy<Value = String> {
    (
        keys(),
        proptest::collection::vec((any::<Index>(), any::<Index>(), fragment()), 1..4),
    )
        .prop_map(|(keys, cuts)| {
            let mut text: Vec<char> = json!({"v": 1, "keys": keys}).to_string().chars().collect();
            for (one, other, fragment) in cuts {
                let (one, other) = (one.index(text.len() + 1), other.index(text.len() + 1));
                // Mostly short pieces, so that the rest still looks like a document.
                let (start, end) = (one.min(other), one.max(other).min(one.min(other) + 8));
                text.splice(start..end, fragment.chars());
            }
            text.into_iter().collect()
        })
}

/// Changes a key after its prefix: one letter replaced, left out, put in or swapped with its neighbour.
fn mutated(key: &str, place: Index, letter: char, kind: u8) -> String {
    let mut letters: Vec<char> = key.chars().collect();
    let place = 4 + place.index(letters.len() - 5);
    match kind {
        0 => letters[place] = letter,
        1 => drop(letters.remove(place)),
        2 => letters.insert(place, letter),
        _ => letters.swap(place, place + 1),
    }
    letters.into_iter().collect()
}

proptest! {
    #[test]
    fn a_new_key_is_accepted_and_its_document_survives_writing(new in new_key()) {
        let mut document = KeyDocument::empty();
        document.insert(new.record).unwrap();
        let read = KeyDocument::parse(&document.to_json()).unwrap();
        prop_assert_eq!(&read, &document);
        let principal = read.authenticate(new.key.expose(), now()).unwrap();
        prop_assert_eq!(principal.id(), document.records()[0].id());
    }

    /// By the checksum alone: the hash of the mistyped key is listed, so only its form can refuse it.
    #[test]
    fn a_mistyped_key_is_refused_before_it_is_hashed(
        new in new_key(), place: Index, letter in "[0-9A-Za-z_-]", kind in 0..4_u8,
    ) {
        let key = new.key.expose();
        let typo = mutated(key, place, letter.chars().next().unwrap(), kind);
        prop_assume!(typo != key);
        prop_assert!(accepting(&typo).authenticate(&typo, now()).is_err());
        prop_assert!(accepting(key).authenticate(&typo, now()).is_err());
    }

    #[test]
    fn only_the_key_itself_is_accepted(text in "\\PC{0,80}|[!-~]{0,80}") {
        prop_assume!(text != BARE && text != KEY);
        prop_assert!(KeyDocument::parse(BARE).unwrap().authenticate(&text, now()).is_err());
        prop_assert!(KeyDocument::parse(KEY).unwrap().authenticate(&text, now()).is_err());
    }

    #[test]
    fn every_acceptable_text_is_found_by_its_hash(text in "[!-+\\--~]{1,512}") {
        prop_assume!(!text.starts_with("mcp_"));
        let document = accepting(&text);
        let principal = document.authenticate(&text, now()).unwrap();
        prop_assert_eq!(principal.id(), "odd");
    }

    #[test]
    fn every_valid_document_is_read_and_survives_writing(keys in keys()) {
        let document = KeyDocument::parse(&json!({"v": 1, "keys": keys}).to_string()).unwrap();
        prop_assert_eq!(document.records().len(), keys.len());
        for (record, key) in document.records().iter().zip(&keys) {
            prop_assert_eq!(json!(record.id()), key["id"].clone());
            prop_assert_eq!(json!(record.tools()), key["tools"].clone());
            prop_assert_eq!(json!(record.note()), key["note"].clone());
            prop_assert_eq!(json!(record.is_disabled()), json!(key["disabled"] == json!(true)));
        }
        let written = document.to_json();
        prop_assert_eq!(KeyDocument::parse(&written).unwrap(), document.clone());
        let reread: Value = serde_json::from_str(&written).unwrap();
        for (written, key) in reread["keys"].as_array().unwrap().iter().zip(&keys) {
            for field in ["sha256", "not_before", "not_after", "created"] {
                prop_assert_eq!(&written[field], &key[field]);
            }
        }
    }

    #[test]
    fn no_text_makes_reading_panic(text in "\\PC*|[\\[{]\\PC*|[!-~]{0,600}\n?") {
        if let Ok(document) = KeyDocument::parse(&text) {
            prop_assert_eq!(KeyDocument::parse(&document.to_json()).unwrap(), document);
        }
    }

    #[test]
    fn a_damaged_document_is_read_back_as_written_or_refused_discreetly(text in damaged()) {
        match KeyDocument::parse(&text) {
            Ok(document) => prop_assert_eq!(KeyDocument::parse(&document.to_json()).unwrap(), document),
            Err(error) => {
                let shown = format!("{error} {error:?}");
                prop_assert!(!betrays(&shown, KEY) && !betrays(&shown, KEY_SHA256), "{shown}");
                let hashes = text.split('"').filter(|part| part.len() == 64 && part.is_ascii());
                for hash in hashes {
                    prop_assert!(!betrays(&shown, hash), "{shown}");
                }
            }
        }
    }
}
