//! What leaves: rmcp's answers made JSON-RPC throughout, and every answer named and logged.

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http_body_util::BodyExt;
use rmcp::model::{ErrorCode, RequestId};

use crate::access_log::{Exchange, Outcome, Record};
use crate::refusal::{Refusal, SERVER_ERROR};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// rmcp's answer. What it says in plain text is said again in JSON-RPC.
pub(crate) async fn normalize<B>(
    response: http::Response<B>,
    id: Option<RequestId>,
    request: &[u8],
    record: &Record,
) -> Response
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    let status = response.status();
    let content_type = response.headers().get(CONTENT_TYPE);
    let is = |kind: &[u8]| content_type.is_some_and(|value| value.as_bytes().starts_with(kind));
    if is(b"application/json") && !record.is_judged() {
        return note_error(response, id, record).await;
    }
    if is(b"application/json") || is(b"text/event-stream") || status == StatusCode::ACCEPTED {
        return response.map(Body::new);
    }
    let (status, code, message) = match status {
        StatusCode::UNSUPPORTED_MEDIA_TYPE => (
            StatusCode::BAD_REQUEST,
            ErrorCode::INVALID_REQUEST,
            format!("Invalid Request: {}", what_is_wrong(request)),
        ),
        status if status.is_client_error() => (status, SERVER_ERROR, "Bad Request".to_owned()),
        _ => (
            StatusCode::INTERNAL_SERVER_ERROR,
            ErrorCode::INTERNAL_ERROR,
            "Internal error".to_owned(),
        ),
    };
    record.note(|facts| facts.outcome = Some(Outcome::RpcError(code.0)));
    Refusal::new(status, code, message).into_response(id)
}

/// Why a body that passed every check of form is still none that rmcp reads: a number that no `f64` holds, half of a
/// surrogate pair, or members that no message has.
fn what_is_wrong(body: &[u8]) -> String {
    match serde_json::from_slice::<serde_json::Value>(body) {
        Err(error) => error.to_string(),
        Ok(_) => "not a message of MCP".to_owned(),
    }
}

/// Keeps the code of an error that was found before the handler was asked.
async fn note_error<B>(
    response: http::Response<B>,
    id: Option<RequestId>,
    record: &Record,
) -> Response
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    #[derive(serde::Deserialize)]
    struct Answer {
        error: Error,
    }
    #[derive(serde::Deserialize)]
    struct Error {
        code: i32,
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = body.collect().await else {
        return Refusal::new(parts.status, ErrorCode::INTERNAL_ERROR, "Internal error")
            .into_response(id);
    };
    let body = body.to_bytes();
    if let Ok(answer) = serde_json::from_slice::<Answer>(&body) {
        record.note(|facts| facts.outcome = Some(Outcome::RpcError(answer.error.code)));
    }
    Response::from_parts(parts, Body::from(body))
}

/// Names the request, and keeps the exchange open until a stream has ended.
pub(crate) fn finish(response: Response, record: &Record, exchange: Exchange) -> Response {
    let (mut parts, body) = response.into_parts();
    if let Ok(id) = HeaderValue::from_str(&record.id) {
        parts.headers.insert(REQUEST_ID, id);
    }
    let streams = parts
        .headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/event-stream"));
    if !streams {
        drop(exchange);
        return Response::from_parts(parts, body);
    }
    let body = body.map_frame(move |frame| {
        let _open = &exchange;
        frame
    });
    Response::from_parts(parts, Body::new(body))
}
