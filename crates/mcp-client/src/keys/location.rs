//! Where keys are.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

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
        match self {
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::SecretId(id) => write!(f, "the secret {id}"),
        }
    }
}
