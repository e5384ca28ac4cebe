//! `keys check`

use std::ffi::OsString;
use std::io::Read;

use api_keys::MAX_PRESENTED_BYTES;

use super::Keys;
use crate::cli::KeyCheck;
use crate::error::Error;
use crate::keys::{KeysError, owner};
use crate::output::Output;
use crate::output::keys::Checked;

/// More than any key has, with its line break. What is longer is no key, whatever follows.
const LONGEST_INPUT: usize = MAX_PRESENTED_BYTES + 3;

pub(super) async fn run(
    keys: &Keys<'_>,
    check: &KeyCheck,
    api_key: Option<OsString>,
    stdin: &mut dyn Read,
    output: &mut Output<'_>,
) -> Result<(), Error> {
    let variable = api_key.filter(|key| !check.stdin && !key.is_empty());
    let text = match variable {
        Some(key) => key.to_string_lossy().into_owned(),
        None => read(stdin)?,
    };
    let key = without_line_break(&text);
    if key.is_empty() {
        return Err(KeysError::NoKey.into());
    }
    let stored = keys.store.read().await?;
    let now = keys.now();
    let accepted = stored.document.authenticate(key, now).is_ok();
    let checked = Checked::new(accepted, owner(&stored.document, key), &keys.location, now);
    output.show(&checked, Checked::to_text)?;
    match accepted {
        true => Ok(()),
        false => Err(KeysError::NotAccepted.into()),
    }
}

fn read(stdin: &mut dyn Read) -> Result<String, KeysError> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(LONGEST_INPUT).unwrap_or(u64::MAX);
    let read = stdin.take(limit).read_to_end(&mut bytes);
    read.map_err(KeysError::Stdin)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Drops the one line break that `echo` and editors add.
fn without_line_break(text: &str) -> &str {
    let line = text.strip_suffix('\n').unwrap_or(text);
    line.strip_suffix('\r').unwrap_or(line)
}
