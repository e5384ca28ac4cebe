//! Every key that counts: those of the store, and the one that came with the deployment.

use jiff::Timestamp;

use crate::{DocumentError, KeyDocument, KeyRecord, Principal, Refused, document, parse};

/// The key that comes with a deployment: its hash stands in the authorizer's settings instead of the store, under the
/// id [`DEPLOYED_ID`](crate::DEPLOYED_ID).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployedKey(KeyRecord);

impl DeployedKey {
    /// Reads a key document with that one record. `None` when there is no record.
    ///
    /// # Errors
    ///
    /// A [`DocumentError`] that names every problem: also a record of any other id.
    pub fn parse(document: &str) -> Result<Option<Self>, DocumentError> {
        // One at most: ids are unique, and there is one that is allowed.
        Ok(parse::deployed(document)?.pop().map(Self))
    }
}

/// The keys of a store, and beside them the one of the deployment.
///
/// The store has the last word: its record of the same key counts instead, and it may disable the deployed key. The
/// deployed key stands beside the document, so a document that is full leaves it as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyring {
    stored: KeyDocument,
    deployed: Option<KeyRecord>,
}

impl Keyring {
    /// What the store says of these keys is decided here, once.
    #[must_use]
    pub fn new(stored: KeyDocument, deployed: Option<&DeployedKey>) -> Self {
        let deployed = deployed.map(|DeployedKey(record)| {
            let mut record = record.clone();
            let known = stored
                .records
                .iter()
                .any(|known| known.digest == record.digest);
            record.disabled |= known || stored.deployed_disabled;
            record
        });
        Self { stored, deployed }
    }

    /// Says who presented this key; see [`KeyDocument::authenticate`]. Records of both kinds are compared alike, so the
    /// time does not tell which one matched.
    ///
    /// # Errors
    ///
    /// [`Refused`] for every key that is not accepted.
    pub fn authenticate(&self, presented: &str, now: Timestamp) -> Result<Principal, Refused> {
        let records = self.stored.records.iter().chain(&self.deployed);
        document::authenticate(records, presented, now)
    }
}
