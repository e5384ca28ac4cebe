//! The key of a deployment, beside those of a store.

use api_keys::{DEPLOYED_ID, DeployedKey, KeyDocument, Keyring};
use serde_json::json;

use crate::support::{BARE, KEY, KEY_SHA256, document, new_key, now, record, sha256};

fn deployed(sha256: &str) -> DeployedKey {
    let document = json!({"v": 1, "keys": [{"id": DEPLOYED_ID, "sha256": sha256}]});
    DeployedKey::parse(&document.to_string()).unwrap().unwrap()
}

fn who(stored: &KeyDocument, key: &str) -> Option<String> {
    let keys = Keyring::new(stored.clone(), Some(&deployed(KEY_SHA256)));
    let principal = keys.authenticate(key, now()).ok()?;
    Some(principal.id().to_owned())
}

#[test]
fn both_kinds_of_keys_are_accepted() {
    let [first, last, foreign] = ["first", "last", "first"].map(new_key);
    let stored = document([first.record, record("other"), last.record]);
    assert_eq!(who(&stored, first.key.expose()).as_deref(), Some("first"));
    assert_eq!(who(&stored, last.key.expose()).as_deref(), Some("last"));
    assert_eq!(who(&stored, KEY).as_deref(), Some(DEPLOYED_ID));
    for key in [foreign.key.expose(), "", BARE] {
        assert_eq!(who(&stored, key), None);
    }
    let without = Keyring::new(stored, None);
    assert!(without.authenticate(KEY, now()).is_err());
    assert_eq!(
        who(&KeyDocument::empty(), KEY).as_deref(),
        Some(DEPLOYED_ID)
    );
}

#[test]
fn the_store_has_the_last_word_on_the_same_key() {
    let text = json!({"v": 1, "keys": [{"id": "ci", "sha256": KEY_SHA256, "tools": ["ping"]}]});
    let mut stored = KeyDocument::parse(&text.to_string()).unwrap();
    assert_eq!(who(&stored, KEY).as_deref(), Some("ci"));
    stored.disable("ci").unwrap();
    assert_eq!(who(&stored, KEY), None);
    stored.revoke("ci").unwrap();
    assert_eq!(who(&stored, KEY).as_deref(), Some(DEPLOYED_ID));
}

#[test]
fn the_store_may_disable_it() {
    let mut stored = document([record("ci")]);
    stored.disable(DEPLOYED_ID).unwrap();
    assert_eq!(who(&stored, KEY), None);
    stored.enable(DEPLOYED_ID).unwrap();
    assert_eq!(who(&stored, KEY).as_deref(), Some(DEPLOYED_ID));
}

#[test]
fn its_document_holds_its_record_and_nothing_else() {
    let refused = |document: &str| DeployedKey::parse(document).unwrap_err().to_string();
    let hash = sha256("1");
    assert_eq!(DeployedKey::parse(r#"{"v":1,"keys":[]}"#).unwrap(), None);
    assert_eq!(
        refused(&json!({"v": 1, "keys": [{"id": "default", "sha256": hash}]}).to_string()),
        "invalid key document: keys[0].id: expected `deployed`"
    );
    let two = json!({"v": 1, "keys": [{"id": "deployed", "sha256": hash}, {"id": "deployed", "sha256": KEY_SHA256}]});
    assert_eq!(
        refused(&two.to_string()),
        "invalid key document: keys[1].id: expected a value of its own, keys[0] has the same"
    );
    assert_eq!(
        refused(r#"{"v":1,"keys":[],"deployed":"disabled"}"#),
        "invalid key document: deployed: unknown, expected only v, keys"
    );
    assert!(refused(BARE).starts_with("invalid key document: expected JSON"));
}
