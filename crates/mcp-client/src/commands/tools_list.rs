//! `tools list`

use super::{Asking, show_list};
use crate::error::{Error, UNUSABLE};
use crate::output::{Printer, text};
use crate::session::Listing;

pub(super) async fn run(asking: &Asking<'_>, output: &mut Printer<'_>) -> Result<(), Error> {
    let list = asking
        .ask(async |session| session.list(Listing::TOOLS).await)
        .await?;
    for tool in &list.unusable {
        asking
            .console
            .remark(&format!("`{tool}` cannot be called: {UNUSABLE}"));
    }
    show_list(&list, text::tools, output)
}
