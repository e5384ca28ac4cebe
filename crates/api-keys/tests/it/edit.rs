//! Changes to a document, and that a refused one changes nothing.

use api_keys::{DEPLOYED_ID, EditError, KeyDocument, KeyRecord, MAX_DOCUMENT_BYTES, Timestamp};

use crate::support::{at, document, ids, new_key, now, record};

/// The error of an edit, having made sure that it changed nothing.
fn refused<T>(
    document: &KeyDocument,
    edit: impl FnOnce(&mut KeyDocument) -> Result<T, EditError>,
) -> EditError {
    let mut edited = document.clone();
    let error = edit(&mut edited).err().unwrap();
    assert_eq!(&edited, document);
    error
}

fn tomorrow() -> Timestamp {
    at("2026-07-29T12:00:00Z")
}

/// A document that is written in exactly as many bytes as one may have.
fn full_document() -> KeyDocument {
    let mut full = KeyDocument::empty();
    let id = |document: &KeyDocument| format!("k{:03}", document.records().len());
    for note in [200, 0] {
        while full
            .insert(record(&id(&full)).with_note("n".repeat(note)))
            .is_ok()
        {}
    }
    let left = MAX_DOCUMENT_BYTES - full.to_json().len();
    let last = full.revoke(full.records().last().unwrap().id().to_owned().as_str());
    full.insert(last.unwrap().with_note("n".repeat(left)))
        .unwrap();
    full
}

#[test]
fn keys_are_added_at_the_end() {
    let mut document = document([record("b")]);
    document.insert(record("a")).unwrap();
    assert_eq!(ids(&document), ["b", "a"]);
    assert_eq!(KeyDocument::parse(&document.to_json()).unwrap(), document);
}

#[test]
fn an_id_and_a_key_are_added_once() {
    let new = new_key("a");
    let document = document([new.record.clone(), record("b")]);
    let error = refused(&document, |edited| edited.insert(record("b")));
    assert_eq!(error, EditError::DuplicateId { id: "b".to_owned() });
    assert_eq!(error.to_string(), "a key with the id `b` exists already");

    let mut renamed =
        KeyDocument::parse(&document.to_json().replace("\"id\":\"a\"", "\"id\":\"c\"")).unwrap();
    let same = renamed.revoke("c").unwrap();
    let error = refused(&document, |edited| edited.insert(same));
    assert_eq!(error.to_string(), "the same key exists already as `a`");
}

#[test]
fn an_invalid_record_is_refused_with_every_reason() {
    let bad = record("bad")
        .with_tools(["a b"])
        .with_note("\n")
        .with_not_before(now())
        .with_not_after(now());
    let error = refused(&KeyDocument::empty(), |edited| edited.insert(bad));
    assert_eq!(
        error.to_string(),
        "invalid key record: \
         bad.tools: expected names of 1–128 characters of A–Z, a–z, 0–9, `_`, `.`, `-`; \
         bad.note: expected at most 200 characters, none of them a control character; \
         bad.not_after: expected a time later than not_before",
    );
}

#[test]
fn a_key_is_not_made_with_more_names_than_a_header_takes() {
    let names = (0..256).map(|n| format!("{n:0128}"));
    let record = record("many").with_tools(names);
    let error = refused(&KeyDocument::empty(), |edited| edited.insert(record));
    assert_eq!(
        error.to_string(),
        "invalid key record: many.tools: expected at most 8192 bytes of names and commas, got 33023"
    );
}

#[test]
fn an_id_that_is_not_there_is_named_if_it_is_one() {
    let document = document([record("ci")]);
    let key = new_key("ci");
    for (id, shown) in [("other", "other"), ("", "?"), (key.key.expose(), "?")] {
        let expected = format!("no key has the id `{shown}`");
        assert_eq!(
            refused(&document, |edited| edited.disable(id)).to_string(),
            expected
        );
        assert_eq!(
            refused(&document, |edited| edited.revoke(id)).to_string(),
            expected
        );
        let error = refused(&document, |edited| {
            edited.rotate(id, record("new"), tomorrow())
        });
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn disabling_keeps_the_record_and_can_be_repeated() {
    let mut document = document([record("a").with_note("x"), record("b")]);
    let before = document.clone();
    document.disable("a").unwrap();
    document.disable("a").unwrap();
    assert_eq!(ids(&document), ["a", "b"]);
    assert!(document.records()[0].is_disabled() && !document.records()[1].is_disabled());
    assert_eq!(document.records()[0].note(), Some("x"));
    assert_ne!(document, before);
    assert_eq!(KeyDocument::parse(&document.to_json()).unwrap(), document);
}

#[test]
fn after_a_rotation_both_keys_are_accepted_until_the_old_one_ends() {
    let (old, new) = (new_key("ci"), new_key("ci-r2"));
    let mut document = document([record("a"), old.record, record("z")]);
    document.rotate("ci", new.record, tomorrow()).unwrap();
    assert_eq!(ids(&document), ["a", "ci", "z", "ci-r2"]);
    let who = |key: &str, time: Timestamp| {
        document
            .authenticate(key, time)
            .ok()
            .map(|found| found.id().to_owned())
    };
    assert_eq!(who(old.key.expose(), now()).as_deref(), Some("ci"));
    assert_eq!(who(new.key.expose(), now()).as_deref(), Some("ci-r2"));
    assert_eq!(who(old.key.expose(), tomorrow()), None);
    assert_eq!(who(new.key.expose(), tomorrow()).as_deref(), Some("ci-r2"));
}

#[test]
fn a_rotation_never_prolongs_the_old_key() {
    let ends = |known: Timestamp, until: Timestamp| {
        let mut document = document([record("ci").with_not_after(known)]);
        document.rotate("ci", record("new"), until).unwrap();
        assert_eq!(
            document.records()[1].not_after(),
            None,
            "the end of the old key is not the end of the new one"
        );
        document.records()[0].not_after().unwrap()
    };
    assert_eq!(ends(now(), tomorrow()), now());
    assert_eq!(ends(tomorrow(), now()), now());
}

#[test]
fn the_new_key_takes_over_what_it_does_not_bring() {
    let rotated = |old: KeyRecord, new: KeyRecord| {
        let mut document = document([old]);
        document.rotate("old", new, tomorrow()).unwrap();
        document.revoke("new").unwrap()
    };
    let restricted = || record("old").with_tools(["query"]).with_note("Ana");
    let heir = rotated(restricted(), record("new"));
    assert_eq!(heir.tools(), restricted().tools());
    assert_eq!(heir.note(), Some("Ana"));
    let own = rotated(
        restricted(),
        record("new").with_tools(["logs"]).with_note("Ben"),
    );
    assert!(own.tools().unwrap().contains("logs") && own.tools().unwrap().len() == 1);
    assert_eq!(own.note(), Some("Ben"));
    let plain = rotated(
        record("old"),
        record("new").with_tools(["logs"]).with_note("Ben"),
    );
    assert_eq!(
        (plain.tools().unwrap().len(), plain.note()),
        (1, Some("Ben"))
    );
    let plain = rotated(record("old"), record("new"));
    assert_eq!((plain.tools(), plain.note()), (None, None));
}

#[test]
fn a_rotation_that_is_refused_changes_nothing() {
    let mut document = document([record("ci").with_not_before(now()), record("off")]);
    document.disable("off").unwrap();
    let error = refused(&document, |edited| {
        edited.rotate("off", record("new"), tomorrow())
    });
    assert_eq!(
        error.to_string(),
        "the key `off` is disabled: revoke it and make a new one"
    );
    let error = refused(&document, |edited| {
        edited.rotate("ci", record("ci"), tomorrow())
    });
    assert_eq!(
        error,
        EditError::DuplicateId {
            id: "ci".to_owned()
        }
    );
    let error = refused(&document, |edited| {
        edited.rotate("ci", record("new"), now())
    });
    assert_eq!(
        error.to_string(),
        "invalid key record: ci.not_after: expected a time later than not_before"
    );
    let error = refused(&document, |edited| {
        edited.rotate("ci", record("new").with_note("\0"), tomorrow())
    });
    assert!(matches!(error, EditError::InvalidRecord(_)), "{error}");
}

#[test]
fn a_document_never_grows_beyond_one_secret() {
    let full = full_document();
    assert_eq!(full.to_json().len(), MAX_DOCUMENT_BYTES);
    assert_eq!(KeyDocument::parse(&full.to_json()).unwrap(), full);
    let error = refused(&full, |edited| edited.insert(record("new")));
    assert_eq!(
        error.to_string(),
        "the document would be longer than 65536 bytes: revoke a key first"
    );
    assert_eq!(
        refused(&full, |edited| edited.disable("k000")),
        EditError::DocumentFull
    );
    assert_eq!(
        refused(&full, |edited| edited.disable(DEPLOYED_ID)),
        EditError::DocumentFull
    );
    assert_eq!(
        refused(&full, |edited| edited.rotate("k000", record("new"), now())),
        EditError::DocumentFull
    );
    let mut full = full;
    full.revoke("k000").unwrap();
    full.insert(record("new")).unwrap();
}

#[test]
fn the_next_id_is_free_and_counts_on() {
    let document = document(["ci", "ci-r2", "ci-r4", "us-east-1"].map(record));
    let long = "abcdefghijklmnopqrstuvwxyz-01234";
    for (id, next) in [
        ("ci", "ci-r3"),
        ("ci-r2", "ci-r3"),
        ("ci-r9", "ci-r3"),
        ("dev", "dev-r2"),
        ("us-east-1", "us-east-1-r2"),
        ("r-r", "r-r-r2"),
        ("a-rx", "a-rx-r2"),
        ("a-r2-b", "a-r2-b-r2"),
        ("a-r2x", "a-r2x-r2"),
        (long, "abcdefghijklmnopqrstuvwxyz-01-r2"),
    ] {
        assert_eq!(
            document.next_id(&id.parse().unwrap()).as_str(),
            next,
            "{id}"
        );
    }
}

#[test]
fn enabling_undoes_disabling_and_can_be_repeated() {
    let mut document = document([record("a"), record("b")]);
    let before = document.clone();
    document.disable("a").unwrap();
    document.enable("a").unwrap();
    document.enable("a").unwrap();
    document.enable("b").unwrap();
    assert_eq!(document, before);
    let error = refused(&document, |edited| edited.enable("other"));
    assert_eq!(error.to_string(), "no key has the id `other`");
}

#[test]
fn the_deployed_key_is_disabled_by_a_mark_of_the_document() {
    let mut document = document([record("ci")]);
    let before = document.clone();
    for _ in 0..2 {
        document.disable(DEPLOYED_ID).unwrap();
        assert!(document.is_deployed_disabled());
    }
    let text = document.to_json();
    assert!(text.starts_with("{\n  \"v\": 1,\n  \"deployed\": \"disabled\",\n  \"keys\": ["));
    assert_eq!(KeyDocument::parse(&text).unwrap(), document);
    for _ in 0..2 {
        document.enable(DEPLOYED_ID).unwrap();
        assert_eq!(document, before);
    }
}

#[test]
fn the_deployed_key_is_neither_made_nor_revoked_nor_rotated() {
    let document = document([record("ci")]);
    let reserved = "invalid key record: deployed.id: expected another id than `deployed`, which is reserved for the \
                    key that comes with a deployment";
    let insert = refused(&document, |edited| edited.insert(record(DEPLOYED_ID)));
    assert_eq!(insert.to_string(), reserved);
    let rotate = refused(&document, |edited| {
        edited.rotate("ci", record(DEPLOYED_ID), tomorrow())
    });
    assert_eq!(rotate.to_string(), reserved);
    let old = refused(&document, |edited| {
        edited.rotate(DEPLOYED_ID, record("new"), tomorrow())
    });
    assert_eq!(old, EditError::Deployed);
    let revoke = refused(&document, |edited| edited.revoke(DEPLOYED_ID));
    assert_eq!(
        revoke.to_string(),
        "the key `deployed` came with the deployment: disable it here, or deploy with another key or none"
    );
}

#[test]
fn a_key_has_its_owner_in_every_state() {
    let [off, ended, early, foreign] = ["off", "ended", "early", "off"].map(new_key);
    let mut document = document([
        off.record.clone(),
        ended.record.clone().with_not_after(now()),
        early.record.clone().with_not_before(tomorrow()),
    ]);
    document.disable("off").unwrap();
    for (key, id) in [(&off, "off"), (&ended, "ended"), (&early, "early")] {
        let key = key.key.expose();
        assert_eq!(document.owner(key).map(KeyRecord::id), Some(id));
        assert!(document.authenticate(key, now()).is_err());
    }
    for key in [foreign.key.expose(), "", "off", &"x".repeat(600)] {
        assert_eq!(document.owner(key), None);
    }
}
