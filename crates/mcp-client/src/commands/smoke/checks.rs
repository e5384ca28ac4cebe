//! What a right answer is.

use rmcp::model::{CallToolResult, JsonObject, ListToolsResult};
use serde_json::{Value, json};

use crate::output::text;

/// What was wrong with an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    /// What a right answer has.
    pub(super) expected: String,
    /// What came.
    pub(super) found: String,
}

/// Whether an answer was right.
pub(super) type Verdict = Result<(), Wrong>;

/// A tool call of the smoke test, and how its answer is judged.
pub(super) struct Probe {
    /// The name in the transcript.
    pub(super) name: &'static str,
    /// The tool.
    pub(super) tool: &'static str,
    /// Its arguments.
    pub(super) arguments: fn() -> JsonObject,
    /// Judges the answer.
    pub(super) check: fn(&CallToolResult) -> Verdict,
}

const PING: Probe = Probe {
    name: "callTool:ping",
    tool: "ping",
    arguments: JsonObject::new,
    check: ping,
};

/// The calls in their order. `ping` comes twice: the second call may meet a warm instance, or a cold one beside it.
pub(super) const PROBES: [Probe; 4] = [
    PING,
    PING,
    Probe {
        name: "callTool:get_weather",
        tool: "get_weather",
        arguments: || object(json!({"city": "Kyiv"})),
        check: weather,
    },
    Probe {
        name: "callTool:calculate",
        tool: "calculate",
        arguments: || object(json!({"operation": "add", "a": 2, "b": 3})),
        check: sum,
    },
];

/// Every tool that is called must be listed.
pub(super) fn tools(list: &ListToolsResult) -> Verdict {
    let listed = |name| list.tools.iter().any(|tool| tool.name == name);
    if PROBES.iter().all(|call| listed(call.tool)) {
        return Ok(());
    }
    let names: Vec<_> = list.tools.iter().map(|tool| &*tool.name).collect();
    Err(Wrong {
        expected: "the tools ping, get_weather and calculate".to_owned(),
        found: match names.is_empty() {
            true => "no tools".to_owned(),
            false => names.join(", "),
        },
    })
}

fn ping(result: &CallToolResult) -> Verdict {
    const START: &str = "pong! logStream=";
    let text = result.content.iter().find_map(|content| content.as_text());
    judge(
        result,
        text.is_some_and(|text| text.text.starts_with(START)),
        &format!("a text that starts with `{START}`"),
    )
}

fn weather(result: &CallToolResult) -> Verdict {
    let right = structured(result, "city") == Some(&json!("Kyiv"));
    judge(result, right, "structured content with the city \"Kyiv\"")
}

fn sum(result: &CallToolResult) -> Verdict {
    let right = structured(result, "result").and_then(Value::as_f64) == Some(5.0);
    judge(result, right, "structured content with the result 5")
}

fn structured<'a>(result: &'a CallToolResult, field: &str) -> Option<&'a Value> {
    result.structured_content.as_ref()?.get(field)
}

fn judge(result: &CallToolResult, right: bool, expected: &str) -> Verdict {
    let failed = result.is_error == Some(true);
    if right && !failed {
        return Ok(());
    }
    let answer = text::tool_result(result);
    Err(Wrong {
        expected: expected.to_owned(),
        found: match (failed, &result.structured_content) {
            (true, _) => format!("an error: {answer}"),
            (false, Some(structured)) => structured.to_string(),
            (false, None) if answer.is_empty() => "nothing".to_owned(),
            (false, None) => format!("`{answer}`"),
        },
    })
}

fn object(value: Value) -> JsonObject {
    match value {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    }
}

#[cfg(test)]
mod tests {
    use rmcp::model::ContentBlock;

    use super::*;

    fn text(text: &str) -> CallToolResult {
        CallToolResult::success(vec![ContentBlock::text(text)])
    }

    #[test]
    fn right_answers_pass() {
        let pong = text("pong! logStream=unknown v=0.1.0 d=0");
        assert_eq!(ping(&pong), Ok(()));
        let kyiv = CallToolResult::structured(json!({"city": "Kyiv", "units": "celsius"}));
        assert_eq!(weather(&kyiv), Ok(()));
        for five in [json!(5), json!(5.0)] {
            let result = CallToolResult::structured(json!({"result": five}));
            assert_eq!(sum(&result), Ok(()));
        }
    }

    #[test]
    fn wrong_answers_say_what_came() {
        assert_eq!(ping(&text("pang")).unwrap_err().found, "`pang`");
        assert_eq!(
            ping(&CallToolResult::success(vec![])).unwrap_err().found,
            "nothing"
        );
        let six = CallToolResult::structured(json!({"result": 6}));
        assert_eq!(sum(&six).unwrap_err().found, r#"{"result":6}"#);
        let lviv = CallToolResult::structured(json!({"city": "Lviv"}));
        assert_eq!(weather(&lviv).unwrap_err().found, r#"{"city":"Lviv"}"#);
    }

    #[test]
    fn an_error_is_no_right_answer_whatever_it_says() {
        let result = CallToolResult::error(vec![ContentBlock::text("pong! logStream=x")]);
        let wrong = ping(&result).unwrap_err();
        assert_eq!(wrong.found, "an error: pong! logStream=x");
    }

    #[test]
    fn an_empty_list_has_not_the_tools() {
        let wrong = tools(&ListToolsResult::default()).unwrap_err();
        assert_eq!(wrong.found, "no tools");
    }
}
