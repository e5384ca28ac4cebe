//! Keys in the wrong place: whoever repeats what a user wrote must not repeat one.

use std::borrow::Cow;

use crate::MIN_BARE_BYTES;
use crate::key::PREFIX;

const CONCEALED: &str = "[not repeated: could be an API key]";

/// So many letters and digits in a row after [`PREFIX`] are (a part of) a secret and no name.
const SECRET_DIGITS: usize = 20;

/// `text` without each word that could be a key, generated or bare. For what a user wrote where no long word belongs.
#[must_use]
pub fn without_possible_keys(text: &str) -> String {
    let in_word = |c: char| c.is_ascii_graphic() && !",\"'`{}".contains(c);
    let text = replace_words(text, in_word, |word| word.len() >= MIN_BARE_BYTES);
    without_generated_keys(&text).into_owned()
}

/// `text` without what looks like a key: generated, or in hexadecimal or base64. For what a user wrote where a path, a
/// URL or a name belongs, which may be long: these stay readable.
#[must_use]
pub fn without_keys_in_names(text: &str) -> String {
    let in_word = |c: char| c.is_ascii_alphanumeric() || "+/=_-".contains(c);
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+');
    let encoded = |word: &str| {
        let mut parts = word.split(['/', '=']);
        word.len() >= MIN_BARE_BYTES
            && (word.ends_with('=')
                || parts.any(|part| part.len() >= MIN_BARE_BYTES && digits(part)))
    };
    let text = replace_words(text, in_word, encoded);
    without_generated_keys(&text).into_owned()
}

/// `text` without whatever has the form of a generated key, whole or cut. Anything else stays.
#[must_use]
pub fn without_generated_keys(text: &str) -> Cow<'_, str> {
    if !text.contains(PREFIX) {
        return text.into();
    }
    let in_word = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let generated = |word: &str| {
        let parts = word.split_once(PREFIX).map(|(_, parts)| parts);
        let mut parts = parts.unwrap_or_default().split(['_', '-']);
        parts.any(|part| part.len() >= SECRET_DIGITS)
    };
    replace_words(text, in_word, generated).into()
}

fn replace_words(
    text: &str,
    in_word: impl Fn(char) -> bool,
    is_key: impl Fn(&str) -> bool,
) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        kept.push_str(if is_key(word) { CONCEALED } else { word });
        let next = after.find(&in_word).unwrap_or(after.len());
        let (between, after) = after.split_at(next);
        kept.push_str(between);
        rest = after;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_key_is_not_repeated() {
        let generated = format!("mcp_ci_{}_000000", "0".repeat(43));
        let bare = "b".repeat(MIN_BARE_BYTES);
        for key in [&generated, &generated[..28], &bare, &bare.repeat(20)] {
            let text = format!("unexpected '{key}' {key}\n({key})");
            let told = without_possible_keys(&text);
            assert!(!told.contains("0000") && !told.contains("bbbb"), "{told}");
            assert!(told.starts_with("unexpected '[not repeated"), "{told}");
        }
    }

    #[test]
    fn other_words_are() {
        for text in [
            "",
            " ",
            "'--nonsense'",
            "ключ",
            "mcp_client_settings",
            "a\n\nb",
        ] {
            assert_eq!(without_possible_keys(text), text);
        }
        for name in [
            "/home/ada/mcp_server-configuration/keys-of-everybody.json",
            "/Users/Ada/Projects/2026/server/keys",
            "https://inspector.tools.example.com/with/a/path",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mcp-server-keys-of-production-Ab3dEf",
        ] {
            assert_eq!(without_generated_keys(name), name);
            assert_eq!(without_keys_in_names(name), name);
        }
    }

    #[test]
    fn what_looks_like_a_key_is_no_name() {
        let base64 = format!("Ab/{}+/w=", "0".repeat(38));
        let generated = format!("mcp_ci_{}_000000", "0".repeat(43));
        for key in [&generated, &"0".repeat(MIN_BARE_BYTES), &base64] {
            for text in [
                key.clone(),
                format!("/run/{key}"),
                format!("https://{key}.example.com"),
                format!("https://example.com/mcp?key={key}"),
            ] {
                let told = without_keys_in_names(&text);
                assert!(!told.contains("0000"), "{told}");
            }
        }
    }
}
