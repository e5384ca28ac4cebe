//! API keys in a file, for servers that no gateway protects. The file is read again when it changes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use api_keys::{DocumentError, KeyDocument, MAX_DOCUMENT_BYTES, Timestamp};

use crate::caller::Caller;
use crate::http::Authenticator;

/// Time between two looks at the file: a revoked key is refused at most this much later.
const INTERVAL: Duration = Duration::from_secs(1);

/// The keys in a file.
#[derive(Debug)]
pub struct KeysFile {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    keys: Arc<KeyDocument>,
    version: Option<Version>,
    looked: Instant,
}

/// What changes when a file is written or replaced.
#[derive(Debug, PartialEq, Eq)]
struct Version {
    modified: Option<SystemTime>,
    bytes: u64,
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysFileError {
    /// It cannot be read.
    #[error("a file that can be read ({0})")]
    Unreadable(#[from] io::Error),
    /// It is larger than a key document can be.
    #[error("a file of at most {MAX_DOCUMENT_BYTES} bytes")]
    TooLarge,
    /// It is not a key document.
    #[error("a key document: {0}")]
    Invalid(#[from] DocumentError),
}

impl KeysFile {
    /// Reads the file for the first time.
    ///
    /// # Errors
    /// When it cannot be read or is not a key document.
    pub fn open(path: &Path) -> Result<Self, KeysFileError> {
        let version = Version::of(path).ok();
        Ok(Self {
            path: path.to_owned(),
            state: Mutex::new(State {
                keys: Arc::new(read(path)?),
                version,
                looked: Instant::now(),
            }),
        })
    }

    fn current(&self, now: Instant) -> Arc<KeyDocument> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_duration_since(state.looked) >= INTERVAL {
            state.looked = now;
            self.refresh(&mut state);
        }
        Arc::clone(&state.keys)
    }

    /// Takes over a changed file. One that cannot be used leaves the keys as they were, and is reported once.
    fn refresh(&self, state: &mut State) {
        let version = Version::of(&self.path).ok();
        if version == state.version {
            return;
        }
        state.version = version;
        match read(&self.path) {
            Ok(keys) => {
                tracing::info!(
                    keys = keys.records().len(),
                    "the keys file has changed and is in use"
                );
                state.keys = Arc::new(keys);
            }
            Err(error) => tracing::error!(
                "the keys file has changed and cannot be used, the keys before stay in force: expected {error}"
            ),
        }
    }
}

impl Authenticator for KeysFile {
    fn authenticate(&self, key: &str) -> Option<Caller> {
        let keys = self.current(Instant::now());
        let principal = keys.authenticate(key, Timestamp::now()).ok()?;
        Some(Caller::with_key(principal.id(), principal.tools().cloned()))
    }
}

impl Version {
    fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        Ok(Self {
            modified: metadata.modified().ok(),
            bytes: metadata.len(),
        })
    }
}

fn read(path: &Path) -> Result<KeyDocument, KeysFileError> {
    if fs::metadata(path)?.len() > MAX_DOCUMENT_BYTES as u64 {
        return Err(KeysFileError::TooLarge);
    }
    Ok(KeyDocument::parse(&fs::read_to_string(path)?)?)
}

#[cfg(test)]
mod tests {
    use api_keys::{ApiKey, KeyId, generate};

    use super::*;

    fn document(id: &str) -> (ApiKey, String) {
        let id: KeyId = id.parse().unwrap();
        let new = generate(&id, Timestamp::UNIX_EPOCH).unwrap();
        let mut keys = KeyDocument::empty();
        keys.insert(new.record).unwrap();
        (new.key, keys.to_json())
    }

    #[test]
    fn a_change_counts_at_the_next_look_and_a_broken_one_keeps_the_old_keys() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        let ((first, old), (second, new)) = (document("first"), document("second-key"));
        fs::write(&path, old).unwrap();
        let file = KeysFile::open(&path).unwrap();
        let accepts = |key: &ApiKey, now| {
            file.current(now)
                .authenticate(key.expose(), Timestamp::now())
                .is_ok()
        };

        let start = Instant::now();
        fs::write(&path, new).unwrap();
        assert!(accepts(&first, start), "looked too soon");
        let later = start + INTERVAL * 2;
        assert!(accepts(&second, later) && !accepts(&first, later));

        fs::write(&path, "{ broken").unwrap();
        assert!(
            accepts(&second, later + INTERVAL * 2),
            "a broken file revoked everything"
        );
        fs::remove_file(&path).unwrap();
        assert!(
            accepts(&second, later + INTERVAL * 4),
            "a missing file revoked everything"
        );
    }

    #[test]
    fn a_file_that_is_no_document_is_refused_at_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        assert!(matches!(
            KeysFile::open(&path),
            Err(KeysFileError::Unreadable(_))
        ));
        fs::write(&path, "short").unwrap();
        assert!(matches!(
            KeysFile::open(&path),
            Err(KeysFileError::Invalid(_))
        ));
        fs::write(&path, " ".repeat(MAX_DOCUMENT_BYTES + 1)).unwrap();
        assert!(matches!(
            KeysFile::open(&path),
            Err(KeysFileError::TooLarge)
        ));
    }
}
