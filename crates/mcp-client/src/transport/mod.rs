//! HTTP under rmcp.
//!
//! rmcp drives the protocol: the lifecycle of both eras, sessions, headers, interrupted streams, cancellation. It
//! builds a document of each result, though, and what is lost then is lost: digits of numbers, the order of members,
//! a whole list for one odd schema. It also turns most failed answers into text, and hands bytes to serde_json that
//! overflow the stack (see [`untrusted_json`]). So this trait of rmcp's is where payloads part from it: arguments are
//! put into a call as the user wrote them, results are kept aside as the server wrote them ([`Payloads`]), and rmcp
//! gets what it needs to go on.
//!
//! Each failure is kept too ([`LastExchange`]), with the request's id. One call runs at a time, so the last exchange
//! is that of the call.

mod last_exchange;
mod payloads;

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use reqwest::{RequestBuilder, Response};
use rmcp::model::{ClientJsonRpcMessage, ErrorCode, ErrorData, RequestId, ServerJsonRpcMessage};
use rmcp::transport::streamable_http_client::{
    SseError, StreamableHttpClient, StreamableHttpError, StreamableHttpPostResponse,
};
use sse_stream::Sse;

pub(crate) use self::last_exchange::LastExchange;
pub(crate) use self::payloads::Payloads;
use crate::http::answer::{self, Answer};
use crate::http::trace::Trace;
use crate::http::{ACCEPTED, Connection, HttpFailure, Message, SESSION_ID};
use crate::target::Target;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

type TransportError = StreamableHttpError<Arc<HttpFailure>>;
type Events = BoxStream<'static, Result<Sse, SseError>>;
type Headers = HashMap<HeaderName, HeaderValue>;

/// An HTTP client for one [`Target`].
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    connection: Connection,
    largest_answer: usize,
    last_exchange: LastExchange,
    payloads: Payloads,
}

impl Transport {
    /// # Errors
    /// When the certificates to trust cannot be loaded.
    pub(crate) fn new(target: &Target, trace: Trace) -> Result<Self, HttpFailure> {
        Ok(Self {
            connection: Connection::new(target, trace)?,
            largest_answer: target.largest_answer,
            last_exchange: LastExchange::default(),
            payloads: Payloads::default(),
        })
    }

    pub(crate) fn last_exchange(&self) -> LastExchange {
        self.last_exchange.clone()
    }

    pub(crate) fn payloads(&self) -> Payloads {
        self.payloads.clone()
    }

    fn fail(&self, failure: HttpFailure) -> TransportError {
        StreamableHttpError::Client(self.last_exchange.keep(failure))
    }

    async fn send(
        &self,
        request: RequestBuilder,
        body: Option<String>,
        session: Option<Arc<str>>,
        headers: Headers,
        last_exchange: &LastExchange,
    ) -> Result<Response, TransportError> {
        let mut request = request.headers(headers.into_iter().collect());
        if let Some(id) = session {
            request = request.header(SESSION_ID, id.as_ref());
        }
        let answer = self.connection.send(request, body).await;
        let failed = |failure| StreamableHttpError::Client(last_exchange.keep(failure));
        let answer = answer.map_err(failed)?;
        last_exchange.received(answer.headers());
        Ok(answer)
    }

    async fn receive(
        &self,
        response: Response,
        message: &ClientJsonRpcMessage,
    ) -> Result<StreamableHttpPostResponse, HttpFailure> {
        let trace = self.connection.trace();
        if !response.status().is_success() {
            return receive_failure(response, message, trace).await;
        }
        let ClientJsonRpcMessage::Request(request) = message else {
            return Ok(StreamableHttpPostResponse::Accepted);
        };
        let session = response.headers().get(SESSION_ID);
        let session = session
            .and_then(|id| id.to_str().ok())
            .map(ToOwned::to_owned);
        match answer::read(response, self.largest_answer, trace).await? {
            Answer::Accepted => Err(HttpFailure::Empty),
            Answer::Json(message) => {
                let message = self.json(&message, &request.id)?;
                Ok(StreamableHttpPostResponse::Json(message, session))
            }
            Answer::Events(events) => Ok(StreamableHttpPostResponse::Sse(
                self.events(events, self.last_exchange()),
                session,
            )),
        }
    }

    /// Passes one message on. An error belongs to the request even if the server could not name it, but a result must.
    fn json(
        &self,
        message: &Message,
        request: &RequestId,
    ) -> Result<ServerJsonRpcMessage, HttpFailure> {
        let for_rmcp = self.payloads.keep(message)?;
        match serde_json::from_str(&for_rmcp).map_err(HttpFailure::NotJsonRpc)? {
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

    /// Events for rmcp, which does not pass on why a stream broke: that is kept.
    fn events(&self, events: answer::Events, last_exchange: LastExchange) -> Events {
        let payloads = self.payloads.clone();
        let passed = move |event: Result<(Sse, Option<Message>), HttpFailure>| {
            let (mut event, message) = event.map_err(|failure| broken(&last_exchange, failure))?;
            if let Some(message) = message {
                let kept = payloads.keep(&message);
                event.data = Some(kept.map_err(|failure| broken(&last_exchange, failure))?);
            }
            Ok(event)
        };
        events.map(passed).boxed()
    }
}

fn broken(last_exchange: &LastExchange, failure: HttpFailure) -> SseError {
    SseError::Body(last_exchange.keep(failure).into())
}

/// A failed answer is an error, except where its body is a JSON-RPC error, or where it tells that a server does not
/// know `server/discover`.
async fn receive_failure(
    response: Response,
    message: &ClientJsonRpcMessage,
    trace: &Trace,
) -> Result<StreamableHttpPostResponse, HttpFailure> {
    let status = response.status();
    let (failure, body) = answer::failed(response, trace).await;
    let final_word = matches!(
        status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS
    );
    let request = match message {
        ClientJsonRpcMessage::Request(request) if !final_word => request,
        _ => return Err(failure),
    };
    if let Some(body) = body
        && let Ok(ServerJsonRpcMessage::Error(error)) = serde_json::from_str(body.text())
        && !is_about_the_url(status, &error.error)
    {
        let message = ServerJsonRpcMessage::error(error.error, Some(request.id.clone()));
        return Ok(StreamableHttpPostResponse::Json(message, None));
    }
    Err(failure)
}

/// Whether a server that answers in JSON-RPC everywhere says that its endpoint is elsewhere, rather than that it does
/// not know the method (which has status 404 too since 2026-07-28).
fn is_about_the_url(status: StatusCode, error: &ErrorData) -> bool {
    matches!(
        status,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
    ) && error.code != ErrorCode::METHOD_NOT_FOUND
}

/// rmcp's OAuth token is never set by this client, so it is not sent. The limits of an answer are ours, not rmcp's.
impl StreamableHttpClient for Transport {
    type Error = Arc<HttpFailure>;

    async fn post_message(
        &self,
        _: Arc<str>,
        message: ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        _oauth: Option<String>,
        headers: Headers,
    ) -> Result<StreamableHttpPostResponse, TransportError> {
        self.last_exchange.begin();
        let in_session = session.is_some();
        let body = self
            .payloads
            .body(&message)
            .map_err(StreamableHttpError::Deserialize)?;
        let request = self.connection.request(Method::POST);
        let request = request
            .header(header::ACCEPT, ACCEPTED)
            .header(header::CONTENT_TYPE, "application/json");
        let response = self
            .send(request, Some(body), session, headers, &self.last_exchange)
            .await?;
        if in_session && response.status() == StatusCode::NOT_FOUND {
            // rmcp begins another session and asks again. What is kept counts if that fails.
            self.last_exchange.keep(HttpFailure::SessionGone);
            return Err(StreamableHttpError::SessionExpired);
        }
        let received = self.receive(response, &message).await;
        received.map_err(|failure| self.fail(failure))
    }

    async fn delete_session(
        &self,
        _: Arc<str>,
        session: Arc<str>,
        _oauth: Option<String>,
        headers: Headers,
    ) -> Result<(), TransportError> {
        let request = self.connection.request(Method::DELETE);
        self.send(request, None, Some(session), headers, &self.last_exchange)
            .await
            .map(drop)
    }

    async fn get_stream(
        &self,
        _: Arc<str>,
        session: Option<Arc<str>>,
        last_event_id: Option<String>,
        _oauth: Option<String>,
        headers: Headers,
    ) -> Result<Events, TransportError> {
        let request = self.connection.request(Method::GET);
        let mut request = request.header(header::ACCEPT, ACCEPTED);
        // Without an id it is the stream for what belongs to no call, questions among it, which runs beside them.
        let mut last_exchange = LastExchange::default();
        if let Some(id) = last_event_id {
            if self.last_exchange.is_final() {
                return Err(StreamableHttpError::ServerDoesNotSupportSse);
            }
            last_exchange = self.last_exchange();
            last_exchange.begin();
            request = request.header(LAST_EVENT_ID, id);
        }
        let response = self
            .send(request, None, session, headers, &last_exchange)
            .await?;
        let is_stream = answer::media_type(&response).as_deref() == Some("text/event-stream");
        if !response.status().is_success() || !is_stream {
            return Err(StreamableHttpError::ServerDoesNotSupportSse);
        }
        let trace = self.connection.trace();
        let events = answer::events(response, self.largest_answer, trace);
        Ok(self.events(events, last_exchange))
    }
}
