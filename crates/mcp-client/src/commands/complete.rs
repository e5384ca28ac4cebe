//! `complete`

use rmcp::model::{ClientRequest, CompleteRequest};
use serde_json::{Value, json};

use super::Asking;
use crate::arguments;
use crate::cli::CompleteCommand;
use crate::error::{Error, Misuse};
use crate::output::Printer;
use crate::reply::Reply;

pub(super) async fn run(
    asking: &Asking<'_>,
    command: &CompleteCommand,
    output: &mut Printer<'_>,
) -> Result<(), Error> {
    let (reference, what) = match command {
        CompleteCommand::Prompt(what) => (json!({"type": "ref/prompt", "name": what.of}), what),
        CompleteCommand::Resource(what) => (json!({"type": "ref/resource", "uri": what.of}), what),
    };
    let [argument, context] =
        [std::slice::from_ref(&what.argument), &what.arguments].map(arguments::for_prompt);
    let (argument, context) = (
        argument.map_err(Misuse::from)?,
        context.map_err(Misuse::from)?,
    );
    let argument = argument
        .iter()
        .next()
        .map(|(name, value)| json!({"name": name, "value": value}));
    let params = json!({"ref": reference, "argument": argument, "context": {"arguments": context}});
    let params = serde_json::from_value(params).map_err(|cause| Error::Broken {
        step: "completing".to_owned(),
        cause: cause.into(),
    })?;
    let request = ClientRequest::CompleteRequest(CompleteRequest::new(params));
    let completed = asking.ask(async |session| session.request("completing", request).await);
    output.show(&completed.await?, text)
}

/// The values, a line each, and a last line if there are more.
fn text(completed: &Reply) -> String {
    let completed = &completed.value();
    let completion = &completed["completion"];
    let values = completion["values"].as_array().into_iter().flatten();
    let mut lines: Vec<_> = values
        .filter_map(Value::as_str)
        .map(ToOwned::to_owned)
        .collect();
    match completion["total"].as_u64() {
        Some(total) if total > lines.len() as u64 => lines.push(format!("… of {total}")),
        _ if completion["hasMore"] == true => lines.push("… and more".to_owned()),
        _ => {}
    }
    match lines.is_empty() {
        true => "no completions".to_owned(),
        false => lines.join("\n"),
    }
}
