//! Requests as text that people can read and a fuzzer can change: a line with method and target, one line per header,
//! an empty line, the body.

use axum::body::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

/// A request as hyper would hand it over, with its whole body.
#[derive(Debug)]
pub struct Request {
    pub(super) method: Method,
    pub(super) uri: Uri,
    headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Request {
    /// Reads a request; `None` when the first line has no method and target. Header lines that no HTTP parser would
    /// let through are left out.
    #[must_use]
    pub fn parse(input: &[u8]) -> Option<Self> {
        let (head, body) = split(input, b"\n\n").unwrap_or((input, &[]));
        let (first, headers) = split(head, b"\n").unwrap_or((head, &[]));
        let (method, target) = split(first, b" ")?;
        Some(Self {
            method: Method::from_bytes(method).ok()?,
            uri: Uri::try_from(target).ok()?,
            headers: headers
                .split(|byte| *byte == b'\n')
                .filter_map(header)
                .collect(),
            body: Bytes::copy_from_slice(body),
        })
    }

    /// Whether it has a header that only the Lambda Web Adapter sets.
    pub(super) fn comes_through_adapter(&self) -> bool {
        ["x-amzn-request-context", "x-amzn-lambda-context"]
            .iter()
            .any(|name| self.headers.contains_key(*name))
    }

    pub(super) fn to_http(&self) -> http::Request<Bytes> {
        let mut request = http::Request::new(self.body.clone());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        request
    }
}

fn header(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = split(line, b":")?;
    let name = HeaderName::from_bytes(name).ok()?;
    let value = HeaderValue::from_bytes(value.trim_ascii()).ok()?;
    Some((name, value))
}

/// What stands before the first `separator` and what stands after it.
fn split<'a>(input: &'a [u8], separator: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = input
        .windows(separator.len())
        .position(|window| window == separator)?;
    Some((&input[..at], &input[at + separator.len()..]))
}
