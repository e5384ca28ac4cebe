//! What the gateway says of a request, through the Lambda Web Adapter.
//!
//! The adapter overwrites both headers on every request, so behind it they are the gateway's and Lambda's own words.
//! Anywhere else they are whatever a client chose to send, and are not read.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName};
use serde::Deserialize;
use serde_json::Value;

use super::config::Frontend;
use crate::caller::Caller;

const REQUEST_CONTEXT: HeaderName = HeaderName::from_static("x-amzn-request-context");
const LAMBDA_CONTEXT: HeaderName = HeaderName::from_static("x-amzn-lambda-context");

/// Time kept back from the invocation's deadline to send the answer.
const DEADLINE_MARGIN: Duration = Duration::from_millis(500);

/// The part of API Gateway's request context (payload 2.0) that is used.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct RequestContext {
    /// The name under which the API was called.
    pub(crate) domain_name: Option<String>,
    /// The gateway's id of the request.
    pub(crate) request_id: Option<String>,
    authorizer: Option<Authorizer>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Authorizer {
    lambda: Option<LambdaAuthorizer>,
}

/// The context that `mcp-authorizer` returns with an accepted key.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct LambdaAuthorizer {
    key_id: Option<String>,
    tools: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct LambdaContext {
    /// Milliseconds since the epoch.
    deadline: u64,
}

impl RequestContext {
    /// The gateway's words, where there is a gateway.
    pub(crate) fn read(frontend: Frontend, headers: &HeaderMap) -> Option<Self> {
        trusted(frontend, headers, &REQUEST_CONTEXT)
    }

    /// Who the authorizer says is calling.
    pub(crate) fn caller(&self) -> Caller {
        let lambda = self
            .authorizer
            .as_ref()
            .and_then(|authorizer| authorizer.lambda.as_ref());
        match lambda {
            Some(lambda) => Caller::with_key(
                lambda.key_id.as_deref().unwrap_or("unnamed"),
                lambda.tools.as_ref().map(allow_list),
            ),
            None => Caller::anonymous(),
        }
    }
}

/// How long the invocation still lasts, less the margin; `None` off Lambda.
pub(crate) fn remaining(frontend: Frontend, headers: &HeaderMap) -> Option<Duration> {
    let context: LambdaContext = trusted(frontend, headers, &LAMBDA_CONTEXT)?;
    let deadline = UNIX_EPOCH.checked_add(Duration::from_millis(context.deadline))?;
    let left = deadline
        .duration_since(SystemTime::now())
        .unwrap_or_default();
    Some(left.saturating_sub(DEADLINE_MARGIN))
}

fn trusted<T: for<'de> Deserialize<'de>>(
    frontend: Frontend,
    headers: &HeaderMap,
    name: &HeaderName,
) -> Option<T> {
    match frontend {
        Frontend::Direct => None,
        Frontend::LambdaWebAdapter => serde_json::from_slice(headers.get(name)?.as_bytes()).ok(),
    }
}

/// The tools a key may use: a list, or names separated by commas. Anything else allows nothing.
fn allow_list(value: &Value) -> BTreeSet<String> {
    let names: Vec<&str> = match value {
        Value::String(names) => names.split(',').collect(),
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    names
        .into_iter()
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn caller(frontend: Frontend, context: &str) -> Option<Caller> {
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_CONTEXT, HeaderValue::from_str(context).unwrap());
        RequestContext::read(frontend, &headers).map(|context| context.caller())
    }

    #[test]
    fn the_authorizers_context_is_believed_behind_the_adapter_only() {
        let context = r#"{"authorizer":{"lambda":{"key_id":"ci","tools":"ping, calculate"}}}"#;
        let trusted = caller(Frontend::LambdaWebAdapter, context).unwrap();
        assert_eq!(trusted.key_id(), Some("ci"));
        assert!(trusted.may_call("ping") && trusted.may_call("calculate"));
        assert!(!trusted.may_call("lookup_user"));
        assert_eq!(caller(Frontend::Direct, context), None);
    }

    #[test]
    fn a_list_that_cannot_be_read_allows_nothing() {
        for tools in ["\"\"", "7", "{}", "[1]", "true"] {
            let context =
                format!(r#"{{"authorizer":{{"lambda":{{"key_id":"a","tools":{tools}}}}}}}"#);
            let caller = caller(Frontend::LambdaWebAdapter, &context).unwrap();
            assert!(
                caller.is_restricted() && !caller.may_call("ping"),
                "{tools}"
            );
        }
    }

    #[test]
    fn no_list_allows_every_tool() {
        let context = r#"{"authorizer":{"lambda":{"key_id":"a"}}}"#;
        let caller = caller(Frontend::LambdaWebAdapter, context).unwrap();
        assert!(!caller.is_restricted() && caller.may_call("anything"));
    }

    #[test]
    fn the_invocations_deadline_counts_less_a_margin() {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_millis();
        let mut headers = HeaderMap::new();
        let context = format!(r#"{{"deadline":{}}}"#, now + 10_000);
        headers.insert(LAMBDA_CONTEXT, HeaderValue::from_str(&context).unwrap());
        let left = remaining(Frontend::LambdaWebAdapter, &headers).unwrap();
        assert!(
            left > Duration::from_secs(8) && left <= Duration::from_millis(9_500),
            "{left:?}"
        );
        assert_eq!(remaining(Frontend::Direct, &headers), None);
        headers.insert(
            LAMBDA_CONTEXT,
            HeaderValue::from_static(r#"{"deadline":1}"#),
        );
        assert_eq!(
            remaining(Frontend::LambdaWebAdapter, &headers),
            Some(Duration::ZERO)
        );
    }
}
