//! The keys of one read: of the current version, and for a while of the one before.

use std::time::Duration;

use api_keys::{KeyDocument, Principal, Refused};
use jiff::{SignedDuration, Timestamp};

use super::{FetchError, SecretStore, SecretVersion, Stage};

/// How far the store's clock may be ahead of ours. A version that seems younger says nothing about when the rotation
/// was, so there is no grace.
const MAX_SKEW: SignedDuration = SignedDuration::from_secs(60);

/// What is accepted.
#[derive(Debug)]
pub(super) struct Keyring {
    current: KeyDocument,
    previous: Option<Previous>,
}

/// The bare key before the last rotation.
#[derive(Debug)]
struct Previous {
    document: KeyDocument,
    until: Timestamp,
}

impl Keyring {
    /// Reads the current version, and the previous one when it may still count: both are bare keys, and `grace` has
    /// not passed since the current one was made.
    ///
    /// The keys that came with the deployment are added, so without the secret they are not accepted either.
    ///
    /// A document says itself until when its keys are valid, so its previous version never counts.
    pub(super) async fn read(
        store: &impl SecretStore,
        deployed: &KeyDocument,
        grace: Duration,
        now: Timestamp,
    ) -> Result<Self, FetchError> {
        let version = store.fetch(Stage::Current).await?;
        let mut current = KeyDocument::parse(&version.text)
            .map_err(|error| FetchError::Definite(error.to_string()))?;
        for record in deployed.records() {
            // The secret has the last word: its record of the same id or key counts instead.
            current.insert(record.clone()).ok();
        }
        let previous = match grace_end(&version, grace, now) {
            Some(until) => previous(store, until).await?,
            None => None,
        };
        Ok(Self { current, previous })
    }

    /// Whose key this is. Both versions are always checked, so the time does not tell which one matched.
    pub(super) fn authenticate(
        &self,
        presented: &str,
        now: Timestamp,
    ) -> Result<Principal, Refused> {
        let current = self.current.authenticate(presented, now);
        let previous = self.previous.as_ref().map_or(Err(Refused), |previous| {
            let principal = previous.document.authenticate(presented, now);
            principal.and_then(|principal| match now < previous.until {
                true => Ok(principal),
                false => Err(Refused),
            })
        });
        current.or(previous)
    }
}

/// Until when the version before `current` counts, if it does at all.
fn grace_end(current: &SecretVersion, grace: Duration, now: Timestamp) -> Option<Timestamp> {
    if !is_bare(current) {
        return None;
    }
    let rotated = current.created?;
    if rotated > now.checked_add(MAX_SKEW).ok()? {
        return None;
    }
    let until = rotated
        .checked_add(SignedDuration::try_from(grace).ok()?)
        .ok()?;
    (now < until).then_some(until)
}

async fn previous(
    store: &impl SecretStore,
    until: Timestamp,
) -> Result<Option<Previous>, FetchError> {
    let version = match store.fetch(Stage::Previous).await {
        Ok(version) => version,
        Err(FetchError::Absent(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    if !is_bare(&version) {
        return Ok(None);
    }
    // A version that was never a usable key is no reason to refuse the current one.
    let document = KeyDocument::parse(&version.text).ok();
    Ok(document.map(|document| Previous { document, until }))
}

/// What begins like JSON is a document; see [`KeyDocument::parse`].
fn is_bare(version: &SecretVersion) -> bool {
    !version.text.trim_start().starts_with(['{', '['])
}
