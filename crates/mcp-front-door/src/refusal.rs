//! Errors of the front door, always as JSON-RPC (MCP 2026-07-28, basic, "Error Responses").

use std::borrow::Cow;

use axum::body::Body;
use axum::response::Response;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use rmcp::ErrorData;
use rmcp::model::{ErrorCode, JsonRpcError, RequestId};

/// JSON-RPC's code for errors that the server defines itself, such as a request refused by HTTP status.
pub(crate) const SERVER_ERROR: ErrorCode = ErrorCode(-32000);

/// A request that is not served, with the HTTP status and the JSON-RPC error that say why.
#[derive(Debug)]
pub(crate) struct Refusal(Box<Parts>);

/// A refusal, with the request's id when that could be read.
#[derive(Debug)]
pub(crate) struct Rejected {
    pub(crate) id: Option<RequestId>,
    pub(crate) refusal: Refusal,
}

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    error: ErrorData,
    headers: HeaderMap,
}

impl Refusal {
    pub(crate) fn new(
        status: StatusCode,
        code: ErrorCode,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::from_error(status, ErrorData::new(code, message, None))
    }

    pub(crate) fn from_error(status: StatusCode, error: ErrorData) -> Self {
        Self(Box::new(Parts {
            status,
            error,
            headers: HeaderMap::new(),
        }))
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.insert(name, value);
        self
    }

    pub(crate) fn code(&self) -> ErrorCode {
        self.0.error.code
    }

    /// The answer on the wire. The id is left out when it could not be read.
    pub(crate) fn into_response(self, id: Option<RequestId>) -> Response {
        let Parts {
            status,
            error,
            headers,
        } = *self.0;
        // An error of strings, numbers and plain JSON always serialises.
        let body = serde_json::to_vec(&JsonRpcError::new(id, error)).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}
