//! Where keys are.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::secrecy::without_possible_keys;

/// Where keys are, as the user named it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Location {
    File(PathBuf),
    /// A secret's name or ARN.
    SecretId(String),
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, name) = match self {
            Self::File(path) => ("file", path.to_string_lossy()),
            Self::SecretId(id) => ("secret", id.into()),
        };
        // No folder, no extension, no word: rather a key in the place of a name.
        match name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            true => write!(f, "the {kind} {}", without_possible_keys(&name)),
            false => write!(f, "the {kind} {name}"),
        }
    }
}
