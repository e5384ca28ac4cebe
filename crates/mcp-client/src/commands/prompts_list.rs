//! `prompts list`

use super::{Asking, show_list};
use crate::error::Error;
use crate::output::{Printer, text};
use crate::session::Listing;

pub(super) async fn run(asking: &Asking<'_>, output: &mut Printer<'_>) -> Result<(), Error> {
    let list = asking
        .ask(async |session| session.list(Listing::PROMPTS).await)
        .await?;
    show_list(&list, text::prompts, output)
}
