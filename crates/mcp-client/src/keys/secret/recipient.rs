//! A secret that holds one key, for the program that uses it.

use api_keys::ApiKey;

use super::{AwsSecret, Versioned};
use crate::cli::ConnectionArgs;
use crate::keys::error::KeysError;
use crate::keys::location::Location;

/// The secret that a new key goes into.
#[derive(Debug)]
pub(crate) struct Recipient(AwsSecret);

impl Recipient {
    /// Prepares access, and refuses a secret that holds keys of many: a key in their place would end them all.
    pub(crate) async fn open(
        id: &str,
        store: &Location,
        limits: &ConnectionArgs,
    ) -> Result<Self, KeysError> {
        let secret = AwsSecret::connect(id.to_owned(), limits).await;
        let recipient = Self(secret);
        if *store == recipient.location() {
            return Err(KeysError::RecipientHoldsKeys(store.clone()));
        }
        recipient.refuse_keys().await?;
        Ok(recipient)
    }

    /// Hands the key over, in the place of what was there. Looks again: it may be the store, under another of its names,
    /// which had no document before this key was stored.
    pub(crate) async fn put(&self, key: &ApiKey) -> Result<(), KeysError> {
        self.refuse_keys().await?;
        self.0.replace(key.expose()).await
    }

    async fn refuse_keys(&self) -> Result<(), KeysError> {
        match self.0.current().await {
            Ok(version) if version.text.trim_start().starts_with('{') => {
                Err(KeysError::RecipientHoldsKeys(self.location()))
            }
            // A secret without a value is missing in the service's words, like one that is not there.
            Ok(_) | Err(KeysError::Missing(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn location(&self) -> Location {
        self.0.location()
    }
}
