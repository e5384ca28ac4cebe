//! By which name a request is found in logs.

use std::fmt;

use http::HeaderMap;
use serde::Serialize;

/// The server's own id first: it is in more logs than the gateway's, which is all that the gateway's own answers have.
const HEADERS: [&str; 2] = ["x-request-id", "apigw-requestid"];

/// The longest id that is kept, in bytes. What is longer is none.
const LONGEST: usize = 128;

/// What an answer calls its request, and in which header: a stranger's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct RequestId {
    pub(crate) header: &'static str,
    pub(crate) value: String,
}

impl RequestId {
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        HEADERS.into_iter().find_map(|header| {
            let value = headers.get(header)?.to_str().ok()?;
            let usable = (1..=LONGEST).contains(&value.len());
            usable.then(|| Self {
                header,
                value: value.to_owned(),
            })
        })
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.value, self.header)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn of(headers: &[(&'static str, &str)]) -> Option<String> {
        let pairs = headers.iter().map(|(name, value)| {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            (http::HeaderName::from_static(name), value)
        });
        RequestId::of(&pairs.collect()).map(|id| id.to_string())
    }

    #[test]
    fn the_server_comes_before_the_gateway() {
        let both = of(&[("apigw-requestid", "g="), ("x-request-id", "s")]);
        assert_eq!(both.as_deref(), Some("s (x-request-id)"));
        let gateway = of(&[("apigw-requestid", "g="), ("x-request-id", "")]);
        assert_eq!(gateway.as_deref(), Some("g= (apigw-requestid)"));
        assert_eq!(of(&[("x-amzn-requestid", "a")]), None);
    }

    #[test]
    fn what_is_no_id_is_left_out() {
        for value in ["", "\u{e9}", &"x".repeat(129)] {
            assert_eq!(of(&[("x-request-id", value)]), None, "{value}");
        }
    }
}
