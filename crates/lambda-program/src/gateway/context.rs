//! What the server is told, through the Lambda Web Adapter.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::object::Object;

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
    /// Whose key the authorizer accepted. `None`: there is no authorizer.
    pub key_holder: Option<KeyHolder>,
}

/// The holder of an accepted key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHolder {
    /// The id of the key.
    pub key_id: String,
    /// The tools that the key may use. `None`: every tool.
    pub tools: Option<BTreeSet<String>>,
}

impl GatewayContext {
    /// Reads the value of [`REQUEST_CONTEXT_HEADER`]. `None` when it is no such context.
    #[must_use]
    pub fn read(header: &[u8]) -> Option<Self> {
        let Object::<Wire<'_>>(context) = serde_json::from_slice(header).ok()?;
        let lambda = context
            .authorizer
            .and_then(|Object(authorizer)| authorizer.lambda);
        Some(Self {
            domain_name: context.domain_name,
            request_id: context.request_id,
            key_holder: lambda.map(|Object(lambda)| KeyHolder {
                key_id: lambda.key_id.unwrap_or_else(|| "unnamed".to_owned()),
                tools: lambda.tools.map(allow_list),
            }),
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
#[derive(Default, Deserialize)]
#[serde(default)]
struct AnswerContext<'a> {
    key_id: Option<String>,
    #[serde(borrow)]
    tools: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LambdaContext {
    /// Milliseconds since the epoch.
    deadline: u64,
}

/// A list of names, or names separated by commas. Anything else allows nothing.
fn allow_list(tools: &RawValue) -> BTreeSet<String> {
    let joined: Result<String, _> = serde_json::from_str(tools.get());
    let names: Vec<String> = match joined {
        Ok(names) => names.split(',').map(str::to_owned).collect(),
        Err(_) => serde_json::from_str(tools.get()).unwrap_or_default(),
    };
    names
        .iter()
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use api_keys::{KeyDocument, Timestamp, generate};

    use super::*;
    use crate::gateway::Answer;

    fn tools(tools: &str) -> Option<BTreeSet<String>> {
        let context = format!(r#"{{"authorizer":{{"lambda":{{"key_id":"ci","tools":{tools}}}}}}}"#);
        let holder = GatewayContext::read(context.as_bytes()).unwrap().key_holder;
        holder.unwrap().tools
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
                    tools: allowed,
                }),
            };
            assert_eq!(read, expected);
        }
    }

    #[test]
    fn names_are_listed_or_joined() {
        assert_eq!(
            tools(r#""ping, calculate""#),
            Some(names(&["ping", "calculate"]))
        );
        assert_eq!(tools(r#"["ping"]"#), Some(names(&["ping"])));
    }

    #[test]
    fn a_list_that_cannot_be_read_allows_nothing() {
        for list in [
            "\"\"",
            "7",
            "{}",
            "[1]",
            "true",
            "[]",
            r#"{"ping":1}"#,
            "[[]]",
        ] {
            assert_eq!(tools(list), Some(names(&[])), "{list}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_made_up() {
        let read = |context: &str| GatewayContext::read(context.as_bytes());
        assert_eq!(read("{}"), Some(GatewayContext::default()));
        assert_eq!(
            read(r#"{"authorizer":null}"#),
            Some(GatewayContext::default())
        );
        let unnamed = read(r#"{"authorizer":{"lambda":{}}}"#)
            .unwrap()
            .key_holder
            .unwrap();
        assert_eq!((unnamed.key_id.as_str(), unnamed.tools), ("unnamed", None));
        for context in [
            "",
            "7",
            "{",
            r#"{"authorizer":7}"#,
            r#"["api.example.com","i",{}]"#,
            r#"{"authorizer":[{"key_id":"ci"}]}"#,
            r#"{"authorizer":{"lambda":["ci"]}}"#,
        ] {
            assert_eq!(read(context), None, "{context}");
        }
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
