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

/// How a user names the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    Here(Location),
    /// In the secret of the stack of this name.
    Stack(String),
}

/// The one place that the options name, or else the environment.
pub(crate) fn locate(
    args: &StoreArgs,
    stack: Option<&str>,
    keys_file: Option<OsString>,
    secret_id: Option<OsString>,
) -> Result<Named, KeysError> {
    let stack = stack.map(|name| Named::Stack(name.to_owned()));
    let options = [
        file(args.file.clone()),
        secret(args.secret_id.clone()),
        stack,
    ];
    let text = |id: OsString| id.to_string_lossy().into_owned();
    let variables = [
        file(keys_file.map(PathBuf::from)),
        secret(secret_id.map(text)),
        None,
    ];
    let said = if options.iter().any(Option::is_some) {
        options
    } else {
        variables
    };
    let mut said = said.into_iter().flatten();
    match (said.next(), said.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(KeysError::NoStore),
        (Some(_), Some(_)) => Err(KeysError::SeveralStores),
    }
}

fn file(path: Option<PathBuf>) -> Option<Named> {
    path.map(|path| Named::Here(Location::File(path)))
}

fn secret(id: Option<String>) -> Option<Named> {
    id.map(|id| Named::Here(Location::SecretId(id)))
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
            // The authorizer keeps what it read so long, if its deployment does not say otherwise.
            Self::Secret(_) => Duration::from_secs(60),
        }
    }
}
