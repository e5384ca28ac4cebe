//! JSON written again with other white space, and nothing else changed: numbers, the order of members and the
//! spelling of strings stay. Only what must not be shown is replaced.

use std::borrow::Cow;

use crate::secrets::Secrets;

/// Below this level all is on one line: indentation would make a hundred times as much of a deep document.
const DEEPEST_LINE: usize = 10;

/// How to write it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style<'s> {
    /// On lines of their own, indented by two spaces a level, down to [`DEEPEST_LINE`].
    pub(crate) indented: bool,
    /// Characters that steer a terminal are written as `\u` and four digits.
    pub(crate) for_terminal: bool,
    pub(crate) secrets: &'s Secrets,
}

/// Writes `json`, which must be valid, in another style.
pub(crate) fn restyled(json: &str, style: Style<'_>) -> String {
    let mut writer = Writer {
        text: String::with_capacity(json.len()),
        depth: 0,
        style,
    };
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_length(rest),
            '{' | '}' | '[' | ']' | ',' | ':' | ' ' | '\n' | '\r' | '\t' => 1,
            _ => rest
                .find([',', '}', ']', ' ', '\n', '\r', '\t'])
                .unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        writer.token(token, after);
        rest = after;
    }
    writer.text
}

struct Writer<'s> {
    text: String,
    depth: usize,
    style: Style<'s>,
}

impl Writer<'_> {
    fn token(&mut self, token: &str, after: &str) {
        match token {
            " " | "\n" | "\r" | "\t" => {}
            "{" | "[" => {
                self.text.push_str(token);
                if !after.trim_start().starts_with(['}', ']']) {
                    self.depth += 1;
                    self.line();
                }
            }
            "}" | "]" => {
                if !self.text.ends_with(['{', '[']) {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth < DEEPEST_LINE {
                        self.line();
                    }
                }
                self.text.push_str(token);
            }
            "," => {
                self.text.push_str(token);
                self.line();
            }
            ":" => self
                .text
                .push_str(if self.style.indented { ": " } else { ":" }),
            token if token.starts_with('"') => {
                let shown = self.shown(token);
                self.text.push_str(&shown);
            }
            token => self.text.push_str(token),
        }
    }

    fn line(&mut self) {
        if self.style.indented && self.depth <= DEEPEST_LINE {
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n("  ", self.depth));
        }
    }

    fn shown<'t>(&self, string: &'t str) -> Cow<'t, str> {
        let decoded = serde_json::from_str::<String>(string).unwrap_or_default();
        let shown = match self.style.secrets.conceal(&decoded) {
            Cow::Borrowed(_) => Cow::Borrowed(string),
            Cow::Owned(shown) => serde_json::to_string(&shown).unwrap_or_default().into(),
        };
        match self.style.for_terminal && shown.contains(super::text::steers) {
            true => escaped(&shown).into(),
            false => shown,
        }
    }
}

/// The length of the string that `text` begins with, quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}

fn escaped(string: &str) -> String {
    let mut text = String::new();
    for character in string.chars() {
        if !super::text::steers(character) {
            text.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            text.push_str(&format!("\\u{unit:04x}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::credential::Credential;

    fn style(json: &str, indented: bool, for_terminal: bool) -> String {
        let secrets = Secrets::default();
        restyled(
            json,
            Style {
                indented,
                for_terminal,
                secrets: &secrets,
            },
        )
    }

    #[test]
    fn nothing_but_white_space_changes() {
        let json = "{ \"b\" : 12345678901234567890123,\n\"a\":[1.10, -0.0e+5 ,{},[ ]],\"\\u0041\\/\":\"x y\" }";
        assert_eq!(
            style(json, false, false),
            r#"{"b":12345678901234567890123,"a":[1.10,-0.0e+5,{},[]],"\u0041\/":"x y"}"#
        );
        assert_eq!(
            style(json, true, false),
            "{\n  \"b\": 12345678901234567890123,\n  \"a\": [\n    1.10,\n    -0.0e+5,\n    {},\n    []\n  ],\n  \
             \"\\u0041\\/\": \"x y\"\n}"
        );
    }

    #[test]
    fn a_deep_document_is_not_multiplied() {
        let json = format!("{}{}1{}", "[".repeat(90), "1,".repeat(1000), "]".repeat(90));
        let shown = style(&json, true, false);
        assert!(shown.len() < 2 * json.len(), "{}", shown.len());
        let compact: String = shown.split_whitespace().collect();
        assert_eq!(compact, json);
    }

    #[test]
    fn a_terminal_is_not_steered_and_reads_the_same_text() {
        let json = "{\"a\":\"\u{202e}x\u{9b}\u{e0041}\"}";
        let shown = style(json, false, true);
        assert_eq!(shown, r#"{"a":"\u202ex\u009b\udb40\udc41"}"#);
        let [before, after] =
            [json, &shown].map(|json| serde_json::from_str::<Value>(json).unwrap());
        assert_eq!(before, after);
        assert_eq!(style(json, false, false), json);
    }

    #[test]
    fn a_secret_is_replaced_in_every_spelling() {
        let key = Credential::api_key("mcp_0123456789".into()).unwrap();
        let secrets = Secrets::of(&[key.unwrap()]);
        let json = r#"{"mcp_0123456789":"\u006dcp_0123456789!","n":1}"#;
        let shown = restyled(
            json,
            Style {
                indented: false,
                for_terminal: false,
                secrets: &secrets,
            },
        );
        assert_eq!(shown, r#"{"[api key]":"[api key]!","n":1}"#);
    }

    proptest! {
        #[test]
        fn pretty_is_as_serde_has_it(keys in proptest::collection::vec("[ -~\u{80}-\u{ff}]{0,6}", 0..4), numbers in proptest::collection::vec(any::<i32>(), 0..4)) {
            let document = serde_json::json!({"keys": keys, "numbers": numbers, "nested": {"a": [[], {}]}});
            let pretty = serde_json::to_string_pretty(&document).unwrap();
            prop_assert_eq!(style(&document.to_string(), true, false), pretty.clone());
            prop_assert_eq!(style(&pretty, false, false), document.to_string());
        }
    }
}
