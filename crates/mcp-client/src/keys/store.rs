//! The place where the keys are: a file or a secret.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use api_keys::KeyDocument;

use super::error::KeysError;
use super::file::FileStore;
use super::location::Location;
use super::secret::{self, AwsSecret};
use super::stored::{Absent, Change, Stored};
use crate::cli::{ConnectionArgs, StoreArgs};

/// The one place that the options name, or else the environment: the file or the secret that it names.
pub(crate) fn locate(
    args: &StoreArgs,
    keys_file: Option<OsString>,
    secret_id: Option<OsString>,
) -> Result<Location, KeysError> {
    let (file, secret) = match (args.file.clone(), args.secret_id.clone()) {
        (None, None) => (
            keys_file.map(PathBuf::from),
            secret_id.map(|id| id.to_string_lossy().into_owned()),
        ),
        said => said,
    };
    match (file, secret) {
        (Some(path), None) => Ok(Location::File(path)),
        (None, Some(id)) => Ok(Location::SecretId(id)),
        (None, None) => Err(KeysError::NoStore),
        (Some(_), Some(_)) => Err(KeysError::TwoStores),
    }
}

/// An open store.
#[derive(Debug)]
pub(crate) enum Store {
    File(FileStore),
    Secret(Box<AwsSecret>),
}

impl Store {
    /// Prepares access; nothing is read or sent yet.
    pub(crate) async fn open(location: Location, limits: &ConnectionArgs) -> Self {
        match location {
            Location::File(path) => Self::File(FileStore::new(path, limits.timeout)),
            Location::SecretId(id) => Self::Secret(Box::new(AwsSecret::connect(id, limits).await)),
        }
    }

    /// Reads the keys.
    pub(crate) async fn read(&self) -> Result<Stored, KeysError> {
        match self {
            Self::File(file) => file.read(),
            Self::Secret(secret) => secret::read(&**secret).await,
        }
    }

    /// Applies `edit` to the newest keys there are, again if somebody else was faster.
    pub(crate) async fn change<T>(
        &self,
        absent: Absent,
        edit: impl FnMut(&mut KeyDocument) -> Result<T, KeysError>,
    ) -> Result<Change<T>, KeysError> {
        match self {
            Self::File(file) => file.change(absent, edit).await,
            Self::Secret(secret) => secret::change(&**secret, edit).await,
        }
    }

    /// How long a change takes to be in force everywhere, if nothing fails.
    pub(crate) fn delay(&self) -> Duration {
        match self {
            // The server looks at its file once a second.
            Self::File(_) => Duration::from_secs(1),
            // The authorizer keeps what it read so long.
            Self::Secret(_) => Duration::from_secs(60),
        }
    }
}
