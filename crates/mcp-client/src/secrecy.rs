//! Keys in the wrong place: an error that names what it refuses must not repeat one.

use std::borrow::Cow;

use api_keys::MIN_BARE_BYTES;

const CONCEALED: &str = "[not repeated: could be an API key]";

/// What every generated key begins with.
const PREFIX: &str = "mcp_";

/// So many letters and digits in a row after [`PREFIX`] are (a part of) a secret and no name.
const SECRET_DIGITS: usize = 20;

/// `text` without each word that could be a key, generated or bare. For what a user wrote where no long word belongs.
pub(crate) fn without_possible_keys(text: &str) -> String {
    let in_word = |c: char| c.is_ascii_graphic() && !",\"'`{}".contains(c);
    let text = replace_words(text, in_word, |word| word.len() >= MIN_BARE_BYTES);
    without_generated_keys(&text).into_owned()
}

/// `text` without whatever has the form of a generated key, whole or cut. Paths and URLs stay readable.
pub(crate) fn without_generated_keys(text: &str) -> Cow<'_, str> {
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
        let path = "/home/ada/mcp_server-configuration/keys-of-everybody.json";
        assert_eq!(without_generated_keys(path), path);
    }
}
