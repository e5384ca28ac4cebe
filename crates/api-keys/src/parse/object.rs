//! JSON objects that are read field by field, so that nothing about them goes unnoticed.
//!
//! A derived reader stops at its first problem, and a map forgets repeated names.

use std::{collections::BTreeSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::Problem;

/// The members of an object as they stand, repeated names included. Their values are not read yet.
pub(super) struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// An object that is read field by field, while its problems are collected.
pub(super) struct Object<'a, 'p> {
    /// Where it stands, such as `keys[2].`, with the separator. Empty for the document itself.
    prefix: String,
    members: Vec<(String, &'a RawValue)>,
    /// The fields that were asked for: the known ones.
    known: Vec<&'static str>,
    problems: &'p mut Vec<Problem>,
}

impl<'a, 'p> Object<'a, 'p> {
    /// Begins to read the members of the object at `place`.
    pub(super) fn new(place: &str, members: Members<'a>, problems: &'p mut Vec<Problem>) -> Self {
        let separator = if place.is_empty() { "" } else { "." };
        Self {
            prefix: format!("{place}{separator}"),
            members: members.0,
            known: Vec::new(),
            problems,
        }
    }

    /// Reads a field that may be absent. `null` is not absence.
    pub(super) fn optional<T>(
        &mut self,
        field: &'static str,
        expected: &str,
        read: impl FnOnce(&'a str) -> Option<T>,
    ) -> Option<T> {
        self.known.push(field);
        let (_, raw) = self.members.iter().find(|(name, _)| name == field)?;
        let value = read(raw.get());
        if value.is_none() {
            self.complain(field, format!("expected {expected}"));
        }
        value
    }

    /// Reads a field that must be there.
    pub(super) fn required<T>(
        &mut self,
        field: &'static str,
        expected: &str,
        read: impl FnOnce(&'a str) -> Option<T>,
    ) -> Option<T> {
        if !self.members.iter().any(|(name, _)| name == field) {
            self.complain(field, format!("missing, expected {expected}"));
        }
        self.optional(field, expected, read)
    }

    /// Reports the members that were not asked for, and those that are there repeatedly.
    pub(super) fn finish(mut self) {
        let known = self.known.join(", ");
        let mut seen = BTreeSet::new();
        for (name, _) in std::mem::take(&mut self.members) {
            if !self.known.contains(&name.as_str()) {
                self.complain(shown(&name), format!("unknown, expected only {known}"));
            } else if !seen.insert(name.clone()) {
                self.complain(&name, "expected once".to_owned());
            }
        }
    }

    fn complain(&mut self, field: &str, expectation: String) {
        self.problems
            .push(Problem::new(format!("{}{field}", self.prefix), expectation));
    }
}

/// The longest unknown name that is repeated: shorter than any bare key or hash in the wrong place.
const MAX_SHOWN_NAME: usize = 20;

fn shown(name: &str) -> &str {
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    let short = (1..=MAX_SHOWN_NAME).contains(&name.len());
    if short && name.bytes().all(harmless) {
        name
    } else {
        "(a field)"
    }
}
