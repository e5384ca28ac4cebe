//! `tools call`

use std::io::Read;

use super::Asking;
use crate::arguments;
use crate::cli::{Format, ToolCall};
use crate::error::{Error, Misuse};
use crate::output::{Printer, text};

pub(super) async fn run(
    asking: &Asking<'_>,
    call: &ToolCall,
    stdin: &mut dyn Read,
    output: &mut Printer<'_>,
) -> Result<(), Error> {
    let arguments = arguments::for_tool(&call.arguments, call.json_args.as_deref(), stdin)
        .map_err(Misuse::from)?;
    let result = asking.ask(async |session| session.call_tool(&call.name, &arguments).await);
    let result = result.await?;
    let failed = result.get("isError") == Some(true);
    // As text, the answer of a failed tool is the error itself, and standard output stays empty.
    if !failed || output.format() == Format::Json {
        output.show(&result, text::tool_result)?;
    }
    match failed {
        false => Ok(()),
        true => Err(Error::ToolFailed {
            tool: call.name.clone(),
            answer: text::tool_result(&result),
        }),
    }
}
