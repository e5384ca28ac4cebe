//! A call that changes nothing, and how long answers take.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::Case;
use super::http::Knocks;
use super::record::{Record, Step, Stop, Trouble};
use crate::members::Members;
use crate::reply::Reply;
use crate::session::Session;

/// How often the warm server is asked.
const ROUNDS: usize = 5;
/// What people notice.
const SLOW: Duration = Duration::from_secs(1);
/// What clients may not wait for.
const SLOW_START: Duration = Duration::from_secs(5);

pub(super) async fn examine(
    case: &Case,
    session: &Session<'_>,
    tools: &[Reply],
    knocks: &Knocks,
    record: &mut Record<'_, '_>,
) -> Result<(), Stop> {
    call(session, tools, record).await?;
    latency(case, session, knocks.known.duration, record).await
}

async fn call(
    session: &Session<'_>,
    tools: &[Reply],
    record: &mut Record<'_, '_>,
) -> Result<(), Stop> {
    let Some(name) = tools.iter().find_map(safe) else {
        let reason = "no tool says `readOnlyHint` and needs no arguments";
        return record.skipped(Step::Call, reason);
    };
    match session.call_tool(&name, &Members::default()).await {
        Err(error) => record.error(Step::Call, error),
        Ok(reply) if reply.get("isError") == Some(true) => record.warning(
            Step::Call,
            &Trouble::of_protocol(
                &format!("`{name}` answered with an error"),
                &crate::output::text::tool_result(&reply),
                "the words are the tool's own: look at the server's logs",
            ),
        ),
        Ok(_) => record.ok(Step::Call, &format!("`{name}` answered")),
    }
}

/// The name of a tool that says it changes nothing, and needs no arguments.
fn safe(tool: &Reply) -> Option<String> {
    let tool = tool.value();
    let required = tool
        .pointer("/inputSchema/required")
        .and_then(Value::as_array);
    let bare = required.is_none_or(Vec::is_empty);
    let read_only = tool.pointer("/annotations/readOnlyHint") == Some(&Value::Bool(true));
    let name = tool.get("name")?.as_str()?;
    (bare && read_only).then(|| name.to_owned())
}

async fn latency(
    case: &Case,
    session: &Session<'_>,
    first: Duration,
    record: &mut Record<'_, '_>,
) -> Result<(), Stop> {
    let mut durations = Vec::with_capacity(ROUNDS);
    let mut method = "";
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        method = match session.ping().await {
            Ok(method) => method,
            Err(error) => return record.error(Step::Latency, error),
        };
        durations.push(begin.elapsed());
    }
    durations.sort();
    let median = durations.get(ROUNDS / 2).copied().unwrap_or_default();
    let detail = format!(
        "first answer {}, then {} ({method}, median of {ROUNDS})",
        milliseconds(first),
        milliseconds(median)
    );
    let slow = if median > SLOW {
        "every call takes that long: look at the server's logs, and at the way there"
    } else if first > SLOW_START {
        "the first call waits for the server to start: keep it warm, or give clients a longer limit"
    } else {
        return record.ok(Step::Latency, &detail);
    };
    let cause = format!("{} is slow", case.target.endpoint.host());
    record.warning(Step::Latency, &Trouble::of_protocol(&detail, &cause, slow))
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.0} ms", duration.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::to_raw_value;

    use super::*;

    #[test]
    fn only_what_changes_nothing_is_called() {
        let tool = |annotations, required| {
            let tool = json!({"name": "t", "annotations": annotations, "inputSchema": {"required": required}});
            safe(&Reply::new(to_raw_value(&tool).unwrap()))
        };
        let read_only = json!({"readOnlyHint": true});
        assert_eq!(tool(read_only.clone(), json!([])).as_deref(), Some("t"));
        assert_eq!(tool(read_only, json!(["a"])), None);
        assert_eq!(tool(json!({"readOnlyHint": false}), json!([])), None);
        assert_eq!(tool(json!({"destructiveHint": false}), json!([])), None);
    }
}
