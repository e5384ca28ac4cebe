//! `keys disable`, `keys enable`, `keys revoke`

use api_keys::{DEPLOYED_ID, EditError, KeyDocument};

use super::{Keys, id};
use crate::cli::KeyName;
use crate::error::Error;
use crate::keys::{Absent, KeysError, Location};
use crate::output::Output;
use crate::output::keys::Changed;

pub(super) async fn disable(
    keys: &Keys<'_>,
    name: &KeyName,
    output: &mut Output<'_>,
) -> Result<(), Error> {
    change(keys, name, "disabled", KeyDocument::disable, output).await
}

pub(super) async fn enable(
    keys: &Keys<'_>,
    name: &KeyName,
    output: &mut Output<'_>,
) -> Result<(), Error> {
    change(keys, name, "enabled", KeyDocument::enable, output).await
}

pub(super) async fn revoke(
    keys: &Keys<'_>,
    name: &KeyName,
    output: &mut Output<'_>,
) -> Result<(), Error> {
    let edit = |document: &mut KeyDocument, id: &str| document.revoke(id).map(drop);
    change(keys, name, "revoked", edit, output).await
}

async fn change(
    keys: &Keys<'_>,
    name: &KeyName,
    state: &'static str,
    edit: impl Fn(&mut KeyDocument, &str) -> Result<(), EditError>,
    output: &mut Output<'_>,
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
