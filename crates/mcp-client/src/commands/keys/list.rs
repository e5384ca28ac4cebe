//! `keys list`

use super::Keys;
use crate::error::Error;
use crate::output::Printer;
use crate::output::keys::KeyList;

pub(super) async fn run(keys: &Keys<'_>, output: &mut Printer<'_>) -> Result<(), Error> {
    let stored = keys.store.read().await?;
    let list = KeyList::new(keys.location.clone(), &stored, keys.now());
    output.show(&list, KeyList::to_text)
}
