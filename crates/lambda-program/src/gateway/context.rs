//! What the server is told, through the Lambda Web Adapter.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::object::Object;
use super::tools::AllowedTools;

/// The header with API Gateway's request context, as JSON.
pub const REQUEST_CONTEXT_HEADER: &str = "x-amzn-request-context";
/// The header with Lambda's context of the invocation, as JSON.
pub const LAMBDA_CONTEXT_HEADER: &str = "x-amzn-lambda-context";

/// The part of API Gateway's request context (payload 2.0) that is used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GatewayContext {
    /// The name under which the API was called.
    pub domain_name: Option<String>,
    /// The gateway's id of the request.
    pub request_id: Option<String>,
    /// Whose key the authorizer accepted. `None`: this authorizer was not asked, so nobody knows who is calling.
    pub key_holder: Option<KeyHolder>,
}

/// The holder of an accepted key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHolder {
    /// The id of the key; not blank.
    pub key_id: String,
    /// The tools that the key may use.
    pub tools: AllowedTools,
}

impl GatewayContext {
    /// Reads the value of [`REQUEST_CONTEXT_HEADER`]. `None` when it is no such context.
    ///
    /// It is believed as a whole or not at all: if one of the members that are read is of another type or stands there
    /// twice, or `authorizer.lambda` has no `key_id`, then nobody knows what the rest is worth.
    #[must_use]
    pub fn read(header: &[u8]) -> Option<Self> {
        let header = std::str::from_utf8(header).ok()?;
        let Object::<Wire<'_>>(context) = serde_json::from_str(header).ok()?;
        let lambda = context
            .authorizer
            .and_then(|Object(authorizer)| authorizer.lambda);
        let key_holder = match lambda {
            Some(Object(answer)) => Some(answer.key_holder()?),
            None => None,
        };
        Some(Self {
            domain_name: context.domain_name,
            request_id: context.request_id,
            key_holder,
        })
    }
}

/// When Lambda ends the invocation, by the value of [`LAMBDA_CONTEXT_HEADER`]. `None` when it is no such context.
#[must_use]
pub fn invocation_deadline(header: &[u8]) -> Option<SystemTime> {
    let Object::<LambdaContext>(context) = serde_json::from_slice(header).ok()?;
    UNIX_EPOCH.checked_add(Duration::from_millis(context.deadline))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Wire<'a> {
    domain_name: Option<String>,
    request_id: Option<String>,
    #[serde(borrow)]
    authorizer: Option<Object<Authorizer<'a>>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Authorizer<'a> {
    #[serde(borrow)]
    lambda: Option<Object<AnswerContext<'a>>>,
}

/// What [`Answer`](super::Answer) says of an accepted key.
#[derive(Deserialize)]
struct AnswerContext<'a> {
    key_id: String,
    #[serde(borrow)]
    tools: Option<&'a RawValue>,
}

impl AnswerContext<'_> {
    fn key_holder(self) -> Option<KeyHolder> {
        (!self.key_id.trim().is_empty()).then(|| KeyHolder {
            key_id: self.key_id,
            tools: AllowedTools::read(self.tools),
        })
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LambdaContext {
    /// Milliseconds since the epoch.
    deadline: u64,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use api_keys::{KeyDocument, Timestamp, generate};

    use super::*;
    use crate::gateway::Answer;

    fn read(context: &str) -> Option<GatewayContext> {
        GatewayContext::read(context.as_bytes())
    }

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// The answer about a key, placed as the gateway places it, read as the server reads it.
    #[test]
    fn what_the_authorizer_answers_is_what_the_server_reads() {
        let now = Timestamp::UNIX_EPOCH;
        for allowed in [
            None,
            Some(names(&[])),
            Some(names(&["ping"])),
            Some(names(&["a.b-c", "d_e"])),
        ] {
            let new = generate(&"ci".parse().unwrap(), now).unwrap();
            let record = match &allowed {
                Some(tools) => new.record.with_tools(tools.clone()),
                None => new.record,
            };
            let mut keys = KeyDocument::empty();
            keys.insert(record).unwrap();
            let principal = keys.authenticate(new.key.expose(), now).unwrap();
            let answer = serde_json::to_value(Answer::allow(&principal)).unwrap();
            assert!(answer["context"]["tools"].is_string(), "{answer}");
            let header = serde_json::json!({
                "domainName": "api.example.com",
                "requestId": "JKJaXmPLvHcESHA=",
                "authorizer": { "lambda": answer["context"] },
            });
            let read = GatewayContext::read(header.to_string().as_bytes()).unwrap();
            let expected = GatewayContext {
                domain_name: Some("api.example.com".to_owned()),
                request_id: Some("JKJaXmPLvHcESHA=".to_owned()),
                key_holder: Some(KeyHolder {
                    key_id: "ci".to_owned(),
                    tools: allowed.map_or(AllowedTools::Every, AllowedTools::Only),
                }),
            };
            assert_eq!(read, expected);
        }
    }

    #[test]
    fn an_authorizer_that_was_not_asked_vouches_for_nobody() {
        for context in [
            "{}",
            r#"{"authorizer":null}"#,
            r#"{"authorizer":{}}"#,
            r#"{"authorizer":{"lambda":null}}"#,
            r#"{"authorizer":{"jwt":{"claims":{"sub":"admin","key_id":"admin"}}}}"#,
            r#"{"lambda":{"key_id":"admin","tools":"*"}}"#,
            r#"{"key_id":"admin","tools":"*"}"#,
        ] {
            assert_eq!(read(context), Some(GatewayContext::default()), "{context}");
        }
    }

    #[test]
    fn nothing_is_believed_of_what_is_partly_something_else() {
        let good = r#"{"key_id":"ci","tools":"*"}"#;
        assert!(read(&format!(r#"{{"authorizer":{{"lambda":{good}}}}}"#)).is_some());
        for context in [
            "",
            "7",
            "{",
            "null",
            r#"["api.example.com","i",{}]"#,
            r#"{"authorizer":7}"#,
            r#"{"authorizer":[GOOD]}"#,
            r#"{"authorizer":[{"lambda":GOOD}]}"#,
            r#"{"authorizer":{"lambda":"GOOD"}}"#,
            r#"{"authorizer":{"lambda":["ci","*"]}}"#,
            r#"{"authorizer":{"lambda":{}}}"#,
            r#"{"authorizer":{"lambda":{"tools":"*"}}}"#,
            r#"{"authorizer":{"lambda":{"key_id":null,"tools":"*"}}}"#,
            r#"{"authorizer":{"lambda":{"key_id":5,"tools":"*"}}}"#,
            r#"{"authorizer":{"lambda":{"key_id":"","tools":"*"}}}"#,
            r#"{"authorizer":{"lambda":{"key_id":" ","tools":"*"}}}"#,
            r#"{"authorizer":{"lambda":{"key_id":["ci"],"tools":"*"}}}"#,
            r#"{"authorizer":{"lambda":{"key_id":"ci","key_id":"ci","tools":"*"}}}"#,
            r#"{"authorizer":{"lambda":{"key_id":"ci","tools":"ping","tools":"*"}}}"#,
            r#"{"authorizer":{"lambda":GOOD,"lambda":GOOD}}"#,
            r#"{"authorizer":{"lambda":GOOD},"authorizer":{"lambda":GOOD}}"#,
            r#"{"authorizer":{"lambda":GOOD},"requestId":5}"#,
            r#"{"authorizer":{"lambda":GOOD},"domainName":["api.example.com"]}"#,
            r#"{"authorizer":{"lambda":GOOD}} {}"#,
            r#"{"authorizer":{"lambda":{"$serde_json::private::RawValue":"GOOD"}}}"#,
        ] {
            assert_eq!(read(&context.replace("GOOD", good)), None, "{context}");
        }
        let mut not_text = format!(r#"{{"authorizer":{{"lambda":{good}}},"more":"#).into_bytes();
        not_text.extend(b"\"\xff\"}");
        assert_eq!(GatewayContext::read(&not_text), None);
    }

    #[test]
    fn the_deadline_is_in_milliseconds() {
        let at = UNIX_EPOCH + Duration::from_millis(1_795_230_000_123);
        assert_eq!(
            invocation_deadline(br#"{"deadline":1795230000123,"request_id":"r"}"#),
            Some(at)
        );
        assert_eq!(invocation_deadline(b"{}"), Some(UNIX_EPOCH));
        assert_eq!(invocation_deadline(b"soon"), None);
        assert_eq!(invocation_deadline(b"[1795230000123]"), None);
    }
}
