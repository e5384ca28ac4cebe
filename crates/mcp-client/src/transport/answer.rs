//! Reading answers: never more than a limit, and nothing that would hurt whoever builds a document of it.

use std::io;

use futures_util::StreamExt;
use http::{StatusCode, header};
use reqwest::Response;
use rmcp::model::{
    ClientJsonRpcMessage, ClientRequest, ErrorCode, ErrorData, RequestId, ServerJsonRpcMessage,
};
use rmcp::transport::streamable_http_client::{SseError, StreamableHttpPostResponse};
use sse_stream::{Sse, SseStream};
use untrusted_json::MAX_DEPTH;

use super::{Events, LastExchange, SESSION_ID};
use crate::http_failure::HttpFailure;

/// The largest answer taken, in bytes.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;
/// The largest body of a failed answer that is read for its reason, in bytes.
const LARGEST_REASON: usize = 64 * 1024;

/// Turns the answer to `message` into what rmcp understands.
pub(super) async fn receive(
    response: Response,
    message: &ClientJsonRpcMessage,
    last_exchange: &LastExchange,
) -> Result<StreamableHttpPostResponse, HttpFailure> {
    if !response.status().is_success() {
        return receive_failure(response, message).await;
    }
    let ClientJsonRpcMessage::Request(request) = message else {
        return Ok(StreamableHttpPostResponse::Accepted);
    };
    let session = response.headers().get(SESSION_ID);
    let session = session
        .and_then(|id| id.to_str().ok())
        .map(ToOwned::to_owned);
    if is_event_stream(&response) {
        let events = events(response, last_exchange.clone());
        return Ok(StreamableHttpPostResponse::Sse(events, session));
    }
    if media_type(&response).as_deref() != Some("application/json") {
        return Err(HttpFailure::content_type(&response));
    }
    let answer = json(response, &request.id).await?;
    Ok(StreamableHttpPostResponse::Json(answer, session))
}

/// A failed answer is an error, except where its body is a JSON-RPC error, or where it tells that a server does not
/// know `server/discover` and wants `initialize`.
async fn receive_failure(
    response: Response,
    message: &ClientJsonRpcMessage,
) -> Result<StreamableHttpPostResponse, HttpFailure> {
    let status = response.status();
    let mut failure = HttpFailure::status_of(&response);
    let reason = read(response, LARGEST_REASON).await.ok();
    let reason = reason.filter(|body| untrusted_json::check(body, MAX_DEPTH).is_ok());
    let reason = reason.unwrap_or_default();
    failure.explain(&reason);
    let final_word = matches!(
        status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS
    );
    let request = match message {
        ClientJsonRpcMessage::Request(request) if !final_word => request,
        _ => return Err(failure),
    };
    if let Ok(ServerJsonRpcMessage::Error(error)) = serde_json::from_slice(&reason)
        && !is_about_the_url(status, &error.error)
    {
        return Ok(rejection(error.error, &request.id));
    }
    let probing = matches!(request.request, ClientRequest::DiscoverRequest(_));
    if probing && status.is_client_error() {
        let unknown = ErrorData::invalid_request(failure.to_string(), None);
        return Ok(rejection(unknown, &request.id));
    }
    Err(failure)
}

/// Reads one JSON-RPC message. An error belongs to the request even if the server could not name it, but a result must.
async fn json(
    response: Response,
    request: &RequestId,
) -> Result<ServerJsonRpcMessage, HttpFailure> {
    let body = read(response, LARGEST_ANSWER).await?;
    untrusted_json::check(&body, MAX_DEPTH).map_err(HttpFailure::Refused)?;
    match serde_json::from_slice(&body).map_err(HttpFailure::NotJsonRpc)? {
        ServerJsonRpcMessage::Error(error) => Ok(ServerJsonRpcMessage::error(
            error.error,
            Some(request.clone()),
        )),
        ServerJsonRpcMessage::Response(response)
            if response.id.to_string() != request.to_string() =>
        {
            Err(HttpFailure::WrongId)
        }
        message => Ok(message),
    }
}

/// Whether a server that answers in JSON-RPC everywhere says that its endpoint is elsewhere, rather than that it does
/// not know the method (which has status 404 too since 2026-07-28).
fn is_about_the_url(status: StatusCode, error: &ErrorData) -> bool {
    matches!(
        status,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
    ) && error.code != ErrorCode::METHOD_NOT_FOUND
}

fn rejection(error: ErrorData, request: &RequestId) -> StreamableHttpPostResponse {
    let message = ServerJsonRpcMessage::error(error, Some(request.clone()));
    StreamableHttpPostResponse::Json(message, None)
}

pub(super) fn is_event_stream(response: &Response) -> bool {
    media_type(response).as_deref() == Some("text/event-stream")
}

/// The answer's media type without parameters, in lower case.
fn media_type(response: &Response) -> Option<String> {
    let value = response.headers().get(header::CONTENT_TYPE)?;
    let essence = value.to_str().ok()?.split(';').next()?;
    Some(essence.trim().to_ascii_lowercase())
}

/// The whole body, if it has at most `limit` bytes.
async fn read(mut response: Response, limit: usize) -> Result<Vec<u8>, HttpFailure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(HttpFailure::read)? {
        if body.len() + chunk.len() > limit {
            return Err(HttpFailure::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The body as server-sent events, ending with an error after [`LARGEST_ANSWER`] bytes, or before data that must not be
/// read. rmcp does not pass on why a stream broke, so that goes to `last_exchange`.
pub(super) fn events(response: Response, last_exchange: LastExchange) -> Events {
    const LIMIT: usize = LARGEST_ANSWER;
    let mut received = 0;
    let of_bytes = last_exchange.clone();
    let bytes = response.bytes_stream().map(move |chunk| {
        let chunk = chunk.map_err(HttpFailure::read).and_then(|chunk| {
            received += chunk.len();
            match received > LIMIT {
                true => Err(HttpFailure::TooLarge { limit: LIMIT }),
                false => Ok(chunk),
            }
        });
        chunk.map_err(|failure| io::Error::other(of_bytes.keep(failure)))
    });
    let events = SseStream::from_bytes_stream(bytes);
    let judged = move |event: Result<Sse, SseError>| {
        let event = event?;
        let data = event.data.as_deref().unwrap_or_default();
        match untrusted_json::check(data.as_bytes(), MAX_DEPTH) {
            Ok(()) => Ok(event),
            Err(problem) => {
                let failure = last_exchange.keep(HttpFailure::Refused(problem));
                Err(SseError::Body(failure.into()))
            }
        }
    };
    events.map(judged).boxed()
}
