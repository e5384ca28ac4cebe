//! What is refused of a stranger's JSON before anything builds a document of it. One pass, no allocation, no
//! recursion.
//!
//! `serde_json` bounds nesting at 128 levels, with one hole. With its feature `raw_value`, building a
//! [`Value`](https://docs.rs/serde_json/latest/serde_json/enum.Value.html) of an object whose first key is
//! `$serde_json::private::RawValue` means parsing the *string* under that key as JSON, with a fresh limit. Each string
//! may hold the next one, so a body of some ten kilobytes nests without bound, overflows the stack, and the process
//! aborts. The same form slips past every check that reads the JSON as it was sent. The feature
//! `arbitrary_precision` has a twin, `$serde_json::private::Number`. Cargo unifies features, so any dependency may
//! switch them on.
//!
//! ```
//! use untrusted_json::{Hazard, check};
//!
//! assert_eq!(check(br#"{"a":[1,2]}"#, 64), Ok(()));
//! assert_eq!(check(br#"[[[]]]"#, 2), Err(Hazard::TooDeep { limit: 2 }));
//! assert_eq!(check(br#"{"\u0024serde_json::private::RawValue":"1"}"#, 64), Err(Hazard::PrivateKey));
//! ```

/// What every private key of serde_json begins with.
const PRIVATE: &[u8] = b"$serde_json::private::";

/// Deepest nesting that `serde_json` itself builds.
pub const MAX_DEPTH: usize = 127;

/// Why no document may be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hazard {
    /// Arrays and objects nest deeper than the limit.
    TooDeep {
        /// The limit, in levels.
        limit: usize,
    },
    /// An object has a key that serde_json keeps for itself and reads in a way of its own.
    PrivateKey,
}

impl std::fmt::Display for Hazard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooDeep { limit } => write!(f, "JSON nests deeper than {limit} levels"),
            Self::PrivateKey => {
                f.write_str("an object has a key that begins with `$serde_json::private::`")
            }
        }
    }
}

impl std::error::Error for Hazard {}

/// Refuses JSON that nests deeper than `max_depth` levels, or has a private key of serde_json in any spelling, at any
/// depth. Says nothing of whether it is JSON at all: that is the parser's to find out.
///
/// # Errors
/// The first [`Hazard`], from the start.
pub fn check(json: &[u8], max_depth: usize) -> Result<(), Hazard> {
    let (mut rest, mut depth) = (json, 0_usize);
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'[' | b'{' => {
                depth = depth.saturating_add(1);
                if depth > max_depth {
                    return Err(Hazard::TooDeep { limit: max_depth });
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => {
                let private = begins_privately(after);
                rest = after_string(after);
                if private && rest.trim_ascii_start().starts_with(b":") {
                    return Err(Hazard::PrivateKey);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// What follows the string whose content begins here; nothing when it does not end.
fn after_string(content: &[u8]) -> &[u8] {
    let mut escaped = false;
    let end = content.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    end.and_then(|end| content.get(end.saturating_add(1)..))
        .unwrap_or_default()
}

/// Whether the string whose content begins here begins with [`PRIVATE`], each character as it is or as `\u00XX`.
fn begins_privately(content: &[u8]) -> bool {
    let mut rest = content;
    PRIVATE.iter().all(|expected| {
        let (character, after) = match rest {
            [b'\\', b'u', b'0', b'0', high, low, after @ ..] => (hex(*high, *low), after),
            [plain, after @ ..] => (Some(*plain), after),
            [] => (None, rest),
        };
        rest = after;
        character == Some(*expected)
    })
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    const RAW: &str = "$serde_json::private::RawValue";

    #[test]
    fn depth_counts_brackets_outside_strings() {
        assert_eq!(check(br#"{"a":[[1]]}"#, 3), Ok(()));
        assert_eq!(
            check(br#"{"a":[[1]]}"#, 2),
            Err(Hazard::TooDeep { limit: 2 })
        );
        assert_eq!(check(br#"{"a":"[[[[{{{{\"[[["}"#, 1), Ok(()));
        assert_eq!(check(b"[],[],[]", 1), Ok(()));
    }

    #[test]
    fn a_private_key_is_refused_in_every_spelling_and_place() {
        for json in [
            r#"{"$serde_json::private::RawValue":"1"}"#,
            r#"{"$serde_json::private::Number":"1"}"#,
            r#"{"$serde_json::private::Later" : 1}"#,
            "{\"$serde_json::private::RawValue\"\n\t\r :\"1\"}",
            r#"{"\u0024serde_json::private::RawValue":"1"}"#,
            r#"{"\u0024\u0073erde_json\u003a\u003Aprivate::RawValue":"1"}"#,
            r#"{"$serde_json::private::Raw\u0056alue":"1"}"#,
            r#"[[{"a":1,"b":[{"$serde_json::private::RawValue":"1"}]}]]"#,
            r#"{"a":"\\","$serde_json::private::RawValue":"1"}"#,
            r#"{"a":"\\\"","$serde_json::private::RawValue":"1"}"#,
        ] {
            assert_eq!(
                check(json.as_bytes(), 64),
                Err(Hazard::PrivateKey),
                "{json}"
            );
        }
    }

    #[test]
    fn text_about_the_key_is_text() {
        for json in [
            r#"{"a":"$serde_json::private::RawValue"}"#,
            r#"["$serde_json::private::RawValue",1]"#,
            r#"{"a":"{\"$serde_json::private::RawValue\":\"1\"}"}"#,
            r#"{"serde_json::private::RawValue":"1"}"#,
            r#"{" $serde_json::private::RawValue":"1"}"#,
            r#"{"\\u0024serde_json::private::RawValue":"1"}"#,
        ] {
            assert_eq!(check(json.as_bytes(), 64), Ok(()), "{json}");
        }
    }

    /// Every way to write `text` as a JSON string, as `choices` decide.
    fn spelt(text: &str, choices: &[u8]) -> String {
        let spell = |(character, choice): (char, &u8)| match choice % 3 {
            0 => character.to_string(),
            1 => format!("\\u{:04x}", u32::from(character)),
            _ => format!("\\u{:04X}", u32::from(character)),
        };
        text.chars()
            .zip(choices.iter().cycle())
            .map(spell)
            .collect()
    }

    proptest! {
        #[test]
        fn what_passes_is_within_the_parsers_own_limit(depth in 1_usize..300) {
            let json = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            let passes = check(json.as_bytes(), MAX_DEPTH).is_ok();
            prop_assert_eq!(passes, depth <= MAX_DEPTH);
            prop_assert_eq!(passes, serde_json::from_str::<Value>(&json).is_ok());
        }

        /// The parser that is protected says what counts: whatever it reads in its own way is refused, nothing else.
        #[test]
        fn the_parser_agrees(choices in proptest::collection::vec(any::<u8>(), 1..31), space in "[ \t\r\n]{0,3}") {
            let json = format!(r#"[0,{{"{}"{space}:"[7]"}}]"#, spelt(RAW, &choices));
            prop_assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), serde_json::json!([0, [7]]));
            prop_assert_eq!(check(json.as_bytes(), MAX_DEPTH), Err(Hazard::PrivateKey));
        }

        #[test]
        fn any_bytes_get_a_verdict(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = check(&bytes, 5);
        }

        #[test]
        fn a_document_that_passes_is_read_as_it_was_sent(keys in proptest::collection::vec("[$a-z:_\\\\\"]{0,12}", 0..4)) {
            let document = Value::Object(keys.into_iter().map(|key| (key, Value::from(1))).collect());
            let json = document.to_string();
            prop_assert_eq!(check(json.as_bytes(), MAX_DEPTH), Ok(()));
            prop_assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), document);
        }
    }
}
