//! `tools show`

use super::Asking;
use crate::error::Error;
use crate::output::{Printer, tool};
use crate::schema::named;
use crate::session::Listing;

pub(super) async fn run(
    asking: &Asking<'_>,
    name: &str,
    output: &mut Printer<'_>,
) -> Result<(), Error> {
    let list = asking
        .ask(async |session| session.list(Listing::TOOLS).await)
        .await?;
    let tool = named(&list.items, "name", name).map_err(|unknown| unknown.of("tool"))?;
    output.show(tool, tool::text)
}
