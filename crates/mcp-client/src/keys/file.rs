//! Keys in a file, as a server without a gateway reads it.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use api_keys::{KeyDocument, MAX_DOCUMENT_BYTES};

use super::error::KeysError;
use super::location::Location;
use super::stored::{Absent, Change, Stored};

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
        // Before the lock, which leaves a file, also beside what is none and for a change that is refused.
        self.read_or(absent)?.edited(&mut edit)?;
        let path = self.target()?;
        let _lock = self.lock(&path).await?;
        let (text, change) = self.read_or(absent)?.edited(&mut edit)?;
        if let Some(text) = text {
            replace(&path, &text).map_err(|error| self.unwritable(error))?;
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

/// Reads a regular file, and no more of it than shows that it is too long.
fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let limit = u64::try_from(MAX_DOCUMENT_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    let file = without_waiting().read(true).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("expected a regular file"));
    }
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
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

/// Opening waits for nobody: a pipe without another end would let it wait for ever.
fn without_waiting() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags);
    }
    options
}

/// Replaces `path` as a whole, so that a reader sees the old text or the new one, or makes it with mode 0600. An existing
/// file keeps its mode and its owner.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Made with mode 0600, and removed if anything below fails.
    let mut new = tempfile::Builder::new()
        .prefix(".keys-")
        .tempfile_in(folder)?;
    new.write_all(text.as_bytes())?;
    match fs::metadata(path) {
        Ok(old) => adopt(new.as_file(), &old)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    new.as_file().sync_all()?;
    new.persist(path)?;
    Ok(())
}

/// Gives `new` the owner and the mode of `old`: a server must still be able to read what an administrator changed.
fn adopt(new: &File, old: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let made = new.metadata()?;
        if (made.uid(), made.gid()) != (old.uid(), old.gid()) {
            fchown(new, Some(old.uid()), Some(old.gid()))?;
        }
    }
    new.set_permissions(old.permissions())
}
