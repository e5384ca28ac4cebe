//! `tools call`

use std::io::Read;

use super::Asking;
use crate::arguments::{Given, json_or_text};
use crate::cli::{CallArgs, Format, ToolCall};
use crate::error::{Error, Misuse};
use crate::members::Members;
use crate::output::save::contents;
use crate::output::{Printer, text};
use crate::schema;
use crate::session::{Listing, Session};

pub(super) async fn run(
    asking: &Asking<'_>,
    ToolCall { call, save }: &ToolCall,
    stdin: &mut dyn Read,
    output: &mut Printer<'_>,
) -> Result<(), Error> {
    let given = Given::read(&call.arguments, call.json_args.as_deref(), stdin);
    let given = given.map_err(Misuse::from)?;
    let result = asking.ask(async |session| {
        let arguments = fitting(session, call, &given).await?;
        session.call_tool(&call.name, &arguments).await
    });
    let result = result.await?;
    let failed = result.get("isError") == Some(true);
    // As text, the answer of a failed tool is the error itself, and standard output stays empty.
    if !failed || output.format() == Format::Json {
        output.show(&result, text::tool_result)?;
    }
    if let Some(folder) = save {
        contents(&result, "content", folder, asking.console)?;
    }
    match failed {
        false => Ok(()),
        true => Err(Error::ToolFailed {
            tool: call.name.clone(),
            answer: text::tool_result(&result),
        }),
    }
}

/// The arguments as the tool's schema wants them. A list that cannot be had keeps nobody from calling.
pub(super) async fn fitting(
    session: &Session<'_>,
    call: &CallArgs,
    given: &Given,
) -> Result<Members, Error> {
    let plain = || given.joined(|_, text| json_or_text(text));
    if call.unchecked {
        return plain().map_err(|error| Misuse::from(error).into());
    }
    let arguments = match session.list(Listing::TOOLS).await {
        Ok(list) if list.unusable.contains(&call.name) => {
            return Err(Error::Unusable {
                tool: call.name.clone(),
            });
        }
        Ok(list) => match schema::named(&list.items, "name", &call.name) {
            Ok(tool) => schema::arguments(tool, given),
            Err(_) if list.cut.is_some() => plain(),
            Err(unknown) => return Err(unknown.of("tool")),
        },
        Err(error @ (Error::Interrupted | Error::Unreachable { .. } | Error::TimedOut { .. })) => {
            return Err(error);
        }
        Err(error) => {
            session.remark(&format!("the arguments are not checked: {error}"));
            plain()
        }
    };
    arguments.map_err(|error| Misuse::from(error).into())
}
