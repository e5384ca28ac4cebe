//! Where the secret is.

/// Reads the one secret that holds the keys.
pub trait SecretStore: Send + Sync {
    /// Reads the text of its current version: a key document, or one bare key.
    ///
    /// A version that is only pending never counts: a key is accepted from the end of its rotation.
    fn fetch(&self) -> impl Future<Output = Result<String, FetchError>> + Send;
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
}
