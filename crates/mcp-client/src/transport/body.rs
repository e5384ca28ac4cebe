//! Reading answers, never more than a limit.

use std::io;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use http::header;
use reqwest::Response;
use rmcp::transport::streamable_http_client::SseError;
use sse_stream::{Sse, SseStream};

use super::{HttpFailure, LastFailure};

/// The answer's media type without parameters, in lower case.
pub(super) fn media_type(response: &Response) -> Option<String> {
    let value = response
        .headers()
        .get(header::CONTENT_TYPE)?
        .to_str()
        .ok()?;
    let essence = value.split(';').next()?;
    Some(essence.trim().to_ascii_lowercase())
}

/// The whole body, if it has at most `limit` bytes.
pub(super) async fn read(mut response: Response, limit: usize) -> Result<Vec<u8>, HttpFailure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(HttpFailure::read)? {
        if body.len() + chunk.len() > limit {
            return Err(HttpFailure::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The body as server-sent events, ending with an error after `limit` bytes. rmcp does not pass on why a stream broke,
/// so that goes to `last_failure`.
pub(super) fn events(
    response: Response,
    limit: usize,
    last_failure: LastFailure,
) -> BoxStream<'static, Result<Sse, SseError>> {
    let mut received = 0;
    let bytes = response.bytes_stream().map(move |chunk| {
        let chunk = chunk.map_err(HttpFailure::read).and_then(|chunk| {
            received += chunk.len();
            match received > limit {
                true => Err(HttpFailure::TooLarge { limit }),
                false => Ok(chunk),
            }
        });
        chunk.map_err(|failure| io::Error::other(last_failure.keep(failure)))
    });
    SseStream::from_bytes_stream(bytes).boxed()
}
