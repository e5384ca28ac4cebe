//! The tools of a key, on their way from the authorizer to the server.

use std::collections::BTreeSet;
use std::fmt;

use api_keys::Principal;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// Says every tool. No tool can have this name: see [`KeyRecord::with_tools`](api_keys::KeyRecord::with_tools).
const EVERY: &str = "*";

/// The tools that a key may use. Displays, and travels, as one text: `*`, or names joined by commas, which no name
/// contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedTools {
    /// Every tool, also one that is added later.
    Every,
    /// These and no other; none when it is empty.
    Only(BTreeSet<String>),
}

impl AllowedTools {
    /// What the record of an accepted key says.
    pub(super) fn of(principal: &Principal) -> Self {
        principal
            .tools()
            .map_or(Self::Every, |tools| Self::Only(tools.clone()))
    }

    /// Reads what the authorizer sent: exactly `*`, names joined by commas, or a list of names. Whatever else there is,
    /// and nothing, allows nothing; a `*` beside names, or in a list, is a name that no tool has.
    pub(super) fn read(sent: Option<&RawValue>) -> Self {
        let sent = sent.map_or("null", RawValue::get);
        let names: Vec<String> = match serde_json::from_str::<String>(sent) {
            Ok(text) if text == EVERY => return Self::Every,
            Ok(text) => text.split(',').map(str::to_owned).collect(),
            Err(_) => serde_json::from_str(sent).unwrap_or_default(),
        };
        let names = names.iter().map(|name| name.trim().to_owned());
        Self::Only(names.filter(|name| !name.is_empty()).collect())
    }
}

impl fmt::Display for AllowedTools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every => f.write_str(EVERY),
            Self::Only(names) => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                f.write_str(&names.join(","))
            }
        }
    }
}

impl Serialize for AllowedTools {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sent: &str) -> AllowedTools {
        AllowedTools::read(serde_json::from_str(sent).unwrap())
    }

    fn only(names: &[&str]) -> AllowedTools {
        AllowedTools::Only(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn every_tool_is_exactly_a_star() {
        assert_eq!(read(r#""*""#), AllowedTools::Every);
        for sent in [r#"" *""#, r#""* ""#, r#""**""#, r#""*,""#, r#"["*"]"#] {
            assert_ne!(read(sent), AllowedTools::Every, "{sent}");
        }
        assert_eq!(read(r#""*,ping""#), only(&["*", "ping"]));
    }

    #[test]
    fn names_are_joined_or_listed() {
        assert_eq!(read(r#""ping, calculate""#), only(&["ping", "calculate"]));
        assert_eq!(read(r#"["ping"]"#), only(&["ping"]));
    }

    #[test]
    fn what_is_absent_or_cannot_be_read_allows_nothing() {
        assert_eq!(AllowedTools::read(None), only(&[]));
        for sent in [
            r#""""#,
            r#"",""#,
            "7",
            "true",
            "{}",
            "[]",
            "[1]",
            r#"["ping",1]"#,
            "[[]]",
            r#"{"ping":1}"#,
            r#"{"$serde_json::private::RawValue":"\"*\""}"#,
        ] {
            assert_eq!(read(sent), only(&[]), "{sent}");
        }
    }
}
