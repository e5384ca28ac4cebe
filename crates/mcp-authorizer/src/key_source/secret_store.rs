//! Where the secret is.

use std::fmt;

use jiff::Timestamp;

/// Reads versions of the one secret that holds the keys.
pub trait SecretStore: Send + Sync {
    /// Reads the version in `stage`.
    fn fetch(&self, stage: Stage)
    -> impl Future<Output = Result<SecretVersion, FetchError>> + Send;
}

/// A stage of a secret, by Secrets Manager's staging labels. `AWSPENDING` is deliberately absent: a key counts from
/// the end of its rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// `AWSCURRENT`
    Current,
    /// `AWSPREVIOUS`: what was current before the last rotation.
    Previous,
}

impl Stage {
    /// Its staging label.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Current => "AWSCURRENT",
            Self::Previous => "AWSPREVIOUS",
        }
    }
}

/// One version of the secret.
#[derive(Clone)]
pub struct SecretVersion {
    /// Its text: a key document, or one bare key.
    pub text: String,
    /// When it was made.
    pub created: Option<Timestamp>,
}

impl fmt::Debug for SecretVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretVersion")
            .field("created", &self.created)
            .finish_non_exhaustive()
    }
}

/// Why the keys could not be read. The text is the cause: for our log, not for the caller, and never with a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// It may well work in a moment.
    #[error("{0}")]
    Transient(String),
    /// The store answered, and the answer is no.
    #[error("{0}")]
    Definite(String),
    /// The secret, or its version in this stage, does not exist.
    #[error("{0}")]
    Absent(String),
}
