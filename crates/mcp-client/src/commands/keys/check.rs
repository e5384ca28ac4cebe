//! `keys check`

use std::io::Read;

use api_keys::MAX_PRESENTED_BYTES;

use super::Keys;
use crate::cli::KeyCheck;
use crate::credential::API_KEY_VARIABLE;
use crate::error::Error;
use crate::keys::KeysError;
use crate::output::keys::Checked;
use crate::world::World;

/// More than any key has, with its line break. What is longer is no key, whatever follows.
const LONGEST_INPUT: usize = MAX_PRESENTED_BYTES + 3;

pub(super) async fn run(
    keys: &Keys<'_>,
    check: &KeyCheck,
    world: &mut World<'_>,
) -> Result<(), Error> {
    let variable = world.set(API_KEY_VARIABLE).filter(|_| !check.stdin);
    let text = match variable {
        Some(key) => key.to_string_lossy().into_owned(),
        None => read(world.stdin)?,
    };
    let key = without_line_break(&text);
    if key.is_empty() {
        return Err(KeysError::NoKey.into());
    }
    let stored = keys.store.read().await?;
    let checked = Checked::new(key, &stored, &keys.location, keys.now());
    world.output.show(&checked, Checked::to_text)?;
    match checked.accepted {
        true => Ok(()),
        false if checked.may_be_deployed() => Err(KeysError::NotInSecret.into()),
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
