//! HTTP under rmcp.
//!
//! rmcp has a client of its own on reqwest. It is not enough here:
//!
//! - It hands the bytes of an answer to serde_json unseen, and a body of 58 KB can overflow the stack of whoever does
//!   that (see [`untrusted_json`]). The bytes must be judged before, and nothing but this trait lies between.
//! - It turns most failed answers into text, without status, `Location` and the source of the error, keeps
//!   `Retry-After` for 429 and 5xx only, and reports a few (of the `initialized` notification) not at all. Exit codes
//!   and hints depend on them.
//! - It opens a stream for whatever else the server would say, which nobody here listens to.
//!
//! Each failure is also kept in [`LastExchange`], where the session finds it, and the request's id. One call runs at a
//! time, so the last exchange is that of the call.

mod answer;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::stream::BoxStream;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Response};
use rmcp::model::ClientJsonRpcMessage;
use rmcp::transport::streamable_http_client::{
    SseError, StreamableHttpClient, StreamableHttpError, StreamableHttpPostResponse,
};
use sse_stream::Sse;

use crate::http_failure::HttpFailure;
use crate::request_id::RequestId;
use crate::target::Target;

const KEY: HeaderName = HeaderName::from_static(api_keys::KEY_HEADER);
const SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
const ACCEPTED: HeaderValue = HeaderValue::from_static("application/json, text/event-stream");

type TransportError = StreamableHttpError<Arc<HttpFailure>>;
type Events = BoxStream<'static, Result<Sse, SseError>>;
type Headers = HashMap<HeaderName, HeaderValue>;

/// What is known of the last exchange.
#[derive(Debug, Clone, Default)]
pub(crate) struct LastExchange(Arc<Mutex<Exchange>>);

#[derive(Debug, Default)]
struct Exchange {
    /// If it failed.
    failure: Option<Arc<HttpFailure>>,
    /// What its answer calls the request.
    request_id: Option<RequestId>,
}

impl LastExchange {
    /// The failure, which is then forgotten.
    pub(crate) fn take(&self) -> Option<Arc<HttpFailure>> {
        self.lock().failure.take()
    }

    pub(crate) fn request_id(&self) -> Option<RequestId> {
        self.lock().request_id.clone()
    }

    fn begin(&self) {
        *self.lock() = Exchange::default();
    }

    fn keep(&self, failure: HttpFailure) -> Arc<HttpFailure> {
        let failure = Arc::new(failure);
        self.lock().failure = Some(Arc::clone(&failure));
        failure
    }

    /// Whether asking again cannot help.
    fn is_final(&self) -> bool {
        let exchange = self.lock();
        exchange
            .failure
            .as_deref()
            .is_some_and(HttpFailure::is_final)
    }

    fn lock(&self) -> MutexGuard<'_, Exchange> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An HTTP client for one [`Target`].
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    http: reqwest::Client,
    last_exchange: LastExchange,
}

impl Transport {
    /// Prepares a client that sends the target's key, follows no redirect, and uses no proxy to this machine. Fails
    /// when the system's trusted certificates cannot be loaded.
    pub(crate) fn new(target: &Target) -> Result<Self, HttpFailure> {
        let key = target.key.iter().map(|key| (KEY, key.header()));
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("mcp-client/", env!("CARGO_PKG_VERSION")))
            .default_headers(HeaderMap::from_iter(key))
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
            last_exchange: LastExchange::default(),
        })
    }

    pub(crate) fn last_exchange(&self) -> LastExchange {
        self.last_exchange.clone()
    }

    fn fail(&self, failure: HttpFailure) -> TransportError {
        StreamableHttpError::Client(self.last_exchange.keep(failure))
    }

    async fn send(
        &self,
        request: RequestBuilder,
        session: Option<Arc<str>>,
        headers: Headers,
    ) -> Result<Response, TransportError> {
        let mut request = request.headers(headers.into_iter().collect());
        if let Some(id) = session {
            request = request.header(SESSION_ID, id.as_ref());
        }
        let answer = request.send().await;
        let answer = answer.map_err(|error| self.fail(HttpFailure::send(error)))?;
        self.last_exchange.lock().request_id = RequestId::of(answer.headers());
        Ok(answer)
    }
}

/// rmcp's OAuth token is never set by this client, so it is not sent. The limits of an answer are ours, not rmcp's.
impl StreamableHttpClient for Transport {
    type Error = Arc<HttpFailure>;

    async fn post_message(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        _oauth: Option<String>,
        headers: Headers,
    ) -> Result<StreamableHttpPostResponse, TransportError> {
        self.last_exchange.begin();
        let in_session = session.is_some();
        let request = self.http.post(uri.as_ref());
        let request = request.header(header::ACCEPT, ACCEPTED).json(&message);
        let response = self.send(request, session, headers).await?;
        if in_session && response.status() == StatusCode::NOT_FOUND {
            return Err(StreamableHttpError::SessionExpired);
        }
        let received = answer::receive(response, &message, &self.last_exchange).await;
        received.map_err(|failure| self.fail(failure))
    }

    async fn delete_session(
        &self,
        uri: Arc<str>,
        session: Arc<str>,
        _oauth: Option<String>,
        headers: Headers,
    ) -> Result<(), TransportError> {
        let request = self.http.delete(uri.as_ref());
        self.send(request, Some(session), headers).await.map(drop)
    }

    async fn get_stream(
        &self,
        uri: Arc<str>,
        session: Option<Arc<str>>,
        last_event_id: Option<String>,
        _oauth: Option<String>,
        headers: Headers,
    ) -> Result<Events, TransportError> {
        // Only an interrupted answer is worth a stream: whatever else the server would say, nobody here listens.
        let resumable = last_event_id.filter(|_| !self.last_exchange.is_final());
        let Some(last_event_id) = resumable else {
            return Err(StreamableHttpError::ServerDoesNotSupportSse);
        };
        self.last_exchange.begin();
        let request = self.http.get(uri.as_ref());
        let request = request
            .header(header::ACCEPT, ACCEPTED)
            .header(LAST_EVENT_ID, last_event_id);
        let response = self.send(request, session, headers).await?;
        if !response.status().is_success() || !answer::is_event_stream(&response) {
            return Err(StreamableHttpError::ServerDoesNotSupportSse);
        }
        Ok(answer::events(response, self.last_exchange()))
    }
}
