//! A promise about the header with the gateway's context: whom it names and which tools it allows is what stands there.

use std::collections::BTreeMap;

use lambda_program::gateway::{AllowedTools, GatewayContext};
use serde_json::value::RawValue;

/// Reads a header; whether it names the holder of a key.
///
/// # Panics
/// When the holder, or one of the tools, is not plainly there.
pub fn check_context(header: &[u8]) -> bool {
    let Some(holder) = GatewayContext::read(header).and_then(|context| context.key_holder) else {
        return false;
    };
    let text = std::str::from_utf8(header).expect("a context is text");
    let answer = member(text, "authorizer").and_then(|authorizer| member(authorizer, "lambda"));
    let answer = answer.expect("a holder stands in an answer");
    let string = |name| serde_json::from_str::<String>(member(answer, name)?).ok();
    assert_eq!(string("key_id").as_deref(), Some(holder.key_id.as_str()));
    assert!(!holder.key_id.trim().is_empty(), "a holder without a name");
    let said = string("tools");
    match holder.tools {
        AllowedTools::Every => assert_eq!(said.as_deref(), Some("*")),
        AllowedTools::Only(tools) => {
            let listed = || serde_json::from_str::<Vec<String>>(member(answer, "tools")?).ok();
            let said: Vec<String> = match said {
                Some(said) => said.split(',').map(str::to_owned).collect(),
                None => listed().unwrap_or_default(),
            };
            for tool in tools {
                assert!(
                    said.iter().any(|name| name.trim() == tool),
                    "{tool} is made up"
                );
            }
        }
    }
    true
}

/// The text of a member, without building a document, whose private keys serde_json would read in a way of its own.
fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(object).ok()?;
    members.get(name).map(|value| value.get())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_as_they_stand_there() {
        let object = r#"{"a":{"$serde_json::private::RawValue":"1"},"b":2}"#;
        assert_eq!(
            member(object, "a"),
            Some(r#"{"$serde_json::private::RawValue":"1"}"#)
        );
        assert_eq!(member(object, "c"), None);
        assert_eq!(member("[1]", "a"), None);
    }
}
