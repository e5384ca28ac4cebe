//! The API key: where it may appear and where it never does.

use std::ffi::OsString;
use std::fmt;

use http::HeaderValue;

/// The environment variable that holds the API key. There is no flag for it: a flag would show in process lists.
pub(crate) const API_KEY_VARIABLE: &str = "MCP_API_KEY";

/// Shorter keys are not blanked out of messages: that would garble ordinary words and protect nothing.
const SHORTEST_CONCEALED: usize = 8;

/// An API key that is fit for a header.
///
/// Invariant: neither `Debug` nor anything else here shows it; [`PresentedKey::header`] is marked sensitive.
#[derive(Clone)]
pub(crate) struct PresentedKey(HeaderValue);

/// Why a value cannot be an API key. Never contains the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidKey {
    /// It has a character that HTTP does not allow in a header; `position` counts from 1.
    #[error(
        "invalid `{API_KEY_VARIABLE}`: expected visible ASCII, got something else at character {position}"
    )]
    Character {
        /// Where the first such character is.
        position: usize,
    },
    /// It starts or ends with a space or a tab, which HTTP drops on the way.
    #[error("invalid `{API_KEY_VARIABLE}`: it starts or ends with white space")]
    Padding,
}

impl PresentedKey {
    /// Reads the variable's value. A trailing line break, as a key file read whole leaves it, is dropped; what is then
    /// empty is no key.
    pub(crate) fn from_variable(value: OsString) -> Result<Option<Self>, InvalidKey> {
        let value = value.to_string_lossy();
        let key = value.trim_end_matches(['\r', '\n']);
        if key.is_empty() {
            return Ok(None);
        }
        if let Some(index) = key.chars().position(|c| !matches!(c, '\t' | ' '..='~')) {
            let position = index + 1;
            return Err(InvalidKey::Character { position });
        }
        if key.trim() != key {
            return Err(InvalidKey::Padding);
        }
        let mut header =
            HeaderValue::from_str(key).map_err(|_| InvalidKey::Character { position: 1 })?;
        header.set_sensitive(true);
        Ok(Some(Self(header)))
    }

    /// The value of the `x-api-key` header, marked sensitive.
    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }

    /// `text` without the key, for text that a server may have put it into.
    pub(crate) fn blank_out(&self, text: &str) -> String {
        match self.0.to_str() {
            Ok(key) if key.len() >= SHORTEST_CONCEALED => text.replace(key, "[api key]"),
            _ => text.to_owned(),
        }
    }
}

impl fmt::Debug for PresentedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresentedKey([api key])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Result<Option<PresentedKey>, InvalidKey> {
        PresentedKey::from_variable(value.into())
    }

    #[test]
    fn a_trailing_line_break_is_dropped() {
        let key = read("mcp_0123456789\r\n").unwrap().unwrap();
        assert_eq!(key.header(), "mcp_0123456789");
    }

    #[test]
    fn an_empty_value_is_no_key() {
        assert!(read("").unwrap().is_none());
        assert!(read("\n").unwrap().is_none());
    }

    #[test]
    fn what_a_header_cannot_carry_is_refused_without_showing_it() {
        for (value, expected) in [
            ("good\nbad", InvalidKey::Character { position: 5 }),
            ("ключ", InvalidKey::Character { position: 1 }),
            ("abc\u{7f}", InvalidKey::Character { position: 4 }),
            (" padded", InvalidKey::Padding),
            ("padded ", InvalidKey::Padding),
        ] {
            let error = read(value).unwrap_err();
            assert_eq!(error, expected);
            assert!(!error.to_string().contains(value.trim()));
        }
    }

    #[test]
    fn debug_shows_neither_key_nor_header() {
        let key = read("mcp_0123456789").unwrap().unwrap();
        assert!(!format!("{key:?} {:?}", key.header()).contains("0123456789"));
    }

    #[test]
    fn a_key_is_blanked_out_and_a_word_is_not() {
        let key = read("mcp_0123456789").unwrap().unwrap();
        assert_eq!(
            key.blank_out("no key mcp_0123456789 here"),
            "no key [api key] here"
        );
        let word = read("key").unwrap().unwrap();
        assert_eq!(word.blank_out("no key here"), "no key here");
    }
}
