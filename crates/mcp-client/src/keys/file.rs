//! Keys in a file, as a server without a gateway reads it.

mod lock;
mod replace;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use api_keys::{KeyDocument, MAX_DOCUMENT_BYTES};

use super::{Absent, Change, KeysError, Location, Stored};

/// A file with keys.
#[derive(Debug)]
pub struct KeysFile {
    /// As the user named it.
    name: PathBuf,
    /// How long to wait for another process that changes it.
    patience: Duration,
}

impl KeysFile {
    pub(super) fn new(name: PathBuf, patience: Duration) -> Self {
        Self { name, patience }
    }

    pub(super) fn read(&self) -> Result<Stored, KeysError> {
        let bytes = read_bounded(&self.name).map_err(|error| self.unreadable(error))?;
        let text = String::from_utf8(bytes).map_err(|_| KeysError::NotText(self.location()))?;
        Stored::parse(&text).map_err(|cause| KeysError::InvalidDocument {
            store: self.location(),
            cause,
        })
    }

    pub(super) async fn change<T>(
        &self,
        absent: Absent,
        mut edit: impl FnMut(&mut KeyDocument) -> Result<T, KeysError>,
    ) -> Result<Change<T>, KeysError> {
        if absent == Absent::Refuse {
            // Before the lock, which leaves a file.
            self.read()?;
        }
        let path = self.target();
        let _lock = self.lock(&path).await?;
        let stored = match self.read() {
            Err(KeysError::Missing(_)) if absent == Absent::Create => Stored {
                document: KeyDocument::empty(),
                bare: false,
            },
            read => read?,
        };
        let (text, change) = stored.edited(&mut edit)?;
        if let Some(text) = text {
            replace::replace(&path, &text).map_err(|error| self.unwritable(error))?;
        }
        Ok(change)
    }

    async fn lock(&self, path: &Path) -> Result<File, KeysError> {
        let lock = lock::acquire(path, self.patience).await;
        lock.map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => KeysError::Busy(self.location()),
            _ => self.unwritable(error),
        })
    }

    /// The file itself where the name is a link to it, so that the link stays.
    fn target(&self) -> PathBuf {
        fs::canonicalize(&self.name).unwrap_or_else(|_| self.name.clone())
    }

    fn location(&self) -> Location {
        Location::File(self.name.clone())
    }

    fn unreadable(&self, cause: io::Error) -> KeysError {
        let store = self.location();
        match cause.kind() {
            io::ErrorKind::NotFound => KeysError::Missing(store),
            io::ErrorKind::PermissionDenied => KeysError::denied(store, cause),
            _ => KeysError::unreachable(store, cause),
        }
    }

    fn unwritable(&self, cause: io::Error) -> KeysError {
        let store = self.location();
        match cause.kind() {
            io::ErrorKind::PermissionDenied => KeysError::denied(store, cause),
            _ => KeysError::NotWritten { store, cause },
        }
    }
}

/// Reads no more than shows that a file is too long.
fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let limit = u64::try_from(MAX_DOCUMENT_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    File::open(path)?
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
