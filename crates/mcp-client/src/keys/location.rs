//! Where keys are.

use std::fmt;
use std::path::PathBuf;

use api_keys::without_keys_in_names;
use serde::{Serialize, Serializer};

/// Where keys are, as the user named it. Shown without what looks like a key in the place of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Location {
    File(PathBuf),
    /// A secret's name or ARN.
    SecretId(String),
}

impl Location {
    fn name(&self) -> String {
        match self {
            Self::File(path) => without_keys_in_names(&path.to_string_lossy()),
            Self::SecretId(id) => without_keys_in_names(id),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::File(_) => "file",
            Self::SecretId(_) => "secret",
        };
        write!(f, "the {kind} {}", self.name())
    }
}

/// `{"file":NAME}` or `{"secret_id":NAME}`.
impl Serialize for Location {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (index, kind) = match self {
            Self::File(_) => (0, "file"),
            Self::SecretId(_) => (1, "secret_id"),
        };
        serializer.serialize_newtype_variant("Location", index, kind, &self.name())
    }
}
