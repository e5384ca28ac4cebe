//! Keys in a secret, changed by several administrators without locks.
//!
//! Secrets Manager has no write that fails when the value has changed meanwhile. Moving a staging label has that: it
//! names the version that the label is taken from, and fails if the label is no longer there. So an edit is first
//! stored as a version that is not current, and becomes current only if what it was made from still is.

mod aws;
mod recipient;

use std::time::Duration;

use api_keys::KeyDocument;

pub(crate) use self::aws::AwsSecret;
pub(crate) use self::recipient::Recipient;
use super::error::KeysError;
use super::location::Location;
use super::stored::{Change, Stored};

/// How often an edit is tried. Of those who try at the same time one always succeeds, so this is also how many
/// administrators can be served at once.
const ATTEMPTS: u32 = 12;

/// The pause after the first defeat; it grows with each further one.
const PAUSE: Duration = Duration::from_millis(25);

/// The version that is current.
pub(super) struct Version {
    /// Its id.
    pub(super) id: String,
    /// Its text: hashes, or one bare key. There is no `Debug`.
    pub(super) text: String,
}

/// How an attempt to make a draft current ended.
pub(super) enum Promotion {
    /// It is current.
    Done,
    /// The label was not where it was said to be, in the service's words.
    Refused(String),
}

/// A secret with versions, one of them current.
pub(super) trait Versioned {
    /// What to call it in errors.
    fn location(&self) -> Location;

    /// Reads the current version.
    async fn current(&self) -> Result<Version, KeysError>;

    /// Stores a version without making it current, and returns its id.
    async fn draft(&self, text: String) -> Result<String, KeysError>;

    /// Makes the version `draft` current if `base` still is.
    async fn promote(&self, draft: &str, base: &str) -> Result<Promotion, KeysError>;
}

pub(super) async fn read(secret: &impl Versioned) -> Result<Stored, KeysError> {
    parse(secret, &secret.current().await?)
}

pub(super) async fn change<T>(
    secret: &impl Versioned,
    mut edit: impl FnMut(&mut KeyDocument) -> Result<T, KeysError>,
) -> Result<Change<T>, KeysError> {
    let mut base = secret.current().await?;
    for attempt in 1..=ATTEMPTS {
        let (text, change) = parse(secret, &base)?.edited(&mut edit)?;
        let Some(text) = text else {
            return Ok(change);
        };
        let draft = secret.draft(text).await?;
        let Promotion::Refused(cause) = secret.promote(&draft, &base.id).await? else {
            return Ok(change);
        };
        let now = secret.current().await?;
        if now.id == draft {
            // It was moved; the answer was lost on the way, and its repetition refused.
            return Ok(change);
        }
        if now.id == base.id {
            // Nobody was faster, so trying again would be refused again.
            return Err(KeysError::unreachable(secret.location(), cause));
        }
        base = now;
        tokio::time::sleep(PAUSE * attempt).await;
    }
    Err(KeysError::Overtaken {
        store: secret.location(),
        attempts: ATTEMPTS,
    })
}

fn parse(secret: &impl Versioned, version: &Version) -> Result<Stored, KeysError> {
    Stored::parse(&version.text).map_err(|cause| KeysError::InvalidDocument {
        store: secret.location(),
        cause,
    })
}

#[cfg(test)]
mod tests;
