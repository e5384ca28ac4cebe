//! Reading answers: never more than a limit, and nothing that would hurt whoever builds a document of it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use http::header;
use reqwest::Response;
use sse_stream::{Sse, SseStream};

use super::trace::Trace;
use super::{HttpFailure, Message};

/// The largest body of a failed answer that is read for its reason, in bytes.
pub(crate) const LARGEST_REASON: usize = 64 * 1024;

/// Events of a stream, each with one message or none.
pub(crate) type Events = BoxStream<'static, Result<(Sse, Option<Message>), HttpFailure>>;

/// What a successful answer holds.
pub(crate) enum Answer {
    /// Nothing: the server took a notification or an answer of ours.
    Accepted,
    Json(Message),
    Events(Events),
}

/// Reads an answer, of which at most `limit` bytes are taken.
///
/// # Errors
/// When its status tells of a failure, or it holds no JSON-RPC message.
pub(crate) async fn read(
    response: Response,
    limit: usize,
    trace: &Trace,
) -> Result<Answer, HttpFailure> {
    if !response.status().is_success() {
        return Err(failed(response, trace).await.0);
    }
    let encoding = response.headers().get(header::CONTENT_ENCODING);
    if let Some(encoding) = encoding.filter(|encoding| *encoding != "identity") {
        return Err(HttpFailure::encoding(encoding));
    }
    match media_type(&response).as_deref() {
        Some("text/event-stream") => Ok(Answer::Events(events(response, limit, trace))),
        Some("application/json") => {
            let text = text(response, limit, trace).await?;
            match text.trim().is_empty() {
                true => Ok(Answer::Accepted),
                false => Message::read(text).map(Answer::Json),
            }
        }
        _ => {
            let failure = HttpFailure::content_type(&response);
            let body = body(response, LARGEST_REASON, trace).await?;
            match body.is_empty() {
                true => Ok(Answer::Accepted),
                false => Err(failure),
            }
        }
    }
}

/// A failed answer, with the reason that its body gives, and the body if it is a JSON-RPC message.
pub(crate) async fn failed(response: Response, trace: &Trace) -> (HttpFailure, Option<Message>) {
    let mut failure = HttpFailure::status_of(&response);
    let body = body(response, LARGEST_REASON, trace).await;
    let text = String::from_utf8(body.unwrap_or_default()).unwrap_or_default();
    failure.explain(&text, &trace.secrets());
    (failure, Message::read(text).ok())
}

/// The answer's media type without parameters, in lower case.
pub(crate) fn media_type(response: &Response) -> Option<String> {
    let value = response.headers().get(header::CONTENT_TYPE)?;
    let essence = value.to_str().ok()?.split(';').next()?;
    Some(essence.trim().to_ascii_lowercase())
}

async fn text(response: Response, limit: usize, trace: &Trace) -> Result<String, HttpFailure> {
    let body = body(response, limit, trace).await?;
    String::from_utf8(body).map_err(|_| HttpFailure::NotUtf8)
}

/// The whole body, if it has at most `limit` bytes.
///
/// # Errors
/// When it is larger, or ends before its end.
pub(crate) async fn body(
    mut response: Response,
    limit: usize,
    trace: &Trace,
) -> Result<Vec<u8>, HttpFailure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(HttpFailure::read)? {
        if body.len() + chunk.len() > limit {
            return Err(HttpFailure::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    trace.received(&body);
    Ok(body)
}

/// The body as server-sent events of at most `limit` bytes each, ending with an error at a larger one, or before data
/// that must not be read.
pub(crate) fn events(response: Response, limit: usize, trace: &Trace) -> Events {
    // Since the last event: a stream may run for days.
    let received = Arc::new(AtomicUsize::new(0));
    let since = Arc::clone(&received);
    let bytes = response.bytes_stream().map(move |chunk| {
        let chunk = chunk.map_err(HttpFailure::read).and_then(|chunk| {
            let before = received.fetch_add(chunk.len(), Ordering::Relaxed);
            match before + chunk.len() > limit {
                true => Err(HttpFailure::TooLarge { limit }),
                false => Ok(chunk),
            }
        });
        chunk.map_err(io::Error::other)
    });
    let trace = trace.clone();
    let judged = move |event: Result<Sse, sse_stream::Error>| {
        let event = event.map_err(HttpFailure::of_stream)?;
        since.store(0, Ordering::Relaxed);
        let data = event.data.as_deref().unwrap_or_default();
        trace.received(data.as_bytes());
        let is_message = matches!(event.event.as_deref(), None | Some("" | "message"));
        if data.trim().is_empty() || !is_message {
            return Ok((event, None));
        }
        let message = Message::read(data.to_owned())?;
        Ok((event, Some(message)))
    };
    SseStream::from_bytes_stream(bytes).map(judged).boxed()
}
