//! HTTP under rmcp, keeping what rmcp's own client drops: status, `Retry-After`, `Location`, and the error's source.
//!
//! rmcp reports most failed answers as text, and a few (the `initialized` notification) not at all. So each failure is
//! also kept in [`LastFailure`], where [`crate::session`] finds it. One call runs at a time, so the last failure is
//! that of the call.

mod adapter;
mod body;
mod failure;

use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderMap, HeaderName, StatusCode};
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Response};
use rmcp::model::{
    ClientJsonRpcMessage, ClientRequest, ErrorCode, ErrorData, RequestId, ServerJsonRpcMessage,
};
use rmcp::transport::streamable_http_client::{StreamableHttpError, StreamableHttpPostResponse};

pub use self::failure::HttpFailure;
use crate::target::Target;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");

/// The largest answer taken, in bytes.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;
/// The largest body of a failed answer that is read for its reason, in bytes.
const LARGEST_REASON: usize = 64 * 1024;

type TransportError = StreamableHttpError<Arc<HttpFailure>>;

/// The failure of the last exchange, if it failed.
#[derive(Debug, Clone, Default)]
pub(crate) struct LastFailure(Arc<Mutex<Option<Arc<HttpFailure>>>>);

impl LastFailure {
    /// Takes it.
    pub(crate) fn take(&self) -> Option<Arc<HttpFailure>> {
        self.replace(None)
    }

    fn keep(&self, failure: HttpFailure) -> Arc<HttpFailure> {
        let failure = Arc::new(failure);
        self.replace(Some(Arc::clone(&failure)));
        failure
    }

    fn replace(&self, failure: Option<Arc<HttpFailure>>) -> Option<Arc<HttpFailure>> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *slot, failure)
    }
}

/// An HTTP client for one [`Target`].
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    http: reqwest::Client,
    last_failure: LastFailure,
}

impl Transport {
    /// Prepares a client that sends the target's key, follows no redirect, and uses no proxy to this machine.
    ///
    /// # Errors
    /// When the system's trusted certificates cannot be loaded.
    pub(crate) fn new(target: &Target) -> Result<Self, HttpFailure> {
        let mut headers = HeaderMap::new();
        if let Some(key) = &target.key {
            headers.insert(API_KEY, key.header());
        }
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("mcp-client/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .redirect(Policy::none())
            .connect_timeout(target.connect_timeout);
        if target.endpoint.is_loopback() {
            builder = builder.no_proxy();
        }
        if !target.endpoint.is_https() {
            // Nothing is going to be verified, and a minimal container has no certificates to load.
            builder = builder.tls_certs_only([]);
        }
        Ok(Self {
            http: builder.build().map_err(HttpFailure::send)?,
            last_failure: LastFailure::default(),
        })
    }

    /// Where the failures go.
    pub(crate) fn last_failure(&self) -> LastFailure {
        self.last_failure.clone()
    }

    fn fail(&self, failure: HttpFailure) -> TransportError {
        StreamableHttpError::Client(self.last_failure.keep(failure))
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, TransportError> {
        let answer = request.send().await;
        answer.map_err(|error| self.fail(HttpFailure::send(error)))
    }

    /// Turns the answer to `message` into what rmcp understands.
    async fn receive(
        &self,
        response: Response,
        message: &ClientJsonRpcMessage,
        max_sse_size: usize,
    ) -> Result<StreamableHttpPostResponse, TransportError> {
        if !response.status().is_success() {
            return self.receive_failure(response, message).await;
        }
        let ClientJsonRpcMessage::Request(request) = message else {
            return Ok(StreamableHttpPostResponse::Accepted);
        };
        let session = response.headers().get(SESSION_ID);
        let session = session
            .and_then(|id| id.to_str().ok())
            .map(ToOwned::to_owned);
        match body::media_type(&response).as_deref() {
            Some("text/event-stream") => Ok(StreamableHttpPostResponse::Sse(
                body::events(response, max_sse_size, self.last_failure()),
                session,
            )),
            Some("application/json") => {
                let answer = json(response, &request.id).await;
                let answer = answer.map_err(|failure| self.fail(failure))?;
                Ok(StreamableHttpPostResponse::Json(answer, session))
            }
            _ => Err(self.fail(HttpFailure::content_type(&response))),
        }
    }

    /// A failed answer is an error, except where its body is a JSON-RPC error, or where it tells that a server does
    /// not know `server/discover` and wants `initialize`.
    async fn receive_failure(
        &self,
        response: Response,
        message: &ClientJsonRpcMessage,
    ) -> Result<StreamableHttpPostResponse, TransportError> {
        let status = response.status();
        let mut failure = HttpFailure::status_of(&response);
        let reason = body::read(response, LARGEST_REASON)
            .await
            .unwrap_or_default();
        failure.explain(&reason);
        let final_word = matches!(
            status,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS
        );
        let request = match message {
            ClientJsonRpcMessage::Request(request) if !final_word => request,
            _ => return Err(self.fail(failure)),
        };
        if let Ok(ServerJsonRpcMessage::Error(error)) = serde_json::from_slice(&reason)
            && !is_about_the_url(status, &error.error)
        {
            return Ok(rejection(error.error, &request.id));
        }
        let probing = matches!(request.request, ClientRequest::DiscoverRequest(_));
        let failure = self.fail(failure);
        if probing && status.is_client_error() {
            let unknown = ErrorData::invalid_request(failure.to_string(), None);
            return Ok(rejection(unknown, &request.id));
        }
        Err(failure)
    }
}

/// Reads one JSON-RPC message. An error belongs to the request even if the server could not name it, but a result must.
async fn json(
    response: Response,
    request: &RequestId,
) -> Result<ServerJsonRpcMessage, HttpFailure> {
    let body = body::read(response, LARGEST_ANSWER).await?;
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
