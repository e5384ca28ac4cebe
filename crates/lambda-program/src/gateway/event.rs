//! The key in the gateway's event.
//!
//! Only what is needed is read, and of that only the key is kept, in types that never print it. The event is taken as
//! it stands, even if it is no JSON, and read here: Lambda's runtime would log and send on an error in its own words,
//! and an error of a derived type repeats the value that did not fit.
//!
//! Nothing here builds a document of what came, so no nesting counts, in brackets or in strings.

use std::fmt;

use api_keys::{KEY_HEADER, could_be_key};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::object::Object;

/// Longest id of a request that is logged; the gateway's have 16 bytes.
const MAX_REQUEST_ID_BYTES: usize = 64;

/// An event of an API Gateway HTTP API authorizer, payload 2.0, as it came. `None`: not even JSON.
pub struct UnverifiedEvent(Option<Box<RawValue>>);

/// A key that somebody presented: a text that [could be one](could_be_key), nothing more is known.
pub struct UnverifiedKey(String);

/// What an event presents.
#[derive(Debug)]
pub enum Presented {
    /// No key.
    Nothing,
    /// Several keys, or something that cannot be one.
    Unusable,
    /// One key.
    Key(UnverifiedKey),
}

/// This is no authorizer event. Withholds the reason, which may repeat a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an authorizer event of an HTTP API, payload 2.0")]
pub struct NotAnEvent;

impl UnverifiedEvent {
    /// The key in it.
    ///
    /// # Errors
    /// When it is not a `REQUEST` of payload 2.0, a part of it is of a wrong type, or the gateway took another key
    /// from it than the one in its header: then it is configured for something else than this.
    pub fn presented(&self) -> Result<Presented, NotAnEvent> {
        let parts: Parts<'_> = self.read().ok_or(NotAnEvent)?;
        if parts.version != "2.0" || parts.kind != "REQUEST" {
            return Err(NotAnEvent);
        }
        let sources = parts.identity_source.unwrap_or_default();
        let values = parts.headers.unwrap_or_default().keys;
        match (values.as_slice(), sources.as_slice()) {
            ([], [] | [_]) => Ok(Presented::Nothing),
            ([value], []) => Ok(UnverifiedKey::read(value)),
            ([value], [source]) => match UnverifiedKey::read(value) {
                Presented::Key(key) if text(source).as_ref() != Some(&key.0) => Err(NotAnEvent),
                presented => Ok(presented),
            },
            _ => Ok(Presented::Unusable),
        }
    }

    fn read<'a, T: Deserialize<'a>>(&'a self) -> Option<T> {
        let Object(read) = serde_json::from_str(self.0.as_ref()?.get()).ok()?;
        Some(read)
    }

    /// The gateway's id of the request, as in its access log and in the server's log. `None` when there is none, or
    /// what stands there cannot be one.
    #[must_use]
    pub fn gateway_request_id(&self) -> Option<String> {
        let about: About = self.read()?;
        let Object(request) = about.request_context;
        let id = request.request_id;
        let possible = (1..=MAX_REQUEST_ID_BYTES).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_graphic());
        possible.then_some(id)
    }
}

impl UnverifiedKey {
    fn read(value: &RawValue) -> Presented {
        match text(value) {
            Some(key) if key.is_empty() => Presented::Nothing,
            Some(key) if could_be_key(&key) => Presented::Key(Self(key)),
            _ => Presented::Unusable,
        }
    }

    /// The key, to be checked.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

fn text(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

/// Never fails: what is no JSON is no event, and that is said by [`UnverifiedEvent::presented`].
impl<'de> Deserialize<'de> for UnverifiedEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Deserialize::deserialize(deserializer).ok()))
    }
}

impl fmt::Debug for UnverifiedEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnverifiedEvent(..)")
    }
}

impl fmt::Debug for UnverifiedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnverifiedKey(..)")
    }
}

/// The parts of an event that are read.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parts<'a> {
    version: String,
    #[serde(rename = "type")]
    kind: String,
    headers: Option<Headers>,
    #[serde(borrow)]
    identity_source: Option<Vec<&'a RawValue>>,
}

/// Where an event says which request it is about.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct About {
    request_context: Object<AboutRequest>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct AboutRequest {
    request_id: String,
}

/// Every value under the key's name, however the name is written. Other headers are skipped unread.
#[derive(Default)]
struct Headers {
    keys: Vec<Box<RawValue>>,
}

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HeadersVisitor)
    }
}

struct HeadersVisitor;

impl<'de> Visitor<'de> for HeadersVisitor {
    type Value = Headers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Headers, A::Error> {
        let mut headers = Headers::default();
        while let Some(name) = map.next_key::<String>()? {
            if name.eq_ignore_ascii_case(KEY_HEADER) {
                headers.keys.push(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(headers)
    }
}

#[cfg(test)]
mod tests {
    use api_keys::MAX_PRESENTED_BYTES;

    use super::*;

    fn event(text: &str) -> UnverifiedEvent {
        serde_json::from_str(text).unwrap()
    }

    /// What an event with these members, and those that every event has, presents.
    fn read(members: &str) -> Result<Presented, NotAnEvent> {
        let members = members.strip_prefix('{').unwrap();
        let comma = if members == "}" { "" } else { "," };
        event(&format!(
            r#"{{"version":"2.0","type":"REQUEST"{comma}{members}"#
        ))
        .presented()
    }

    fn key(event: &str) -> String {
        match read(event).unwrap() {
            Presented::Key(key) => key.expose().to_owned(),
            other => panic!("{event}: {other:?}"),
        }
    }

    #[test]
    fn the_header_is_found_however_it_is_written_and_whatever_surrounds_it() {
        for event in [
            r#"{"headers":{"x-api-key":"k"}}"#,
            r#"{"headers":{"X-API-Key":"k"},"identitySource":["k"]}"#,
            r#"{"headers":{"x-api-key":"k"},"identitySource":null,"cookies":null,"new":[{}]}"#,
            r#"{"headers":{"a":"\u0001\ud800","b":null,"c":[1],"x-api-key":"k"},"identitySource":[]}"#,
            r#"{"headers":{"x-api-key":"\u006b"}}"#,
        ] {
            assert_eq!(key(event), "k", "{event}");
        }
    }

    #[test]
    fn no_header_or_an_empty_one_is_nothing() {
        for event in [
            "{}",
            r#"{"headers":null}"#,
            r#"{"headers":{}}"#,
            r#"{"headers":{"x-api-keys":"k"}}"#,
            r#"{"headers":{"x-api-key":""}}"#,
            r#"{"identitySource":["k"]}"#,
        ] {
            assert!(matches!(read(event), Ok(Presented::Nothing)), "{event}");
        }
    }

    #[test]
    fn several_keys_and_what_cannot_be_one_are_unusable() {
        for header in [
            r#""x-api-key":"k,l""#,
            r#""x-api-key":"k","X-Api-Key":"k""#,
            r#""x-api-key":"k l""#,
            r#""x-api-key":" k""#,
            r#""x-api-key":"k\u0000""#,
            r#""x-api-key":"k\r\n""#,
            r#""x-api-key":"k\u00fc""#,
            r#""x-api-key":"\ud800""#,
            r#""x-api-key":null"#,
            r#""x-api-key":["k"]"#,
            r#""x-api-key":7"#,
        ] {
            let event = format!(r#"{{"headers":{{{header}}}}}"#);
            assert!(matches!(read(&event), Ok(Presented::Unusable)), "{event}");
        }
        let two = r#"{"headers":{"x-api-key":"k"},"identitySource":["k","l"]}"#;
        assert!(matches!(read(two), Ok(Presented::Unusable)));
    }

    #[test]
    fn the_longest_key_is_taken_and_a_longer_one_is_not() {
        let event = |length| format!(r#"{{"headers":{{"x-api-key":"{}"}}}}"#, "k".repeat(length));
        assert_eq!(key(&event(MAX_PRESENTED_BYTES)).len(), MAX_PRESENTED_BYTES);
        assert!(matches!(
            read(&event(MAX_PRESENTED_BYTES + 1)),
            Ok(Presented::Unusable)
        ));
    }

    #[test]
    fn what_is_no_event_is_an_error_that_repeats_nothing() {
        for text in [
            "null",
            r#""canary""#,
            "[]",
            "{}",
            r#"{"version":"2.0"}"#,
            r#"{"version":"2.0","type":"TOKEN"}"#,
            r#"{"version":"1.0","type":"REQUEST","identitySource":"canary"}"#,
            r#"{"type":"REQUEST","headers":{"x-api-key":"canary"}}"#,
            r#"{"type":"TOKEN","authorizationToken":"canary"}"#,
            r#"{"version":["2.0"],"type":"REQUEST"}"#,
            r#"["2.0","REQUEST",{"x-api-key":"canary"},["canary"]]"#,
        ] {
            assert_eq!(event(text).presented().unwrap_err(), NotAnEvent, "{text}");
        }
        for members in [
            r#"{"headers":"canary"}"#,
            r#"{"headers":{},"headers":{}}"#,
            r#"{"identitySource":"canary"}"#,
            r#"{"version":"2.0"}"#,
            r#"{"headers":{"x-api-key":"canary"},"identitySource":["other"]}"#,
            r#"{"headers":{"x-api-key":"canary"},"identitySource":[7]}"#,
            r#"{"headers":{"x-api-key":"canary"},"identitySource":[["canary"]]}"#,
        ] {
            let error = read(members).unwrap_err();
            assert!(
                !format!("{error} {error:?}").contains("canary"),
                "{members}"
            );
        }
    }

    #[test]
    fn the_gateways_id_is_found_and_what_cannot_be_one_is_not() {
        let id = |event: &str| {
            serde_json::from_str::<UnverifiedEvent>(event)
                .unwrap()
                .gateway_request_id()
        };
        let event = |id: &str| format!(r#"{{"headers":7,"requestContext":{{"requestId":{id}}}}}"#);
        assert_eq!(
            id(&event(r#""JKJaXmPLvHcESHA=""#)).as_deref(),
            Some("JKJaXmPLvHcESHA=")
        );
        let longest = format!(r#""{}""#, "i".repeat(MAX_REQUEST_ID_BYTES));
        assert!(id(&event(&longest)).is_some());
        let longer = format!(r#""{}""#, "i".repeat(MAX_REQUEST_ID_BYTES + 1));
        for value in [r#""""#, r#""a b""#, r#""a\nb""#, "7", "null", &longer] {
            assert_eq!(id(&event(value)), None, "{value}");
        }
        for event in [
            "{}",
            "[]",
            r#"[{"requestId":"i"}]"#,
            r#"{"requestContext":null}"#,
            r#"{"requestContext":["i"]}"#,
        ] {
            assert_eq!(id(event), None, "{event}");
        }
    }

    #[test]
    fn what_is_no_json_is_taken_and_is_no_event() {
        let mut bytes = serde_json::Deserializer::from_slice(b"{\"headers\":canary");
        let event = UnverifiedEvent::deserialize(&mut bytes).unwrap();
        assert_eq!(event.presented().unwrap_err(), NotAnEvent);
        assert_eq!(event.gateway_request_id(), None);
    }

    #[test]
    fn nothing_that_holds_a_key_prints_it() {
        let event: UnverifiedEvent =
            event(r#"{"version":"2.0","type":"REQUEST","headers":{"x-api-key":"canary"}}"#);
        let shown = format!("{event:?} {:?}", event.presented());
        assert!(
            shown.starts_with("UnverifiedEvent(..) ")
                && shown.contains("UnverifiedKey(..)")
                && !shown.contains("canary"),
            "{shown}"
        );
    }
}
