//! API keys in a file, for servers that no gateway protects. The file is read again all the time.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::thread;
use std::time::{Duration, Instant};

use api_keys::{DocumentError, KeyDocument, MAX_DOCUMENT_BYTES};
use mcp_front_door::{Authenticator, Caller};
use rustix::fs::{Mode, OFlags};

/// Time between two reads of the file: a revoked key is refused at most this much, and a read, later.
const INTERVAL: Duration = Duration::from_secs(1);
/// How often it is said again that the file cannot be used.
const REMINDER: Duration = Duration::from_secs(60);

/// The keys in a file.
///
/// A thread of its own reads the file every second, so no request waits for a disk. While the file cannot be used, the
/// keys of the last one that could stay in force, and an error is logged at once and every minute.
#[derive(Debug)]
pub struct KeysFile {
    keys: Arc<RwLock<Arc<KeyDocument>>>,
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysFileError {
    /// It cannot be read.
    #[error("a file that can be read ({0})")]
    Unreadable(#[from] io::Error),
    /// It is a folder, a pipe or a device.
    #[error("a regular file")]
    NotAFile,
    /// It is larger than a key document can be.
    #[error("a file of at most {MAX_DOCUMENT_BYTES} bytes")]
    TooLarge,
    /// It is not a key document.
    #[error("a key document: {0}")]
    Invalid(#[from] DocumentError),
}

impl KeysFile {
    /// Reads the file for the first time, and goes on reading it until the keys are dropped.
    ///
    /// # Errors
    /// When it cannot be read or is not a key document.
    pub fn open(path: &Path) -> Result<Self, KeysFileError> {
        let text = read(path)?;
        let keys = Arc::new(RwLock::new(Arc::new(KeyDocument::parse(&text)?)));
        let watch = Watch {
            path: path.to_owned(),
            text,
            complaint: None,
        };
        let watched = Arc::downgrade(&keys);
        thread::Builder::new()
            .name("keys-file".to_owned())
            .spawn(move || watch.run(&watched))?;
        Ok(Self { keys })
    }

    fn current(&self) -> Arc<KeyDocument> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Authenticator for KeysFile {
    fn authenticate(&self, key: &str) -> Option<Caller> {
        Authenticator::authenticate(self.current().as_ref(), key)
    }
}

/// What the thread knows of the file.
#[derive(Debug)]
struct Watch {
    path: PathBuf,
    /// What was read last. The whole of it is compared: times and sizes may be equal when the content is not.
    text: String,
    /// What was last complained of, and when; `None` while the file is in use.
    complaint: Option<(String, Instant)>,
}

impl Watch {
    fn run(mut self, keys: &Weak<RwLock<Arc<KeyDocument>>>) {
        while keys.strong_count() > 0 {
            thread::sleep(INTERVAL);
            if let Some(changed) = self.look(Instant::now())
                && let Some(keys) = keys.upgrade()
            {
                *keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(changed);
            }
        }
    }

    /// The document, if the file has changed and can be used.
    fn look(&mut self, now: Instant) -> Option<KeyDocument> {
        match self.changed() {
            Ok(None) => {
                self.complaint = None;
                None
            }
            Ok(Some((text, keys))) => {
                let count = keys.records().len();
                tracing::info!(keys = count, "the keys file has changed and is in use");
                self.text = text;
                self.complaint = None;
                Some(keys)
            }
            Err(error) => {
                self.complain(&error.to_string(), now);
                None
            }
        }
    }

    fn changed(&self) -> Result<Option<(String, KeyDocument)>, KeysFileError> {
        let text = read(&self.path)?;
        if text == self.text {
            return Ok(None);
        }
        let keys = KeyDocument::parse(&text)?;
        Ok(Some((text, keys)))
    }

    fn complain(&mut self, expected: &str, now: Instant) {
        if let Some((known, at)) = &self.complaint
            && known == expected
            && now.saturating_duration_since(*at) < REMINDER
        {
            return;
        }
        tracing::error!(
            "the keys file cannot be used, the keys before stay in force: expected {expected}"
        );
        self.complaint = Some((expected.to_owned(), now));
    }
}

/// The text of a regular file of at most [`MAX_DOCUMENT_BYTES`]. Neither opening nor reading waits for anybody: a pipe
/// without a writer and a device without an end are told apart before.
fn read(path: &Path) -> Result<String, KeysFileError> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty()).map_err(io::Error::from)?);
    if !file.metadata()?.is_file() {
        return Err(KeysFileError::NotAFile);
    }
    let mut text = String::new();
    file.take(MAX_DOCUMENT_BYTES as u64 + 1)
        .read_to_string(&mut text)?;
    if text.len() > MAX_DOCUMENT_BYTES {
        return Err(KeysFileError::TooLarge);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;

    use api_keys::{ApiKey, KeyId, Timestamp, generate};

    use super::*;

    fn document(id: &str) -> (ApiKey, String) {
        let id: KeyId = id.parse().unwrap();
        let new = generate(&id, Timestamp::UNIX_EPOCH).unwrap();
        let mut keys = KeyDocument::empty();
        keys.insert(new.record).unwrap();
        (new.key, keys.to_json())
    }

    fn watch(path: &Path) -> Watch {
        Watch {
            path: path.to_owned(),
            text: read(path).unwrap(),
            complaint: None,
        }
    }

    fn accepts(keys: &KeyDocument, key: &ApiKey) -> bool {
        keys.authenticate(key.expose(), Timestamp::now()).is_ok()
    }

    #[test]
    fn a_change_is_seen_also_when_size_and_times_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        let ((_, old), (key, new)) = (document("first"), document("other"));
        assert_eq!(old.len(), new.len());
        fs::write(&path, old).unwrap();
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        let mut watch = watch(&path);
        assert!(watch.look(Instant::now()).is_none());

        fs::write(&path, new).unwrap();
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(modified).unwrap();
        assert!(accepts(&watch.look(Instant::now()).unwrap(), &key));
        assert!(watch.look(Instant::now()).is_none());
    }

    #[test]
    fn a_change_that_could_not_be_read_is_not_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        let ((_, old), (key, new)) = (document("first"), document("second-key"));
        fs::write(&path, old).unwrap();
        let mut watch = watch(&path);
        for broken in ["{", "\u{0}"] {
            fs::write(&path, broken).unwrap();
            assert!(watch.look(Instant::now()).is_none());
        }
        fs::remove_file(&path).unwrap();
        assert!(watch.look(Instant::now()).is_none());
        fs::create_dir(&path).unwrap();
        assert!(watch.look(Instant::now()).is_none());
        fs::remove_dir(&path).unwrap();
        fs::write(&path, new).unwrap();
        assert!(accepts(&watch.look(Instant::now()).unwrap(), &key));
    }

    #[test]
    fn a_complaint_is_repeated_every_minute_and_ends_with_its_cause() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        let (_, text) = document("first");
        fs::write(&path, &text).unwrap();
        let mut watch = watch(&path);
        let start = Instant::now();
        let mut complained = |seconds| {
            let before = watch.complaint.clone();
            watch.look(start + Duration::from_secs(seconds));
            watch.complaint.is_some() && watch.complaint != before
        };
        fs::remove_file(&path).unwrap();
        assert!(complained(0));
        assert!(!complained(59));
        assert!(complained(60));
        assert!(!complained(61));
        fs::write(&path, "{").unwrap();
        assert!(complained(62), "another cause is another complaint");
        fs::write(&path, &text).unwrap();
        assert!(!complained(63));
        fs::remove_file(&path).unwrap();
        assert!(complained(64));
    }

    #[test]
    fn only_a_regular_file_of_bounded_size_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(
            Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        for path in [&pipe, Path::new("/dev/zero"), folder.path()] {
            assert!(
                matches!(read(path), Err(KeysFileError::NotAFile)),
                "{path:?}"
            );
        }
        let large = folder.path().join("large");
        fs::write(&large, " ".repeat(MAX_DOCUMENT_BYTES + 1)).unwrap();
        assert!(matches!(read(&large), Err(KeysFileError::TooLarge)));
        assert!(read(&folder.path().join("none")).is_err());
    }
}
