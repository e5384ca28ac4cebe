//! Blanking secrets out of whatever is written, also where a server sent them back in another form.

use std::borrow::Cow;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::credential::Credential;

/// A form with fewer characters is blanked out as a word only: inside other words it would garble them.
const SHORTEST_ANYWHERE: usize = 8;

const KEY: &str = "[api key]";
const OTHER: &str = "[secret]";

/// What must not be shown.
#[derive(Debug, Clone, Default)]
pub(crate) struct Secrets {
    forms: Option<AhoCorasick>,
    /// By the index of the form.
    labels: Vec<&'static str>,
    whole_words: Vec<bool>,
}

impl Secrets {
    pub(crate) fn of(credentials: &[Credential]) -> Self {
        Self::with(credentials, &[])
    }

    /// Those of `credentials`, and `others`.
    pub(crate) fn with(credentials: &[Credential], others: &[String]) -> Self {
        let of_headers = credentials.iter().flat_map(|credential| {
            let label = if credential.is_api_key() { KEY } else { OTHER };
            credential.secrets().map(move |secret| (secret, label))
        });
        let others = others.iter().map(|secret| (secret.as_str(), OTHER));
        let (mut forms, mut labels, mut whole_words) = (Vec::new(), Vec::new(), Vec::new());
        for (secret, label) in of_headers.chain(others) {
            for form in every_form(secret) {
                whole_words.push(form.len() < SHORTEST_ANYWHERE);
                labels.push(label);
                forms.push(form);
            }
        }
        let search = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(&forms);
        // It fails beyond four billion states, and a header is short.
        let forms = search.ok().filter(|_| !forms.is_empty());
        Self {
            forms,
            labels,
            whole_words,
        }
    }

    /// `text` without any of them.
    pub(crate) fn conceal<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Some(forms) = &self.forms else {
            return if self.labels.is_empty() { text } else { OTHER }.into();
        };
        let mut shown = String::new();
        let mut rest = 0;
        for found in forms.find_iter(text) {
            let index = found.pattern().as_usize();
            let word = self.whole_words.get(index) == Some(&true);
            if word && !stands_alone(text, found.start(), found.end()) {
                continue;
            }
            shown.push_str(text.get(rest..found.start()).unwrap_or_default());
            shown.push_str(self.labels.get(index).unwrap_or(&OTHER));
            rest = found.end();
        }
        match rest {
            0 => text.into(),
            _ => (shown + text.get(rest..).unwrap_or_default()).into(),
        }
    }
}

/// Whether neither side of a part of `text` continues a word.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text
        .get(..start)
        .and_then(|before| before.chars().next_back());
    let after = text.get(end..).and_then(|after| after.chars().next());
    [before, after]
        .into_iter()
        .flatten()
        .all(|c| !c.is_alphanumeric())
}

/// A secret as it is, and as servers are known to write it: percent-encoded, hexadecimal, as a JSON string, and in
/// base64, alone or inside other bytes.
fn every_form(secret: &str) -> Vec<String> {
    let bytes = secret.as_bytes();
    let percent = |keep: fn(u8) -> bool| -> String {
        bytes
            .iter()
            .map(|byte| match keep(*byte) {
                true => char::from(*byte).to_string(),
                false => format!("%{byte:02X}"),
            })
            .collect()
    };
    let json = serde_json::to_string(secret).unwrap_or_default();
    let mut forms = vec![
        secret.to_owned(),
        percent(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)),
        percent(|byte| byte.is_ascii_alphanumeric()),
        json.trim_matches('"').to_owned(),
        json.trim_matches('"').replace('/', "\\/"),
        bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        STANDARD_NO_PAD.encode(bytes),
        URL_SAFE_NO_PAD.encode(bytes),
    ];
    if secret.len() >= SHORTEST_ANYWHERE {
        for before in 0..3 {
            let padded = [vec![0; before], bytes.to_vec()].concat();
            // The first and the last character may also have bits of what stands around.
            let encoded = STANDARD_NO_PAD.encode(&padded);
            let skip = (before * 4).div_ceil(3);
            let drop = usize::from(padded.len() % 3 != 0);
            let inner = encoded.get(skip..encoded.len() - drop).unwrap_or_default();
            forms.push(inner.to_owned());
            forms.push(inner.replace('+', "-").replace('/', "_"));
        }
    }
    forms.sort();
    forms.dedup();
    forms
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;

    fn secrets(key: &str) -> Secrets {
        Secrets::of(&[Credential::api_key(key.into()).unwrap().unwrap()])
    }

    #[test]
    fn a_secret_is_blanked_out_in_every_form() {
        let secrets = secrets("mcp_a/b+c \"9");
        for (text, expected) in [
            ("no key mcp_a/b+c \"9 here", "no key [api key] here"),
            ("/login?k=mcp_a%2fb%2Bc%20%229&x", "/login?k=[api key]&x"),
            ("MCP_A/B+C \"9", "[api key]"),
            (r#"{"k":"mcp_a/b+c \"9"}"#, r#"{"k":"[api key]"}"#),
            (r#"{"k":"mcp_a\/b+c \"9"}"#, r#"{"k":"[api key]"}"#),
        ] {
            assert_eq!(secrets.conceal(text), expected);
        }
    }

    #[test]
    fn a_short_secret_is_blanked_out_as_a_word() {
        let secrets = secrets("key");
        assert_eq!(
            secrets.conceal("no \"key\" for monkeys"),
            "no \"[api key]\" for monkeys"
        );
    }

    #[test]
    fn without_a_secret_nothing_changes() {
        assert!(matches!(
            Secrets::default().conceal("text"),
            Cow::Borrowed("text")
        ));
        assert_eq!(Secrets::of(&[]).conceal("text"), "text");
    }

    proptest! {
        #[test]
        fn base64_at_any_place_is_found(key in "[!-~]{8,40}", before in "[a-z:]{0,5}", after in "[a-z]{0,5}") {
            let text = STANDARD.encode(format!("{before}{key}{after}"));
            let shown = secrets(&key).conceal(&text).into_owned();
            prop_assert!(shown.contains("[api key]"), "{text}");
            // At most four characters on each side are left, none of which is of the secret alone.
            prop_assert!(shown.len() <= KEY.len() + (before.len() + after.len()) * 4 / 3 + 8, "{shown}");
        }
    }
}
