//! Answers of the proxy itself: a request is never left without one.

use api_keys::without_generated_keys;

use super::stdin::{LONGEST, Line};
use crate::error::Error;
use crate::http::{HttpFailure, Message};
use crate::output::Report;
use crate::secrets::Secrets;

const PARSE_ERROR: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;
pub(super) const INVALID_PARAMS: i32 = -32602;
const INTERNAL_ERROR: i32 = -32603;
/// The request did not get through, or was not answered.
const NOT_ANSWERED: i32 = -32000;

/// An error as the answer to the request of that id, which is JSON.
pub(super) fn answer(id: &str, code: i32, message: &str) -> String {
    let message = serde_json::to_string(message).unwrap_or_default();
    format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":{code},"message":{message}}}}}"#)
}

/// Says what went wrong and what to do, without secrets.
pub(super) fn of(error: &Error, id: &str, secrets: &Secrets) -> String {
    let conceal = |text: &str| without_generated_keys(&secrets.conceal(text)).into_owned();
    let report = Report::new(error).conceal(&conceal);
    let code = match error {
        Error::Broken { .. } | Error::AnswerLost { .. } => INTERNAL_ERROR,
        _ => NOT_ANSWERED,
    };
    let hint = conceal(&error.hint());
    answer(id, code, &format!("{}; hint: {hint}", report.line()))
}

/// Reads what stands on a line.
///
/// # Errors
/// With the answer to what is no message.
pub(super) fn read(line: Line) -> Result<Message, String> {
    let text = match line {
        Line::Text(text) => text,
        Line::NotUtf8 => return Err(answer("null", PARSE_ERROR, "the line is no UTF-8 text")),
        Line::TooLong => {
            return Err(refused(&format!("it is larger than {} MiB", LONGEST >> 20)));
        }
    };
    if text.starts_with('[') {
        return Err(refused(
            "batches are not part of MCP: send one message a line",
        ));
    }
    let message = Message::read(text).map_err(|failure| match failure {
        HttpFailure::NotJsonRpc(cause) if !cause.is_data() => answer(
            "null",
            PARSE_ERROR,
            &format!("the line is no JSON: {cause}"),
        ),
        HttpFailure::NotJsonRpc(cause) => refused(&cause.to_string()),
        HttpFailure::Refused(hazard) => refused(&hazard.to_string()),
        _ => refused("it has neither `method` nor `result` nor `error`"),
    })?;
    match message.has_null_id() && !message.is_answer() {
        true => Err(refused("the id of a request must not be `null`")),
        false => Ok(message),
    }
}

fn refused(reason: &str) -> String {
    let message = format!("the line is no message: {reason}");
    answer("null", INVALID_REQUEST, &message)
}
