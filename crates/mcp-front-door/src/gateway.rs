//! What the gateway says of a request, through the Lambda Web Adapter. Anywhere else the same headers are whatever a
//! client chose to send, and are not read.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};
use lambda_program::gateway::{
    self, AllowedTools, GatewayContext, KeyHolder, LAMBDA_CONTEXT_HEADER, REQUEST_CONTEXT_HEADER,
};

use crate::caller::Caller;
use crate::config::{Frontend, HttpConfig};
use crate::refusal::{Refusal, SERVER_ERROR};

/// Time kept back from the invocation's deadline to send the answer.
const DEADLINE_MARGIN: Duration = Duration::from_millis(500);

/// What the gateway says: nothing at all, where no context came with the request. `None` where there is no gateway, or
/// what it says cannot be read.
pub(crate) fn context(frontend: Frontend, headers: &HeaderMap) -> Option<GatewayContext> {
    if frontend == Frontend::Direct {
        return None;
    }
    let mut values = headers.get_all(REQUEST_CONTEXT_HEADER).iter();
    match (values.next(), values.next()) {
        (None, _) => Some(GatewayContext::default()),
        (Some(value), None) => GatewayContext::read(value.as_bytes()),
        // The adapter sets one, so another is somebody else's.
        (Some(_), Some(_)) => None,
    }
}

/// Who the authorizer says is calling. Without a verdict nobody is served, unless the deployment has no authorizer.
pub(crate) fn caller(
    context: Option<&GatewayContext>,
    config: &HttpConfig,
    request_id: &str,
) -> Result<Caller, Refusal> {
    let setting = config.names.allow_unauthenticated;
    // 403 and not 401: no key that the client could send would help.
    let forbidden = |problem: String| {
        tracing::warn!(request_id, "refused: {problem}");
        let message = format!("Forbidden: {problem}");
        Refusal::new(StatusCode::FORBIDDEN, SERVER_ERROR, message)
    };
    match context.map(|context| &context.key_holder) {
        Some(Some(KeyHolder { key_id, tools })) => Ok(match tools {
            AllowedTools::Every => Caller::with_key(key_id, None),
            AllowedTools::Only(names) => Caller::with_key(key_id, Some(names.clone())),
        }),
        Some(None) if config.allow_unauthenticated => Ok(Caller::anonymous()),
        Some(None) => Err(forbidden(format!(
            "no authorizer has checked this request; put the authorizer before this route or trigger, or set {setting} \
             where there is none"
        ))),
        None => Err(forbidden(format!(
            "what the authorizer says of this request cannot be read; expected one {REQUEST_CONTEXT_HEADER} header, in \
             which `authorizer.lambda` has a `key_id`"
        ))),
    }
}

/// How long the invocation still lasts, less the margin; `None` off Lambda.
pub(crate) fn remaining(frontend: Frontend, headers: &HeaderMap) -> Option<Duration> {
    let header = match frontend {
        Frontend::Direct => None,
        Frontend::LambdaWebAdapter => headers.get(LAMBDA_CONTEXT_HEADER),
    };
    let left = gateway::invocation_deadline(header?.as_bytes())?
        .duration_since(SystemTime::now())
        .unwrap_or_default();
    Some(left.saturating_sub(DEADLINE_MARGIN))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use http::HeaderValue;

    use super::*;

    fn with(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_str(value).unwrap());
        headers
    }

    #[test]
    fn the_authorizers_context_is_believed_behind_the_adapter_only() {
        let words = r#"{"authorizer":{"lambda":{"key_id":"ci","tools":"ping, calculate"}}}"#;
        let headers = with(REQUEST_CONTEXT_HEADER, words);
        let context = |frontend| super::context(frontend, &headers);
        let trusted = context(Frontend::LambdaWebAdapter).unwrap();
        let trusted = caller(Some(&trusted), &HttpConfig::default(), "id").unwrap();
        assert_eq!(trusted.key_id(), Some("ci"));
        assert!(trusted.may_call("ping") && trusted.may_call("calculate"));
        assert!(!trusted.may_call("lookup_user"));
        assert_eq!(context(Frontend::Direct), None);
    }

    #[test]
    fn the_invocations_deadline_counts_less_a_margin() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let deadline = format!(r#"{{"deadline":{}}}"#, now.as_millis() + 10_000);
        let headers = with(LAMBDA_CONTEXT_HEADER, &deadline);
        let left = remaining(Frontend::LambdaWebAdapter, &headers).unwrap();
        assert!(
            left > Duration::from_secs(8) && left <= Duration::from_millis(9_500),
            "{left:?}"
        );
        assert_eq!(remaining(Frontend::Direct, &headers), None);
        assert_eq!(
            remaining(
                Frontend::LambdaWebAdapter,
                &with(LAMBDA_CONTEXT_HEADER, r#"{"deadline":1}"#)
            ),
            Some(Duration::ZERO)
        );
    }
}
