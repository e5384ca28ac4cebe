//! rmcp's transport trait on [`Transport`].

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::stream::BoxStream;
use http::{HeaderName, HeaderValue, StatusCode, header};
use reqwest::RequestBuilder;
use rmcp::model::ClientJsonRpcMessage;
use rmcp::transport::streamable_http_client::{
    SseError, StreamableHttpClient, StreamableHttpError, StreamableHttpPostResponse,
};
use sse_stream::Sse;

use super::{HttpFailure, LARGEST_ANSWER, SESSION_ID, Transport, TransportError, body};

const ACCEPTED: HeaderValue = HeaderValue::from_static("application/json, text/event-stream");
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The session's header, where a legacy server opened one.
fn with_session(request: RequestBuilder, session: Option<Arc<str>>) -> RequestBuilder {
    match session {
        Some(id) => request.header(SESSION_ID, id.as_ref()),
        None => request,
    }
}

/// rmcp's OAuth token (`auth_header`) is never set by this client, so it is not sent.
impl StreamableHttpClient for Transport {
    type Error = Arc<HttpFailure>;

    async fn post_message(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session_id: Option<Arc<str>>,
        auth_header: Option<String>,
        custom_headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<StreamableHttpPostResponse, TransportError> {
        self.post_message_with_max_sse_event_size(
            uri,
            message,
            session_id,
            auth_header,
            custom_headers,
            LARGEST_ANSWER,
        )
        .await
    }

    async fn post_message_with_max_sse_event_size(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session_id: Option<Arc<str>>,
        _auth_header: Option<String>,
        custom_headers: HashMap<HeaderName, HeaderValue>,
        max_sse_event_size: usize,
    ) -> Result<StreamableHttpPostResponse, TransportError> {
        self.last_failure.take();
        let in_session = session_id.is_some();
        let request = self
            .http
            .post(uri.as_ref())
            .header(header::ACCEPT, ACCEPTED)
            .headers(custom_headers.into_iter().collect())
            .json(&message);
        let response = self.send(with_session(request, session_id)).await?;
        if in_session && response.status() == StatusCode::NOT_FOUND {
            return Err(StreamableHttpError::SessionExpired);
        }
        self.receive(response, &message, max_sse_event_size).await
    }

    async fn delete_session(
        &self,
        uri: Arc<str>,
        session_id: Arc<str>,
        _auth_header: Option<String>,
        custom_headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<(), TransportError> {
        let request = self
            .http
            .delete(uri.as_ref())
            .headers(custom_headers.into_iter().collect());
        self.send(with_session(request, Some(session_id))).await?;
        Ok(())
    }

    async fn get_stream(
        &self,
        uri: Arc<str>,
        session_id: Option<Arc<str>>,
        last_event_id: Option<String>,
        auth_header: Option<String>,
        custom_headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<BoxStream<'static, Result<Sse, SseError>>, TransportError> {
        self.get_stream_with_max_sse_event_size(
            uri,
            session_id,
            last_event_id,
            auth_header,
            custom_headers,
            LARGEST_ANSWER,
        )
        .await
    }

    async fn get_stream_with_max_sse_event_size(
        &self,
        uri: Arc<str>,
        session_id: Option<Arc<str>>,
        last_event_id: Option<String>,
        _auth_header: Option<String>,
        custom_headers: HashMap<HeaderName, HeaderValue>,
        max_sse_event_size: usize,
    ) -> Result<BoxStream<'static, Result<Sse, SseError>>, TransportError> {
        // Only an interrupted answer is worth a stream: whatever else the server would say, nobody here listens.
        let Some(last_event_id) = last_event_id else {
            return Err(StreamableHttpError::ServerDoesNotSupportSse);
        };
        self.last_failure.take();
        let request = self
            .http
            .get(uri.as_ref())
            .header(header::ACCEPT, ACCEPTED)
            .header(LAST_EVENT_ID, last_event_id)
            .headers(custom_headers.into_iter().collect());
        let response = self.send(with_session(request, session_id)).await?;
        match body::media_type(&response).as_deref() {
            Some("text/event-stream") if response.status().is_success() => Ok(body::events(
                response,
                max_sse_event_size,
                self.last_failure(),
            )),
            _ => Err(StreamableHttpError::ServerDoesNotSupportSse),
        }
    }
}
