//! Reads a configuration, whoever made it.

use std::io;
use std::path::Path;

use super::error::ConnectError;
use crate::files;

/// The longest that is read, in bytes. Claude Code keeps its history in the same file.
const MAX_BYTES: usize = 16 << 20;

/// The text of a configuration; `None` if there is none. Waits for nobody.
pub(crate) fn read(file: &Path) -> Result<Option<String>, ConnectError> {
    let bytes = match files::read(file, MAX_BYTES) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return match file.symlink_metadata() {
                Ok(_) => Err(ConnectError::LinkToNothing(file.to_owned())),
                Err(_) => Ok(None),
            };
        }
        Err(cause) => {
            let file = file.to_owned();
            return Err(ConnectError::Unreadable { file, cause });
        }
    };
    if bytes.len() > MAX_BYTES {
        let (file, limit) = (file.to_owned(), MAX_BYTES);
        return Err(ConnectError::TooLarge { file, limit });
    }
    let text = String::from_utf8(bytes).map_err(|_| ConnectError::NotText(file.to_owned()))?;
    Ok(Some(text))
}
