//! `prompts list`

use super::ask;
use crate::error::Error;
use crate::output::{Printer, text};
use crate::target::Target;

pub(super) async fn run(target: &Target, output: &mut Printer<'_>) -> Result<(), Error> {
    let list = ask(target, async |session| session.prompts().await).await?;
    output.show(&list, |list| text::prompts(&list.prompts))
}
