//! What `initialize` agreed on, and the stream for whatever the server says of itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::exchange::{Failed, LONGEST_PAUSE, Position};
use super::headers::PROTOCOL_VERSION;
use super::open::Entry;
use super::params;
use super::relay::Relay;
use crate::http::answer::{self, Events};
use crate::http::{HttpFailure, LAST_EVENT_ID, Message, SESSION_ID};

const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");
const INITIALIZED: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;

/// The conversation of the older era, if one has begun.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    current: Mutex<Option<Conversation>>,
    /// One at a time begins another.
    renewing: tokio::sync::Mutex<()>,
}

/// What later messages must carry.
#[derive(Debug, Clone, Default)]
pub(super) struct Conversation {
    /// The client's `initialize`.
    introduction: Option<Arc<Message>>,
    pub(super) session: Option<HeaderValue>,
    version: Option<HeaderValue>,
    /// Ends the stream, and tells conversations apart.
    over: CancellationToken,
}

impl Sessions {
    pub(super) fn current(&self) -> Option<Conversation> {
        self.lock().clone()
    }

    /// Takes note of an answer to `initialize`.
    pub(super) fn begin(
        &self,
        introduction: &Message,
        answer: &Message,
        session: Option<HeaderValue>,
    ) {
        let Some(version) = params::text(answer.result(), "protocolVersion") else {
            return;
        };
        let begun = Conversation {
            introduction: Some(Arc::new(introduction.clone())),
            session,
            version: version.parse().ok(),
            over: CancellationToken::new(),
        };
        if let Some(before) = self.lock().replace(begun) {
            before.over.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Conversation>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Conversation {
    pub(super) fn headers(&self) -> HeaderMap {
        let session = self.session.clone().map(|id| (SESSION_ID, id));
        let version = self.version.clone();
        let version = version.map(|version| (PROTOCOL_VERSION, version));
        session.into_iter().chain(version).collect()
    }
}

impl Relay {
    /// Begins another session in the place of `ended`, as the client began that one.
    pub(super) async fn renew(
        self: &Arc<Self>,
        ended: &Conversation,
        entry: &Entry,
    ) -> Result<(), Failed> {
        let _one = self.sessions.renewing.lock().await;
        let Some(introduction) = ended.introduction.as_deref() else {
            return Err(HttpFailure::SessionGone.into());
        };
        if ended.over.is_cancelled() {
            return Ok(());
        }
        self.once(introduction, entry).await?;
        if !ended.over.is_cancelled() {
            return Err(HttpFailure::SessionGone.into());
        }
        self.console
            .remark("the server ended the session, and another was begun");
        if let Ok(initialized) = Message::read(INITIALIZED.to_owned()) {
            self.deliver(&initialized).await;
        }
        self.listen();
        Ok(())
    }

    /// Begins to hear what the server says of itself, until the conversation is over.
    pub(super) fn listen(self: &Arc<Self>) {
        let Some(conversation) = self.sessions.current() else {
            return;
        };
        let relay = Arc::clone(self);
        tokio::spawn(async move {
            tokio::select! {
                biased;
                () = relay.ending.cancelled() => {}
                () = conversation.over.cancelled() => {}
                () = relay.hear(&conversation) => {}
            }
        });
    }

    async fn hear(&self, conversation: &Conversation) {
        let mut position = Position::default();
        let mut pause = position.pause();
        loop {
            match self.events(conversation, &position).await {
                Ok(mut events) => {
                    while let Some(Ok((event, message))) = events.next().await {
                        position.note(&event);
                        pause = position.pause();
                        if let Some(message) = message {
                            self.heard(&message, None).await;
                        }
                    }
                }
                Err(failure) if !may_pass(&failure) => {
                    let text = format!("the server says nothing of itself: {failure}");
                    return self.console.detail(&text);
                }
                Err(_) => {}
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// A stream of the server, from `position` on.
    pub(super) async fn events(
        &self,
        conversation: &Conversation,
        position: &Position,
    ) -> Result<Events, HttpFailure> {
        let request = self.connection.request(Method::GET);
        let mut request = request
            .header(header::ACCEPT, EVENTS)
            .headers(conversation.headers());
        if let Some(id) = &position.id {
            request = request.header(LAST_EVENT_ID, id);
        }
        let response = self.connection.send(request, None).await?;
        let trace = self.connection.trace();
        if !response.status().is_success() {
            return Err(answer::failed(response, trace).await.0);
        }
        match answer::media_type(&response).as_deref() {
            Some("text/event-stream") => {
                Ok(answer::events(response, self.target.largest_answer, trace))
            }
            _ => Err(HttpFailure::content_type(&response)),
        }
    }

    /// Tells the server that its session is over.
    pub(super) async fn leave(&self) {
        let Some(conversation) = self.sessions.current() else {
            return;
        };
        conversation.over.cancel();
        if conversation.session.is_some() {
            let request = self.connection.request(Method::DELETE);
            let request = request.headers(conversation.headers());
            let _ = self.connection.send(request, None).await;
        }
    }
}

/// Whether asking again later may help.
fn may_pass(failure: &HttpFailure) -> bool {
    match failure.status() {
        Some(status) => status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS,
        None => !matches!(failure, HttpFailure::ContentType { .. }),
    }
}
