//! Readiness: the Web Adapter polls it before the first request, load balancers all the time.

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;

/// `200` as soon as connections are served.
pub(crate) async fn ready() -> Response {
    let body = concat!(
        r#"{"status":"ok","version":""#,
        env!("CARGO_PKG_VERSION"),
        r#""}"#
    );
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}
