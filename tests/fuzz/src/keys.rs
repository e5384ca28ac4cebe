//! Promises about keys: in the gateway's event, in the key document, and as they are presented.

use std::sync::LazyLock;

use api_keys::{KeyDocument, MAX_PRESENTED_BYTES, Timestamp};
use lambda_program::gateway::{Presented, UnverifiedEvent};

/// The one key that the document of [`check_presented`] accepts.
pub const ACCEPTED: &str = "0123456789abcdef0123456789abcdef";

static DOCUMENT: LazyLock<KeyDocument> =
    LazyLock::new(|| KeyDocument::parse(ACCEPTED).expect("a bare key"));

/// An event yields a possible key, nothing, or an error, and whatever it holds is never shown.
pub fn check_event(input: &[u8]) -> bool {
    let Ok(event) = serde_json::from_slice::<UnverifiedEvent>(input) else {
        return false;
    };
    let presented = event.presented();
    let shown = format!("{event:?} {presented:?}");
    assert!(shown.len() < 200, "shows a part of the event: {shown}");
    if let Some(id) = event.gateway_request_id() {
        assert!((1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic()));
    }
    if let Ok(Presented::Key(key)) = presented {
        let key = key.expose();
        assert!((1..=MAX_PRESENTED_BYTES).contains(&key.len()));
        assert!(
            key.bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b',')
        );
    }
    true
}

/// A document is refused with reasons, or can be written and read back unchanged; its hashes are never shown.
pub fn check_document(input: &str) -> bool {
    match KeyDocument::parse(input) {
        Err(error) => {
            assert!(!error.to_string().is_empty());
            false
        }
        Ok(document) => {
            let json = document.to_json();
            let again = KeyDocument::parse(&json).expect("what was written can be read");
            assert!(again == document, "changed by a round trip");
            let shown = format!("{document:?}");
            for word in json.split('"').filter(|word| word.len() == 64) {
                let hash = word.bytes().all(|byte| byte.is_ascii_hexdigit());
                // An id or a name of 64 characters is shown.
                assert!(!hash || !shown.contains(word) || input.matches(word).count() > 1);
            }
            true
        }
    }
}

/// Exactly the one key is accepted.
pub fn check_presented(input: &str) -> bool {
    let accepted = DOCUMENT.authenticate(input, Timestamp::UNIX_EPOCH).is_ok();
    assert_eq!(accepted, input == ACCEPTED);
    accepted
}
