//! What a right answer is.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::output::text;
use crate::reply::Reply;

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
    /// Its arguments, as JSON.
    pub(super) arguments: &'static str,
    /// Judges the answer.
    pub(super) check: fn(&Reply) -> Verdict,
}

const PING: Probe = Probe {
    name: "callTool:ping",
    tool: "ping",
    arguments: "{}",
    check: ping,
};

/// The calls in their order. `ping` comes twice: the second call may meet a warm instance, or a cold one beside it.
pub(super) const PROBES: [Probe; 4] = [
    PING,
    PING,
    Probe {
        name: "callTool:get_weather",
        tool: "get_weather",
        arguments: r#"{"city":"Kyiv"}"#,
        check: weather,
    },
    Probe {
        name: "callTool:calculate",
        tool: "calculate",
        arguments: r#"{"operation":"add","a":2,"b":3}"#,
        check: sum,
    },
];

/// Every tool that is called must be listed.
pub(super) fn tools(list: &Reply) -> Verdict {
    let tools = list.member("tools").and_then(|tools| tools.elements());
    let names = tools.unwrap_or_default();
    let names: Vec<String> = names.iter().filter_map(|tool| tool.get("name")).collect();
    let listed = |name: &str| names.iter().any(|found| found == name);
    if PROBES.iter().all(|call| listed(call.tool)) {
        return Ok(());
    }
    let lacking = PROBES.iter().map(|call| call.tool);
    let lacking: BTreeSet<_> = lacking.filter(|name| !listed(name)).collect();
    Err(Wrong {
        expected: "the tools ping, get_weather and calculate".to_owned(),
        found: match names.is_empty() {
            true => "no tools".to_owned(),
            false => format!(
                "{}, without {}",
                names.join(", "),
                lacking.into_iter().collect::<Vec<_>>().join(" and ")
            ),
        },
    })
}

fn ping(result: &Reply) -> Verdict {
    const START: &str = "pong! logStream=";
    let content: Vec<Value> = result.get("content").unwrap_or_default();
    let text = content.iter().find_map(|block| block["text"].as_str());
    judge(
        result,
        text.is_some_and(|text| text.starts_with(START)),
        &format!("a text that starts with `{START}`"),
    )
}

fn weather(result: &Reply) -> Verdict {
    let right = structured(result, "city") == "Kyiv";
    judge(result, right, "structured content with the city \"Kyiv\"")
}

fn sum(result: &Reply) -> Verdict {
    let right = structured(result, "result").as_f64() == Some(5.0);
    judge(result, right, "structured content with the result 5")
}

fn structured(result: &Reply, field: &str) -> Value {
    let structured = result.member("structuredContent");
    let field = structured.and_then(|structured| structured.get(field));
    field.unwrap_or_default()
}

fn judge(result: &Reply, right: bool, expected: &str) -> Verdict {
    let failed = result.get("isError") == Some(true);
    if right && !failed {
        return Ok(());
    }
    let answer = text::tool_result(result);
    Err(Wrong {
        expected: expected.to_owned(),
        found: match (failed, result.member("structuredContent")) {
            (true, _) => format!("an error: {answer}"),
            (false, Some(structured)) => structured.json().to_owned(),
            (false, None) if answer.is_empty() => "nothing".to_owned(),
            (false, None) => format!("`{answer}`"),
        },
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::to_raw_value;

    use super::*;

    fn reply(result: Value) -> Reply {
        Reply::new(to_raw_value(&result).unwrap())
    }

    fn text(text: &str) -> Reply {
        reply(json!({"content": [{"type": "text", "text": text}]}))
    }

    fn structured(content: Value) -> Reply {
        reply(json!({"content": [], "structuredContent": content}))
    }

    #[test]
    fn right_answers_pass() {
        let pong = text("pong! logStream=unknown v=0.1.0 d=0");
        assert_eq!(ping(&pong), Ok(()));
        let kyiv = structured(json!({"city": "Kyiv", "units": "celsius"}));
        assert_eq!(weather(&kyiv), Ok(()));
        for five in [json!(5), json!(5.0)] {
            assert_eq!(sum(&structured(json!({"result": five}))), Ok(()));
        }
    }

    #[test]
    fn wrong_answers_say_what_came() {
        assert_eq!(ping(&text("pang")).unwrap_err().found, "`pang`");
        let nothing = reply(json!({"content": []}));
        assert_eq!(ping(&nothing).unwrap_err().found, "nothing");
        let six = structured(json!({"result": 6}));
        assert_eq!(sum(&six).unwrap_err().found, r#"{"result":6}"#);
        let lviv = structured(json!({"city": "Lviv"}));
        assert_eq!(weather(&lviv).unwrap_err().found, r#"{"city":"Lviv"}"#);
    }

    #[test]
    fn an_error_is_no_right_answer_whatever_it_says() {
        let pong = json!([{"type": "text", "text": "pong! logStream=x"}]);
        let wrong = ping(&reply(json!({"content": pong, "isError": true}))).unwrap_err();
        assert_eq!(wrong.found, "an error: pong! logStream=x");
    }

    #[test]
    fn an_empty_list_has_not_the_tools() {
        let wrong = tools(&reply(json!({"tools": []}))).unwrap_err();
        assert_eq!(wrong.found, "no tools");
    }
}
