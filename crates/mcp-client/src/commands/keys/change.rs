//! `keys disable`, `keys enable`, `keys revoke`

use api_keys::{DEPLOYED_ID, EditError, KeyDocument};

use super::{Keys, id};
use crate::cli::KeyName;
use crate::error::Error;
use crate::keys::{Absent, KeysError, Location};
use crate::output::Printer;
use crate::output::keys::Changed;

/// Applies `edit` to the key `name`, which is then called `state`.
pub(super) async fn run(
    keys: &Keys<'_>,
    name: &KeyName,
    state: &'static str,
    edit: impl Fn(&mut KeyDocument, &str) -> Result<(), EditError>,
    output: &mut Printer<'_>,
) -> Result<(), Error> {
    let id = id(&name.id)?;
    if id.as_str() == DEPLOYED_ID && matches!(keys.location, Location::File(_)) {
        return Err(KeysError::NoDeployment.into());
    }
    let change = keys
        .store
        .change(Absent::Refuse, |document| Ok(edit(document, id.as_str())?));
    let changed = Changed::new(&id, state, keys.effect(&change.await?));
    output.show(&changed, Changed::to_text)
}
