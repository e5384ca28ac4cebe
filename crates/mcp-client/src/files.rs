//! Files that others read or wrote: nothing waits, nothing is half written.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

/// Who may read a file that did not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NewFile {
    /// Its owner alone: mode 0600.
    Private,
    /// Whoever the process's umask allows.
    Shared,
}

/// Reads a regular file, and no more of it than shows that it is longer than `limit` bytes.
pub(crate) fn read(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    let file = without_waiting().read(true).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("expected a regular file"));
    }
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opening waits for nobody: a pipe without another end would let it wait for ever.
pub(crate) fn without_waiting() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags);
    }
    options
}

/// Replaces `path` as a whole, so that a reader sees the old text or the new one, or makes it. An existing file keeps its
/// mode and its owner.
pub(crate) fn replace(path: &Path, text: &str, made: NewFile) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    #[cfg(not(unix))]
    let _ = made;
    // Removed if anything below fails.
    let mut new = tempfile::Builder::new();
    new.prefix(".mcp-client-");
    #[cfg(unix)]
    if made == NewFile::Shared {
        new.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    }
    let mut new = new.tempfile_in(folder)?;
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

/// Gives `new` the owner and the mode of `old`: who could read what was there must still be able to.
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
