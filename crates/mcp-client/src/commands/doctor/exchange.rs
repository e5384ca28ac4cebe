//! One raw request, and what came of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use reqwest::Response;
use serde_json::Value;
use tokio::time::timeout;

use super::Case;
use super::opening::Opening;
use crate::error::Error;
use crate::http::answer::{self, Answer};
use crate::http::{Connection, HttpFailure, Message, SESSION_ID};
use crate::session::Diagnosis;
use crate::target::Target;
use crate::transport::LastExchange;

/// The largest answer that is read here, in bytes.
const LARGEST: usize = 1024 * 1024;
/// How long the question of the newer era may take, as an older server may never answer it.
const LONGEST_PROBE: Duration = Duration::from_secs(10);

/// What came of a request.
pub(super) struct Exchange {
    pub(super) opening: Opening,
    /// If an answer began.
    pub(super) status: Option<StatusCode>,
    /// Why there is no MCP message.
    pub(super) failure: Option<Arc<HttpFailure>>,
    /// The same as the error that it means to a user. A failure of HTTP with a JSON-RPC error in its body is none,
    /// unless it is about who asks or what is where.
    pub(super) error: Option<Error>,
    pub(super) duration: Duration,
}

impl Exchange {
    /// Whether something there speaks MCP.
    pub(super) fn speaks(&self) -> bool {
        self.error.is_none()
    }

    /// Whether asking in another way brings nothing else.
    fn is_final(&self) -> bool {
        let Some(failure) = self.failure.as_deref() else {
            return self.speaks();
        };
        let status = failure.status().map_or(0, |status| status.as_u16());
        failure.trouble().is_some()
            || failure.location().is_some()
            || matches!(status, 401 | 403 | 407 | 429)
    }
}

/// Knocks as both eras do. What the older one brings counts if the newer one brings no MCP.
pub(super) async fn knock(case: &Case, target: &Target) -> Exchange {
    let first = open(case, target, Opening::Discover, &[]).await;
    match first.is_final() {
        true => first,
        false => open(case, target, Opening::Initialize, &[]).await,
    }
}

/// Begins a conversation, with these headers in the place of the usual ones.
pub(super) async fn open(
    case: &Case,
    target: &Target,
    opening: Opening,
    headers: &[(HeaderName, HeaderValue)],
) -> Exchange {
    // Both together take no longer than the user's patience.
    let probe = LONGEST_PROBE.min(target.timeout / 2);
    let limit = match opening {
        Opening::Discover => probe,
        Opening::Initialize => target.timeout - probe,
    };
    let begin = Instant::now();
    let mut status = None;
    let asking = ask(case, target, opening, headers, &mut status);
    let outcome = timeout(limit, asking).await;
    let duration = begin.elapsed();
    let diagnosis = Diagnosis::new(target, LastExchange::default());
    let (failure, error) = match outcome {
        Ok(Ok(())) => (None, None),
        Ok(Err(failure)) => {
            let failure = Arc::new(failure);
            let error = diagnosis.of_http("asking", Arc::clone(&failure));
            (Some(failure), Some(error))
        }
        Err(_) => (None, Some(diagnosis.of_silence_within("asking", limit))),
    };
    Exchange {
        opening,
        status,
        failure,
        error,
        duration,
    }
}

async fn ask(
    case: &Case,
    target: &Target,
    opening: Opening,
    instead: &[(HeaderName, HeaderValue)],
    status: &mut Option<StatusCode>,
) -> Result<(), HttpFailure> {
    let connection = Connection::new(target, case.console.trace())?;
    let mut headers = opening.headers();
    for (name, value) in instead {
        headers.insert(name, value.clone());
    }
    let request = connection.request(Method::POST).headers(headers);
    let response = connection
        .send(request, Some(opening.body().to_string()))
        .await?;
    *status = Some(response.status());
    let session = response.headers().get(SESSION_ID).cloned();
    let read = message(response, &connection).await;
    if let Some(session) = session {
        let request = connection
            .request(Method::DELETE)
            .header(SESSION_ID, session);
        let _ = connection.send(request, None).await;
    }
    read
}

/// Reads one message.
async fn message(response: Response, connection: &Connection) -> Result<(), HttpFailure> {
    let trace = connection.trace();
    if !response.status().is_success() {
        let (failure, body) = answer::failed(response, trace).await;
        return match body.filter(|body| is_answer(body, failure.status())) {
            Some(_) => Ok(()),
            None => Err(failure),
        };
    }
    match answer::read(response, LARGEST, trace).await? {
        Answer::Json(_) => Ok(()),
        Answer::Accepted => Err(HttpFailure::Empty),
        Answer::Events(mut events) => {
            while let Some(event) = events.next().await {
                if event?.1.is_some() {
                    return Ok(());
                }
            }
            Err(HttpFailure::Empty)
        }
    }
}

/// Whether a failed answer is one of MCP's, rather than about who asks or what is where.
fn is_answer(body: &Message, status: Option<StatusCode>) -> bool {
    let code = body.error().and_then(|error| {
        let error: Value = serde_json::from_str(error.get()).ok()?;
        error.get("code")?.as_i64()
    });
    match status.map_or(0, |status| status.as_u16()) {
        401 | 403 | 429 => false,
        404 | 405 => code == Some(-32601),
        _ => code.is_some(),
    }
}

/// Whether a GET brings the first event of HTTP+SSE (2024-11-05): the URL to post to.
pub(super) async fn is_http_sse(case: &Case) -> bool {
    let asking = async {
        let connection = Connection::new(&case.anonymous, case.console.trace()).ok()?;
        let request = connection
            .request(Method::GET)
            .header(header::ACCEPT, "text/event-stream");
        let response = connection.send(request, None).await.ok()?;
        let is_stream = answer::media_type(&response).as_deref() == Some("text/event-stream");
        if !response.status().is_success() || !is_stream {
            return None;
        }
        let event = answer::events(response, LARGEST, connection.trace())
            .next()
            .await?;
        event.ok()?.0.event
    };
    let limit = LONGEST_PROBE.min(case.target.timeout / 2);
    matches!(timeout(limit, asking).await, Ok(Some(event)) if event == "endpoint")
}
