//! The place where the keys are: a file or a secret.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use api_keys::{DocumentError, KeyDocument};
use serde::Serialize;

use super::KeysError;
use super::file::KeysFile;
use super::gateway::{AuthorizersCache, CacheName};
use super::secret::{self, AwsSecret};
use crate::cli::{ConnectionArgs, StoreArgs};

/// Where keys are, as the user named it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// A file.
    File(PathBuf),
    /// A secret's name or ARN.
    SecretId(String),
}

impl Location {
    /// The one place that the options name, or else the environment.
    ///
    /// # Errors
    /// [`KeysError::NoStore`] and [`KeysError::TwoStores`].
    pub fn choose(
        args: &StoreArgs,
        keys_file: Option<OsString>,
        secret_id: Option<OsString>,
    ) -> Result<Self, KeysError> {
        let said = (args.file.clone(), args.secret_id.clone());
        let (file, secret) = match said {
            (None, None) => (
                keys_file.filter(|path| !path.is_empty()).map(PathBuf::from),
                secret_id
                    .filter(|id| !id.is_empty())
                    .map(|id| id.to_string_lossy().into_owned()),
            ),
            said => said,
        };
        match (file, secret) {
            (Some(path), None) => Ok(Self::File(path)),
            (None, Some(id)) => Ok(Self::SecretId(id)),
            (None, None) => Err(KeysError::NoStore),
            (Some(_), Some(_)) => Err(KeysError::TwoStores),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::SecretId(id) => write!(f, "the secret {id}"),
        }
    }
}

/// What a store holds.
#[derive(Debug)]
pub struct Stored {
    /// The keys.
    pub document: KeyDocument,
    /// Whether it was one bare key rather than a document; here it is the record `default`.
    pub bare: bool,
}

impl Stored {
    /// Reads the text in a store.
    ///
    /// # Errors
    /// [`DocumentError`], which names every problem and repeats no key and no hash.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        Ok(Self {
            document: KeyDocument::parse(text)?,
            bare: !text.trim_start().starts_with(['{', '[']),
        })
    }

    /// Applies `edit` and tells what it made of the keys.
    pub(super) fn edited<T>(
        mut self,
        edit: &mut impl FnMut(&mut KeyDocument) -> Result<T, KeysError>,
    ) -> Result<(Option<String>, Change<T>), KeysError> {
        let before = self.document.clone();
        let value = edit(&mut self.document)?;
        let same = self.document == before && !self.bare;
        let text = (!same).then(|| self.document.to_json());
        let converted = self.bare;
        Ok((text, Change { value, converted }))
    }
}

/// What an edit did.
#[derive(Debug)]
pub struct Change<T> {
    /// What the edit itself returned.
    pub value: T,
    /// Whether a bare key became a document on the way.
    pub converted: bool,
}

/// Whether a store that does not exist is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// It is, if it is a file.
    Create,
    /// It is an error.
    Refuse,
}

/// An open store.
#[derive(Debug)]
pub enum Store {
    /// A file.
    File(KeysFile),
    /// A secret.
    Secret(Box<AwsSecret>),
}

impl Store {
    /// Prepares access; nothing is read or sent yet.
    pub async fn open(location: Location, limits: &ConnectionArgs) -> Self {
        match location {
            Location::File(path) => Self::File(KeysFile::new(path, limits.timeout)),
            Location::SecretId(id) => Self::Secret(Box::new(AwsSecret::connect(id, limits).await)),
        }
    }

    /// Reads the keys.
    ///
    /// # Errors
    /// [`KeysError`]: the store cannot be read, or what it holds is no key document.
    pub async fn read(&self) -> Result<Stored, KeysError> {
        match self {
            Self::File(file) => file.read(),
            Self::Secret(secret) => secret::read(&**secret).await,
        }
    }

    /// Applies `edit` to the newest keys there are, again if somebody else was faster.
    ///
    /// # Errors
    /// [`KeysError`]: what `edit` returns, or the store cannot be read or written.
    pub async fn change<T>(
        &self,
        absent: Absent,
        edit: impl FnMut(&mut KeyDocument) -> Result<T, KeysError>,
    ) -> Result<Change<T>, KeysError> {
        match self {
            Self::File(file) => file.change(absent, edit).await,
            Self::Secret(secret) => secret::change(&**secret, edit).await,
        }
    }

    /// The cache `name` before the authorizer that reads this store.
    ///
    /// # Errors
    /// [`KeysError::NoGateway`]: nothing reads a file through a gateway.
    pub fn authorizers_cache(&self, name: CacheName) -> Result<AuthorizersCache, KeysError> {
        match self {
            Self::File(_) => Err(KeysError::NoGateway),
            Self::Secret(secret) => Ok(secret.authorizers_cache(name)),
        }
    }

    /// How long a change takes to be in force everywhere, if nothing fails.
    #[must_use]
    pub fn delay(&self) -> Duration {
        match self {
            // The server looks at its file once a second.
            Self::File(_) => Duration::from_secs(1),
            // The authorizer keeps what it read so long.
            Self::Secret(_) => Duration::from_secs(60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(
        file: Option<&str>,
        secret: Option<&str>,
        environment: (&str, &str),
    ) -> Result<Location, KeysError> {
        let args = StoreArgs {
            file: file.map(PathBuf::from),
            secret_id: secret.map(str::to_owned),
        };
        Location::choose(
            &args,
            Some(environment.0.into()),
            Some(environment.1.into()),
        )
    }

    #[test]
    fn there_is_exactly_one_store() {
        assert_eq!(
            choose(Some("f"), None, ("", "")).unwrap(),
            Location::File("f".into())
        );
        assert_eq!(
            choose(None, None, ("f", "")).unwrap(),
            Location::File("f".into())
        );
        assert_eq!(
            choose(None, None, ("", "s")).unwrap(),
            Location::SecretId("s".to_owned())
        );
        for (file, secret, environment) in
            [(Some("f"), Some("s"), ("", "")), (None, None, ("f", "s"))]
        {
            assert!(matches!(
                choose(file, secret, environment),
                Err(KeysError::TwoStores)
            ));
        }
        assert!(matches!(
            choose(None, None, ("", "")),
            Err(KeysError::NoStore)
        ));
    }

    #[test]
    fn an_option_wins_over_the_environment() {
        assert_eq!(
            choose(None, Some("s"), ("f", "t")).unwrap(),
            Location::SecretId("s".to_owned())
        );
    }
}
