//! `tools list`

use super::ask;
use crate::error::Error;
use crate::output::{Printer, text};
use crate::target::Target;

pub(super) async fn run(target: &Target, output: &mut Printer<'_>) -> Result<(), Error> {
    let list = ask(target, async |session| session.tools().await).await?;
    output.show(&list, |list| text::tools(&list.tools))
}
