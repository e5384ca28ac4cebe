//! Keys in a file, as a server without a gateway reads it.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use api_keys::{KeyDocument, MAX_DOCUMENT_BYTES};

use super::error::KeysError;
use super::location::Location;
use super::stored::{Absent, Change, Stored};
use crate::files::{self, NewFile, without_waiting};

/// Time between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

/// A file with keys.
#[derive(Debug)]
pub(crate) struct FileStore {
    /// As the user named it.
    name: PathBuf,
    /// How long to wait for another process that changes it.
    patience: Duration,
}

impl FileStore {
    pub(super) fn new(name: PathBuf, patience: Duration) -> Self {
        Self { name, patience }
    }

    pub(super) fn read(&self) -> Result<Stored, KeysError> {
        let bytes =
            files::read(&self.name, MAX_DOCUMENT_BYTES).map_err(|error| self.unreadable(error))?;
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
        // Before the lock, which leaves a file, also beside what is none and for a change that is refused.
        self.read_or(absent)?.edited(&mut edit)?;
        let path = self.target()?;
        let _lock = self.lock(&path).await?;
        let (text, change) = self.read_or(absent)?.edited(&mut edit)?;
        if let Some(text) = text {
            files::replace(&path, &text, NewFile::Private)
                .map_err(|error| self.unwritable(error))?;
        }
        Ok(change)
    }

    fn read_or(&self, absent: Absent) -> Result<Stored, KeysError> {
        match self.read() {
            Err(KeysError::Missing(_)) if absent == Absent::Create => Ok(Stored {
                document: KeyDocument::empty(),
                bare: false,
            }),
            read => read,
        }
    }

    async fn lock(&self, path: &Path) -> Result<File, KeysError> {
        let lock = acquire(path, self.patience).await;
        lock.map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => KeysError::Busy(self.location()),
            _ => self.unwritable(error),
        })
    }

    /// The file itself where the name is a link to it, so that the link stays. A link to nothing is refused: what it
    /// points to may be on a disk that is not there, or somebody else's idea.
    fn target(&self) -> Result<PathBuf, KeysError> {
        match (fs::canonicalize(&self.name), fs::read_link(&self.name)) {
            (Ok(path), _) => Ok(path),
            (Err(error), Ok(target)) if error.kind() == io::ErrorKind::NotFound => {
                Err(KeysError::LinkToNothing {
                    store: self.location(),
                    target,
                })
            }
            (Err(_), _) => Ok(self.name.clone()),
        }
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

/// Locks the file `.NAME.lock` beside `path` until the returned handle is dropped. It stays there: whoever removed it
/// could remove it under somebody who waits for it. The file with the keys cannot be locked itself, because a change
/// replaces it.
async fn acquire(path: &Path, patience: Duration) -> io::Result<File> {
    let file = open(&lock_path(path))?;
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if begun.elapsed() >= patience => {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            Err(TryLockError::WouldBlock) => tokio::time::sleep(PAUSE).await,
        }
    }
}

fn lock_path(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".lock");
    path.with_file_name(name)
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = without_waiting();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
