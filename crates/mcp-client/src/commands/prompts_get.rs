//! `prompts get`

use super::Asking;
use crate::arguments;
use crate::cli::PromptGet;
use crate::error::{Error, Misuse};
use crate::output::{Printer, save, text};

pub(super) async fn run(
    asking: &Asking<'_>,
    get: &PromptGet,
    output: &mut Printer<'_>,
) -> Result<(), Error> {
    let arguments = arguments::for_prompt(&get.arguments).map_err(Misuse::from)?;
    let prompt = asking.ask(async |session| session.prompt(&get.name, arguments).await);
    let prompt = prompt.await?;
    output.show(&prompt, text::prompt)?;
    match &get.save {
        Some(folder) => save::contents(&prompt, "messages", folder, asking.console),
        None => Ok(()),
    }
}
