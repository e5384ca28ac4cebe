//! Secrets that are sent in a header: the API key, a bearer token, whatever else a server asks for.

use std::ffi::OsString;
use std::fmt;
use std::io::Read;

use api_keys::{KEY_HEADER, without_possible_keys};
use http::{HeaderName, HeaderValue, header};

use crate::http::is_reserved;

/// The environment variable that holds the API key. There is no flag for it: a flag would show in process lists.
pub(crate) const API_KEY_VARIABLE: &str = "MCP_API_KEY";
/// The environment variable that holds a bearer token, as OAuth has them (RFC 6750).
pub(crate) const BEARER_VARIABLE: &str = "MCP_BEARER_TOKEN";

/// The largest file that a value is read from, in bytes.
const LARGEST_FILE: u64 = 64 * 1024;

/// A header with a secret value that is fit for HTTP.
///
/// Invariant: `Debug` does not show the secret, and the header's value is marked sensitive.
#[derive(Clone)]
pub(crate) struct Credential {
    name: HeaderName,
    value: HeaderValue,
    /// Without `Bearer` where that was not given.
    secret: String,
    /// Where it is from, in a user's words.
    source: String,
}

/// Why a value cannot be sent. Never contains the value.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidCredential {
    /// It has a character that HTTP does not allow in a header; `position` counts from 1.
    #[error(
        "invalid `{source_name}`: expected visible ASCII, got something else at character {position}"
    )]
    Character {
        source_name: String,
        /// Where the first such character is.
        position: usize,
    },
    /// It starts or ends with a space or a tab, which HTTP drops on the way.
    #[error("invalid `{source_name}`: it starts or ends with white space")]
    Padding { source_name: String },
    /// A `--header` that does not say where its value is. It is not repeated: it may hold the value.
    #[error("invalid `--header`: expected NAME=@VARIABLE or NAME=@./FILE, got something else")]
    Form,
    #[error("invalid `--header`: `{0}` is no name of a header")]
    Name(String),
    #[error("invalid `--header`: `{0}` is set by the protocol itself")]
    Reserved(HeaderName),
    #[error("`--header` gives `{0}` twice")]
    Repeated(HeaderName),
    #[error("invalid `--header`: the variable `{0}` is not set, or empty")]
    Unset(String),
    #[error("cannot read the value of a header from `{path}`")]
    Unreadable {
        path: String,
        #[source]
        cause: std::io::Error,
    },
    #[error("invalid `--header`: `{0}` is empty, or larger than 64 KiB")]
    FileSize(String),
}

impl Credential {
    /// Reads the API key's variable. A trailing line break, as a key file read whole leaves it, is dropped; what is
    /// then empty is no key.
    pub(crate) fn api_key(value: OsString) -> Result<Option<Self>, InvalidCredential> {
        let name = HeaderName::from_static(KEY_HEADER);
        Self::new(name, &value.to_string_lossy(), API_KEY_VARIABLE, "")
    }

    /// Reads a bearer token in the same way.
    pub(crate) fn bearer(value: OsString) -> Result<Option<Self>, InvalidCredential> {
        let value = value.to_string_lossy();
        Self::new(header::AUTHORIZATION, &value, BEARER_VARIABLE, "Bearer ")
    }

    /// Reads `NAME=@VARIABLE` or `NAME=@PATH`, where a path has a `/` in it.
    pub(crate) fn header(
        text: &str,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, InvalidCredential> {
        let (name, from) = text.split_once("=@").ok_or(InvalidCredential::Form)?;
        let name = header_name(name)?;
        let value = match from.contains(['/', '\\']) {
            true => read(from)?,
            false => variable(from)
                .map(|value| value.to_string_lossy().into_owned())
                .ok_or_else(|| InvalidCredential::Unset(without_possible_keys(from)))?,
        };
        let empty = || InvalidCredential::Unset(without_possible_keys(from));
        Self::new(name, &value, from, "")?.ok_or_else(empty)
    }

    /// A header with a value that some file or program gave; `source` says which.
    pub(crate) fn given(
        name: &str,
        value: &str,
        source: &str,
    ) -> Result<Option<Self>, InvalidCredential> {
        Self::new(header_name(name)?, value, source, "")
    }

    fn new(
        name: HeaderName,
        value: &str,
        source: &str,
        prefix: &str,
    ) -> Result<Option<Self>, InvalidCredential> {
        let secret = value.trim_end_matches(['\r', '\n']);
        if secret.is_empty() {
            return Ok(None);
        }
        let source = without_possible_keys(source);
        let source_name = source.clone();
        if let Some(index) = secret.chars().position(|c| !matches!(c, '\t' | ' '..='~')) {
            let position = index + 1;
            return Err(InvalidCredential::Character {
                source_name,
                position,
            });
        }
        if secret.trim() != secret {
            return Err(InvalidCredential::Padding { source_name });
        }
        let mut value = HeaderValue::try_from(format!("{prefix}{secret}")).map_err(|_| {
            InvalidCredential::Character {
                source_name,
                position: 1,
            }
        })?;
        value.set_sensitive(true);
        Ok(Some(Self {
            name,
            value,
            secret: secret.to_owned(),
            source,
        }))
    }

    pub(crate) fn name(&self) -> &HeaderName {
        &self.name
    }

    /// The header's value, marked sensitive.
    pub(crate) fn value(&self) -> HeaderValue {
        self.value.clone()
    }

    /// Where it is from: a variable or a file.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// What must not be shown: the value, and what follows its scheme if it has one.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let after_scheme = self.secret.split_once(' ').filter(|(scheme, _)| {
            scheme.len() > 2 && scheme.bytes().all(|byte| byte.is_ascii_alphabetic())
        });
        [Some(&*self.secret), after_scheme.map(|(_, secret)| secret)]
            .into_iter()
            .flatten()
    }

    pub(crate) fn is_api_key(&self) -> bool {
        self.name == KEY_HEADER
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({} of {})", self.name, self.source)
    }
}

fn header_name(name: &str) -> Result<HeaderName, InvalidCredential> {
    let shown = || InvalidCredential::Name(without_possible_keys(name));
    let name: HeaderName = name.parse().map_err(|_| shown())?;
    match is_reserved(&name) {
        true => Err(InvalidCredential::Reserved(name)),
        false => Ok(name),
    }
}

fn read(path: &str) -> Result<String, InvalidCredential> {
    let shown = without_possible_keys(path);
    let mut text = String::new();
    let read = std::fs::File::open(path)
        .and_then(|file| file.take(LARGEST_FILE + 1).read_to_string(&mut text));
    match read {
        Ok(1..) if text.len() as u64 <= LARGEST_FILE => Ok(text),
        Ok(_) => Err(InvalidCredential::FileSize(shown)),
        Err(cause) => Err(InvalidCredential::Unreadable { path: shown, cause }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(value: &str) -> Result<Option<Credential>, InvalidCredential> {
        Credential::api_key(value.into())
    }

    fn header(text: &str) -> Result<Credential, InvalidCredential> {
        Credential::header(text, |name| {
            (name == "TOKEN").then(|| "Token s3cret".into())
        })
    }

    #[test]
    fn a_trailing_line_break_is_dropped() {
        let key = key("mcp_0123456789\r\n").unwrap().unwrap();
        assert_eq!(key.value(), "mcp_0123456789");
        assert_eq!(key.name(), "x-api-key");
    }

    #[test]
    fn an_empty_value_is_no_key() {
        assert!(key("").unwrap().is_none());
        assert!(key("\n").unwrap().is_none());
    }

    #[test]
    fn what_a_header_cannot_carry_is_refused_without_showing_it() {
        for (value, expected) in [
            (
                "good\nbad",
                "expected visible ASCII, got something else at character 5",
            ),
            (
                "ключ",
                "expected visible ASCII, got something else at character 1",
            ),
            (
                "abc\u{7f}",
                "expected visible ASCII, got something else at character 4",
            ),
            (" padded", "it starts or ends with white space"),
            ("padded ", "it starts or ends with white space"),
        ] {
            let error = key(value).unwrap_err().to_string();
            assert_eq!(error, format!("invalid `MCP_API_KEY`: {expected}"));
            assert!(!error.contains(value.trim()));
        }
    }

    #[test]
    fn debug_shows_neither_secret_nor_header() {
        let key = key("mcp_0123456789").unwrap().unwrap();
        assert!(!format!("{key:?} {:?}", key.value()).contains("0123456789"));
    }

    #[test]
    fn a_bearer_token_has_its_scheme() {
        let token = Credential::bearer("abc".into()).unwrap().unwrap();
        assert_eq!(
            (token.name().as_str(), token.value()),
            ("authorization", HeaderValue::from_static("Bearer abc"))
        );
        assert_eq!(token.secrets().collect::<Vec<_>>(), ["abc"]);
    }

    #[test]
    fn a_header_is_read_from_a_variable_or_a_file() {
        let custom = header("X-Custom=@TOKEN").unwrap();
        assert_eq!(custom.name(), "x-custom");
        assert_eq!(
            custom.secrets().collect::<Vec<_>>(),
            ["Token s3cret", "s3cret"]
        );
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "from a file\n").unwrap();
        let text = format!("x-custom=@{}", file.path().display());
        assert_eq!(header(&text).unwrap().value(), "from a file");
    }

    #[test]
    fn a_header_that_says_nothing_useful_is_refused() {
        for (text, expected) in [
            ("x-custom=s3cret", "expected NAME=@VARIABLE or NAME=@./FILE"),
            ("x custom=@TOKEN", "`x custom` is no name of a header"),
            (
                "Mcp-Method=@TOKEN",
                "`mcp-method` is set by the protocol itself",
            ),
            (
                "x-custom=@NOTHING",
                "the variable `NOTHING` is not set, or empty",
            ),
            (
                "x-custom=@/no/such/file",
                "cannot read the value of a header from `/no/such/file`",
            ),
        ] {
            let error = header(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
            assert!(!error.contains("s3cret"));
        }
    }
}
