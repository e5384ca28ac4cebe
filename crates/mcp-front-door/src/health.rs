//! Readiness: the Web Adapter polls it before the first request, load balancers all the time.

use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use rmcp::model::ServerConfig;
use serde_json::json;

use crate::refusal::{Refusal, SERVER_ERROR};

/// What the readiness check says of the server.
#[derive(Debug, Clone)]
pub(crate) struct Health(Bytes);

impl Health {
    /// `ok`, and the version that the handler gives itself.
    pub(crate) fn of(info: &ServerConfig) -> Self {
        let body = json!({ "status": "ok", "version": info.server_info.version });
        Self(body.to_string().into())
    }

    /// `200` as soon as connections are served.
    pub(crate) fn ready(&self) -> Response {
        ([(CONTENT_TYPE, "application/json")], self.0.clone()).into_response()
    }

    /// Any method but GET and HEAD.
    pub(crate) async fn read_only() -> Response {
        Refusal::new(
            StatusCode::METHOD_NOT_ALLOWED,
            SERVER_ERROR,
            "Method not allowed.",
        )
        .with_header(ALLOW, HeaderValue::from_static("GET, HEAD"))
        .into_response(None)
    }
}
