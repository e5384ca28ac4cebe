//! The decision: every kind of presented key against every state of the document.

use api_keys::{KeyDocument, KeyRecord, MAX_PRESENTED_BYTES};

use crate::support::{BARE, KEY, accepting, at, document, ids, new_key, now, record, sha256};

/// One record in every state, and whether its key is accepted at [`now`].
fn states(record: &KeyRecord) -> Vec<(&'static str, bool, KeyRecord)> {
    let (before, after) = (
        at("2026-07-28T11:59:59.999999999Z"),
        at("2026-07-28T12:00:00.000000001Z"),
    );
    let of = || record.clone();
    let disabled = |record: KeyRecord| {
        let id = record.id().to_owned();
        let mut document = document([record]);
        document.disable(&id).unwrap();
        document.revoke(&id).unwrap()
    };
    vec![
        ("unrestricted", true, of()),
        ("for some tools", true, of().with_tools(["query", "logs"])),
        ("for no tools", true, of().with_tools([""; 0])),
        ("with a note", true, of().with_note("Ana's laptop")),
        ("begun", true, of().with_not_before(before)),
        ("beginning now", true, of().with_not_before(now())),
        ("not begun", false, of().with_not_before(after)),
        ("not ended", true, of().with_not_after(after)),
        ("ending now", false, of().with_not_after(now())),
        ("ended", false, of().with_not_after(before)),
        (
            "within its time",
            true,
            of().with_not_before(before).with_not_after(after),
        ),
        ("disabled", false, disabled(of())),
        (
            "disabled within its time",
            false,
            disabled(of().with_not_before(before).with_not_after(after)),
        ),
    ]
}

#[test]
fn a_key_is_accepted_exactly_when_its_record_is_valid() {
    let new = new_key("ci");
    for (state, valid, record) in states(&new.record) {
        for others in [0, 1, 7] {
            for position in 0..=others {
                let mut records: Vec<KeyRecord> = (0..others)
                    .map(|n| crate::support::record(&format!("k{n}")))
                    .collect();
                records.insert(position, record.clone());
                let document = document(records);
                let answer = document.authenticate(new.key.expose(), now());
                let who = answer
                    .as_ref()
                    .ok()
                    .map(|principal| (principal.id(), principal.tools()));
                let expected = valid.then(|| ("ci", record.tools()));
                assert_eq!(who, expected, "{state}, at {position} with {others} others");
            }
        }
        assert_eq!(record.is_valid_at(now()), valid, "{state}");
    }
}

#[test]
fn nothing_else_is_accepted_in_any_state() {
    let new = new_key("ci");
    let key = new.key.expose();
    let stranger = new_key("ci");
    let presented = [
        ("nothing", String::new()),
        (
            "another key of the same id",
            stranger.key.expose().to_owned(),
        ),
        ("with a line break", format!("{key}\n")),
        ("with a space before", format!(" {key}")),
        ("twice, joined by a comma", format!("{key},{key}")),
        (
            "twice, joined by a comma and a space",
            format!("{key}, {key}"),
        ),
        ("in capitals", key.to_uppercase()),
        ("its beginning", key[..key.len() - 1].to_owned()),
        ("with a letter more", format!("{key}0")),
        ("its hash", sha256(key)),
        ("its id", "ci".to_owned()),
        ("a bearer token", format!("Bearer {key}")),
        ("with a NUL", format!("{key}\0")),
        ("not ASCII", format!("{key}é")),
        ("too long", "x".repeat(MAX_PRESENTED_BYTES + 1)),
        ("far too long", "x".repeat(1 << 20)),
        ("a bare key", BARE.to_owned()),
    ];
    for (state, _, record) in states(&new.record) {
        let document = document([crate::support::record("other"), record]);
        for (what, text) in &presented {
            let refused = document.authenticate(text, now()).unwrap_err();
            assert_eq!(refused.to_string(), "not authorized", "{what}, {state}");
        }
    }
}

#[test]
fn the_empty_document_authorises_nobody() {
    for document in [
        KeyDocument::empty(),
        KeyDocument::parse(r#"{"v":1,"keys":[]}"#).unwrap(),
    ] {
        for key in ["", "default", BARE, KEY] {
            assert!(document.authenticate(key, now()).is_err(), "{key}");
        }
    }
}

/// Text that a header cannot carry as one key is refused even if its hash is listed.
#[test]
fn what_no_key_can_be_is_refused_though_listed() {
    let longest = "x".repeat(MAX_PRESENTED_BYTES);
    for (text, accepted) in [
        ("", false),
        (" ", false),
        ("a b", false),
        ("a,b", false),
        ("a\tb", false),
        ("a\u{7f}", false),
        ("é", false),
        ("!", true),
        ("~", true),
        (&longest, true),
        (&format!("{longest}x"), false),
    ] {
        assert_eq!(
            accepting(text).authenticate(text, now()).is_ok(),
            accepted,
            "{:.20}",
            text
        );
    }
}

#[test]
fn a_principal_outlives_its_document() {
    let new = new_key("ci");
    let document = document([new.record.with_tools(["query"])]);
    let principal = document.authenticate(new.key.expose(), now()).unwrap();
    drop(document);
    assert_eq!(principal.id(), "ci");
    assert!(principal.tools().unwrap().contains("query"));
}

#[test]
fn a_removed_key_is_refused_and_the_others_stay() {
    let keys = ["a", "b", "c"].map(new_key);
    let mut document = document(keys.iter().map(|new| new.record.clone()));
    assert_eq!(document.revoke("b").unwrap(), keys[1].record);
    assert_eq!(ids(&document), ["a", "c"]);
    let accepted = keys
        .each_ref()
        .map(|new| document.authenticate(new.key.expose(), now()).is_ok());
    assert_eq!(accepted, [true, false, true]);
    assert_ne!(record("a"), record("a"), "two keys of one id differ");
}
