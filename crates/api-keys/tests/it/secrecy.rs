//! Nothing that is printed ever holds a key or a hash, wherever one was put.

use api_keys::{EditError, KeyDocument};
use serde_json::{Value, json};

use crate::support::{KEY, KEY_SHA256, accepting, document, new_key, now, record};

/// Whether a text holds a part of a secret that is long enough to mean something.
pub(crate) fn betrays(text: &str, secret: &str) -> bool {
    let text = text.to_lowercase();
    let secret = secret.to_lowercase();
    (0..secret.len().saturating_sub(11)).any(|start| text.contains(&secret[start..start + 12]))
}

#[test]
fn the_test_itself_notices_a_secret() {
    assert!(betrays(&format!("<{KEY}>"), KEY));
    assert!(betrays(&KEY_SHA256[20..40].to_uppercase(), KEY_SHA256));
    assert!(!betrays("mcp_ci_", KEY));
}

#[test]
fn debug_shows_ids_only() {
    let new = new_key("ci");
    let hash = {
        let text = document([new.record.clone()]).to_json();
        let start = text.find("sha256\":\"").unwrap() + 9;
        text[start..start + 64].to_owned()
    };
    assert_eq!(format!("{:?}", new.key), "ApiKey(..)");
    assert_eq!(format!("{:?}", new.record), "KeyRecord { id: \"ci\", .. }");
    let document = document([new.record.clone()]);
    assert_eq!(
        format!("{document:?}"),
        "KeyDocument { keys: [KeyRecord { id: \"ci\", .. }] }"
    );
    let principal = document.authenticate(new.key.expose(), now()).unwrap();
    for text in [
        format!("{new:?}{new:#?}"),
        format!("{document:#?}"),
        format!("{principal:#?}"),
    ] {
        assert!(
            !betrays(&text, new.key.expose()) && !betrays(&text, &hash),
            "{text}"
        );
    }
}

#[test]
fn no_error_repeats_what_stands_in_a_document() {
    let fields = [
        "id",
        "sha256",
        "tools",
        "not_before",
        "not_after",
        "disabled",
        "note",
        "created",
        "other",
    ];
    for secret in [KEY, KEY_SHA256] {
        let mut texts: Vec<String> = Vec::new();
        for field in fields {
            for value in [json!(secret), json!([secret]), json!({secret: secret})] {
                let mut key = json!({"id": "ci", "sha256": "0".repeat(63), "unknown": 1});
                key[field] = value;
                texts.push(json!({"v": 1, "keys": [key]}).to_string());
            }
        }
        let objects: [Value; 4] = [
            json!({secret: secret}),
            json!({"v": secret, "keys": secret}),
            json!({"v": 1, "keys": secret, secret: 1}),
            json!({"v": 1, "keys": [secret, {secret: 1}]}),
        ];
        texts.extend(objects.map(|object| object.to_string()));
        texts.extend([
            format!("{{{secret}"),
            format!("[{secret}]"),
            format!("\"{secret}\""),
            format!("{KEY} {secret}"),
        ]);
        for text in texts {
            let error = KeyDocument::parse(&text).unwrap_err();
            let shown = format!("{error} {error:?} {error:#?}");
            assert!(!betrays(&shown, secret), "{shown}");
        }
    }
}

#[test]
fn no_edit_repeats_what_was_pasted_in_the_place_of_an_id() {
    let mut document = document([record("ci")]);
    for secret in [KEY, KEY_SHA256] {
        let errors: [EditError; 3] = [
            document.disable(secret).unwrap_err(),
            document.revoke(secret).unwrap_err(),
            document.rotate(secret, record("new"), now()).unwrap_err(),
        ];
        for error in errors {
            assert!(!betrays(&format!("{error} {error:?}"), secret), "{error}");
        }
    }
    let twin = accepting(KEY).revoke("odd").unwrap();
    let error = accepting(KEY).insert(twin.with_note("\n")).unwrap_err();
    assert!(
        !betrays(&format!("{error} {error:?}"), KEY_SHA256),
        "{error}"
    );
}
