//! `keys disable`

use super::{Keys, id};
use crate::cli::KeyName;
use crate::error::Error;
use crate::keys::Absent;
use crate::output::Output;
use crate::output::keys::Withdrawn;

pub(super) async fn run(
    keys: &Keys<'_>,
    name: &KeyName,
    output: &mut Output<'_>,
) -> Result<(), Error> {
    let id = id(&name.id)?;
    let change = keys.store.change(
        Absent::Refuse,
        |document| Ok(document.disable(id.as_str())?),
    );
    let withdrawn = Withdrawn::new(&id, "disabled", keys.effect(&change.await?));
    let shown = output.show(&withdrawn, Withdrawn::to_text);
    keys.finish(shown, output).await
}
