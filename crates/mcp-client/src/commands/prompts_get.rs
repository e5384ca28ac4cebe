//! `prompts get`

use super::ask;
use crate::arguments;
use crate::cli::PromptGet;
use crate::error::{Error, Misuse};
use crate::output::{Printer, text};
use crate::target::Target;

pub(super) async fn run(
    target: &Target,
    get: &PromptGet,
    output: &mut Printer<'_>,
) -> Result<(), Error> {
    let arguments = arguments::for_prompt(&get.arguments).map_err(Misuse::from)?;
    let prompt = ask(target, async |session| {
        session.prompt(&get.name, arguments).await
    })
    .await?;
    output.show(&prompt, text::prompt)
}
