//! The result of a request, as the server wrote it.

use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::members::Members;

/// A result. What this program does not know of it is still there.
#[derive(Debug, Clone)]
pub(crate) struct Reply(Box<RawValue>);

impl Reply {
    pub(crate) fn new(result: Box<RawValue>) -> Self {
        Self(result)
    }

    /// The JSON, as it came.
    pub(crate) fn json(&self) -> &str {
        self.0.get()
    }

    /// The member of that name, if this is an object which has it.
    pub(crate) fn member(&self, name: &str) -> Option<Self> {
        let members: Members = serde_json::from_str(self.json()).ok()?;
        members.get(name).map(|value| Self(value.to_owned()))
    }

    /// The elements, if this is an array.
    pub(crate) fn elements(&self) -> Option<Vec<Self>> {
        let elements: Vec<Box<RawValue>> = serde_json::from_str(self.json()).ok()?;
        Some(elements.into_iter().map(Self).collect())
    }

    /// The member of that name in a type of its own; nothing if it is not there, or of another type.
    pub(crate) fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.member(name)?.json()).ok()
    }

    /// A document of it, in which large numbers may have lost digits: to look at, not to pass on.
    pub(crate) fn value(&self) -> Value {
        serde_json::from_str(self.json()).unwrap_or_else(|_| self.value_in_parts())
    }

    /// The same where the parser refuses a number as too large: that one is text, and the rest is what it is.
    fn value_in_parts(&self) -> Value {
        let part = |value: &RawValue| Self(value.to_owned()).value();
        match (
            serde_json::from_str::<Members>(self.json()),
            self.elements(),
        ) {
            (Ok(members), _) => members
                .iter()
                .map(|(name, value)| (name, part(value)))
                .collect(),
            (_, Some(elements)) => elements.iter().map(Self::value).collect(),
            _ => Value::from(self.json()),
        }
    }
}

impl Serialize for Reply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_too_large_hides_nothing_else() {
        let json = r#"{"a":[1,{"b":1E400}],"c":"d"}"#;
        let reply = Reply::new(RawValue::from_string(json.to_owned()).unwrap());
        let expected = serde_json::json!({"a": [1, {"b": "1E400"}], "c": "d"});
        assert_eq!(reply.value(), expected);
    }

    #[test]
    fn members_are_found_and_stay_as_they_were() {
        let reply =
            Reply::new(RawValue::from_string(r#"{"a":{"n":1.10},"l":[1,2]}"#.to_owned()).unwrap());
        assert_eq!(reply.member("a").unwrap().json(), r#"{"n":1.10}"#);
        assert_eq!(reply.member("l").unwrap().elements().unwrap().len(), 2);
        assert_eq!(reply.get::<Vec<u8>>("l"), Some(vec![1, 2]));
        assert!(reply.member("b").is_none() && reply.get::<bool>("a").is_none());
    }
}
