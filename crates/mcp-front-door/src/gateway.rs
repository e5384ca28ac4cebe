//! What the gateway says of a request, through the Lambda Web Adapter. Anywhere else the same headers are whatever a
//! client chose to send, and are not read.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use lambda_program::gateway::{
    self, GatewayContext, LAMBDA_CONTEXT_HEADER, REQUEST_CONTEXT_HEADER,
};

use crate::caller::Caller;
use crate::config::Frontend;

/// Time kept back from the invocation's deadline to send the answer.
const DEADLINE_MARGIN: Duration = Duration::from_millis(500);

/// The gateway's words, where there is a gateway.
pub(crate) fn context(frontend: Frontend, headers: &HeaderMap) -> Option<GatewayContext> {
    GatewayContext::read(trusted(frontend, headers, REQUEST_CONTEXT_HEADER)?)
}

/// Who the authorizer says is calling.
pub(crate) fn caller(context: &GatewayContext) -> Caller {
    match &context.key_holder {
        Some(holder) => Caller::with_key(&holder.key_id, holder.tools.clone()),
        None => Caller::anonymous(),
    }
}

/// How long the invocation still lasts, less the margin; `None` off Lambda.
pub(crate) fn remaining(frontend: Frontend, headers: &HeaderMap) -> Option<Duration> {
    let header = trusted(frontend, headers, LAMBDA_CONTEXT_HEADER)?;
    let left = gateway::invocation_deadline(header)?
        .duration_since(SystemTime::now())
        .unwrap_or_default();
    Some(left.saturating_sub(DEADLINE_MARGIN))
}

fn trusted<'a>(frontend: Frontend, headers: &'a HeaderMap, name: &str) -> Option<&'a [u8]> {
    match frontend {
        Frontend::Direct => None,
        Frontend::LambdaWebAdapter => Some(headers.get(name)?.as_bytes()),
    }
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
        let trusted = caller(&context(Frontend::LambdaWebAdapter, &headers).unwrap());
        assert_eq!(trusted.key_id(), Some("ci"));
        assert!(trusted.may_call("ping") && trusted.may_call("calculate"));
        assert!(!trusted.may_call("lookup_user"));
        assert_eq!(context(Frontend::Direct, &headers), None);
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
