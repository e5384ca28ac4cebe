//! A JSON-RPC message as it was written: its outline is read, its payload is not, so that every number, the order of
//! every object and every member that nobody knows stay what they were.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use untrusted_json::MAX_DEPTH;

use super::HttpFailure;

/// One message of either side.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    text: String,
    outline: Outline,
}

#[derive(Debug, Clone)]
struct Outline {
    id: Option<Box<RawValue>>,
    method: Option<String>,
    result: Option<Box<RawValue>>,
    error: Option<Box<RawValue>>,
    params: Option<Box<RawValue>>,
}

/// The members that count. One that is there twice is an error.
#[derive(Deserialize)]
#[serde(expecting = "a JSON-RPC message, an object")]
struct Members<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
}

/// A member that is there, `null` too.
fn present<'de: 'a, 'a, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

impl Message {
    /// Reads the outline of `text`.
    ///
    /// # Errors
    /// When no document may be built of it (see [`untrusted_json`]), or it is no JSON-RPC message.
    pub(crate) fn read(text: String) -> Result<Self, HttpFailure> {
        untrusted_json::check(text.as_bytes(), MAX_DEPTH).map_err(HttpFailure::Refused)?;
        let members: Members<'_> = serde_json::from_str(&text).map_err(HttpFailure::NotJsonRpc)?;
        if members.method.is_none() && members.result.is_none() && members.error.is_none() {
            return Err(HttpFailure::NoMessage);
        }
        let owned = |raw: Option<&RawValue>| raw.map(ToOwned::to_owned);
        let outline = Outline {
            id: owned(members.id),
            method: members.method.map(Cow::into_owned),
            result: owned(members.result),
            error: owned(members.error),
            params: owned(members.params),
        };
        Ok(Self { text, outline })
    }

    /// The whole message as it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Its id, without the quotes of one that is a string; none if it is `null`.
    pub(crate) fn id(&self) -> Option<&str> {
        self.id_json().map(bare)
    }

    /// Its id as it was written; none if it is `null`.
    pub(crate) fn id_json(&self) -> Option<&str> {
        let id = self.outline.id.as_deref().map(RawValue::get);
        id.filter(|id| *id != "null")
    }

    /// Whether its id is there and `null`, which no request may have.
    pub(crate) fn has_null_id(&self) -> bool {
        self.outline.id.is_some() && self.id_json().is_none()
    }

    /// The method of a request or notification.
    pub(crate) fn method(&self) -> Option<&str> {
        self.outline.method.as_deref()
    }

    pub(crate) fn params(&self) -> Option<&RawValue> {
        self.outline.params.as_deref()
    }

    pub(crate) fn result(&self) -> Option<&RawValue> {
        self.outline.result.as_deref()
    }

    pub(crate) fn error(&self) -> Option<&RawValue> {
        self.outline.error.as_deref()
    }

    /// Whether it answers a request.
    pub(crate) fn is_answer(&self) -> bool {
        self.outline.method.is_none()
    }
}

/// An id in the form in which ids are compared: some servers send a number back as a string.
pub(crate) fn id_text(json: &str) -> String {
    bare(json).to_owned()
}

fn bare(json: &str) -> &str {
    json.trim().trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_stays_what_it_was() {
        let text = r#"{"jsonrpc":"2.0","id":7,"result":{"b":12345678901234567890123,"a":1.10}}"#;
        let message = Message::read(text.to_owned()).unwrap();
        assert!(message.is_answer());
        assert_eq!(message.id(), Some("7"));
        let result = message.result().unwrap().get();
        assert_eq!(result, r#"{"b":12345678901234567890123,"a":1.10}"#);
    }

    #[test]
    fn a_null_result_is_a_result() {
        let message = Message::read(r#"{"id":"x","result":null}"#.to_owned()).unwrap();
        assert_eq!(message.result().map(RawValue::get), Some("null"));
        assert_eq!(message.id(), Some("x"));
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for text in [
            "",
            "<html>",
            "1",
            "[]",
            "{}",
            r#"{"id":1}"#,
            r#"{"id":1,"id":1,"result":2}"#,
        ] {
            assert!(Message::read(text.to_owned()).is_err(), "{text}");
        }
        let private = r#"{"id":1,"result":{"$serde_json::private::RawValue":"1"}}"#;
        assert!(matches!(
            Message::read(private.to_owned()),
            Err(HttpFailure::Refused(_))
        ));
    }
}
