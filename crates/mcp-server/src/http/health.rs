//! Readiness: the Web Adapter polls it before the first request, load balancers all the time.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{ALLOW, CONTENT_TYPE, HeaderValue};

use super::refusal::{Refusal, SERVER_ERROR};

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

/// `200` as soon as connections are served.
pub(crate) async fn ready() -> Response {
    let body = concat!(
        r#"{"status":"ok","version":""#,
        env!("CARGO_PKG_VERSION"),
        r#""}"#
    );
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}
