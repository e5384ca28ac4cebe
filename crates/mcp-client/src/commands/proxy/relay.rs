//! What becomes of a message.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderMap, Method, header};
use reqwest::Response;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::exchange::Failed;
use super::headers::{self, Tools};
use super::open::{Entry, Register};
use super::session::{Conversation, Sessions};
use super::stdin::Line;
use super::{FAREWELL, params, refusal};
use crate::console::Console;
use crate::error::{Error, Unexpected};
use crate::http::{ACCEPTED, Connection, HttpFailure, Message};
use crate::output::Messages;
use crate::session::Diagnosis;
use crate::target::Target;
use crate::transport::LastExchange;

/// How many requests may be under way, and how many notifications and answers. Beyond them nothing is read.
const MOST_AT_ONCE: u32 = 64;

/// Both sides, and what is known of them.
pub(super) struct Relay {
    pub(super) target: Target,
    pub(super) connection: Connection,
    pub(super) console: Console,
    output: Messages,
    pub(super) register: Register,
    pub(super) tools: Tools,
    pub(super) sessions: Sessions,
    /// The version that the client named last in the newer era.
    newer: Mutex<Option<String>>,
    requests: Arc<Semaphore>,
    pub(super) deliveries: Arc<Semaphore>,
    /// Notifications and answers arrive in their order.
    order: tokio::sync::Mutex<()>,
    pub(super) ending: CancellationToken,
}

/// How a message is sent, by its era.
pub(super) enum Era {
    /// `initialize` belongs to no session yet.
    Beginning,
    Legacy(Conversation),
    Modern(String),
}

impl Relay {
    pub(super) fn new(target: &Target, console: &Console, output: Messages) -> Result<Self, Error> {
        let connection = Connection::new(target, console.trace());
        let permits = || Arc::new(Semaphore::new(MOST_AT_ONCE as usize));
        Ok(Self {
            target: target.clone(),
            connection: connection.map_err(|error| Error::Client(error.into()))?,
            console: console.clone(),
            output,
            register: Register::default(),
            tools: Tools::default(),
            sessions: Sessions::default(),
            newer: Mutex::default(),
            requests: permits(),
            deliveries: permits(),
            order: tokio::sync::Mutex::default(),
            ending: CancellationToken::new(),
        })
    }

    /// Takes a line of the client.
    pub(super) async fn line(self: &Arc<Self>, line: Line) {
        let message = match refusal::read(line) {
            Ok(message) => message,
            Err(answer) => return self.output.write(&answer).await,
        };
        let relay = Arc::clone(self);
        match (message.method(), message.id_json()) {
            // Whatever follows needs what it agrees on.
            (Some("initialize"), Some(_)) => relay.request(message, None).await,
            (Some("notifications/initialized"), None) => {
                self.deliver(&message).await;
                self.listen();
            }
            (Some("notifications/cancelled"), None) => self.cancel(message).await,
            (Some(_), Some(_)) => {
                self.register.set_deaf(true);
                let permit = Arc::clone(&self.requests).acquire_owned().await.ok();
                self.register.set_deaf(false);
                tokio::spawn(relay.request(message, permit));
            }
            (method, id) => {
                if let (None, Some(id)) = (method, id) {
                    self.register.settled(id);
                }
                let permit = Arc::clone(&self.deliveries).acquire_owned().await;
                tokio::spawn(async move {
                    let _in_order = relay.order.lock().await;
                    relay.deliver(&message).await;
                    drop(permit);
                });
            }
        }
    }

    /// Passes a request on, and its answer back. There is always one, unless the client cancels.
    async fn request(self: Arc<Self>, message: Message, _permit: Option<OwnedSemaphorePermit>) {
        let entry = self
            .register
            .enter(&message, self.era(&message).is_modern());
        let limit = self.target.timeout;
        let outcome = tokio::select! {
            biased;
            () = entry.cancelled.cancelled() => return,
            () = self.ending.cancelled() => Err(Failed::Error(Error::Interrupted)),
            () = entry.silence(limit) => Err(self.gave_up(&message, &entry, limit)),
            outcome = self.ask(&message, &entry) => outcome,
        };
        match outcome {
            Ok(answer) => self.output.write(answer.text()).await,
            Err(failed) => self.output.write(&self.failure(&message, failed)).await,
        }
    }

    /// Tells a server of the older era that nobody waits any more.
    fn gave_up(self: &Arc<Self>, message: &Message, entry: &Entry, limit: Duration) -> Failed {
        let id = message.id_json().unwrap_or_default();
        let text = format!(
            r#"{{"jsonrpc":"2.0","method":"notifications/cancelled","params":{{"requestId":{id},"reason":"no answer in time"}}}}"#
        );
        let cancelled = Message::read(text).ok();
        if let Some(cancelled) = cancelled.filter(|_| !entry.is_modern) {
            let relay = Arc::clone(self);
            tokio::spawn(async move { relay.deliver(&cancelled).await });
        }
        Failed::Error(Error::TimedOut {
            step: step(message),
            limit,
            connecting: false,
        })
    }

    fn failure(&self, message: &Message, failed: Failed) -> String {
        let id = message.id_json().unwrap_or("null");
        let begins = matches!(message.method(), Some("initialize" | "server/discover"));
        let step = step(message);
        let diagnosis = Diagnosis::new(&self.target, LastExchange::default());
        let error = match failed {
            Failed::Headers(reason) => {
                let text = format!(
                    "{step}: the schema of this tool asks for headers that cannot be: {reason}; hint: tell who runs the server"
                );
                return refusal::answer(id, refusal::INVALID_PARAMS, &text);
            }
            Failed::Error(error) => error,
            Failed::Http(failure) if begins => diagnosis.of_http(&step, Arc::new(*failure)),
            Failed::Http(failure) => diagnosis.of_answer(&step, Arc::new(*failure)),
            Failed::Ended => Error::Broken {
                step,
                cause: Box::new(Unexpected::NoAnswer),
            },
        };
        refusal::of(&error, id, &self.console.aside.secrets())
    }

    /// Takes what the server says, on the stream of a request or of itself.
    pub(super) async fn heard(&self, message: &Message, entry: Option<&Entry>) {
        match (message.method(), message.id_json()) {
            (Some(_), Some(id)) => self.register.asked(id, entry.map(|entry| &**entry)),
            (Some("notifications/progress"), None) => self.register.progress(message),
            (Some("notifications/cancelled"), None) => {
                if let Some(id) = params::member(message.params(), "requestId") {
                    self.register.settled(id.get());
                }
            }
            (Some(_), None) => {}
            (None, _) => return self.console.detail("the server answered what nobody asked"),
        }
        self.output.write(message.text()).await;
    }

    pub(super) fn era(&self, message: &Message) -> Era {
        if message.method() == Some("initialize") {
            return Era::Beginning;
        }
        let mut newer = self.newer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(version) = headers::version_of(message) {
            *newer = Some(version.clone());
            return Era::Modern(version);
        }
        match (self.sessions.current(), &*newer) {
            (None, Some(version)) => Era::Modern(version.clone()),
            (conversation, _) => Era::Legacy(conversation.unwrap_or_default()),
        }
    }

    /// The headers of a message, and the conversation that it belongs to in the older era.
    pub(super) fn headers(
        &self,
        message: &Message,
    ) -> Result<(HeaderMap, Option<Conversation>), Failed> {
        match self.era(message) {
            Era::Beginning => Ok((HeaderMap::new(), None)),
            Era::Legacy(conversation) => Ok((conversation.headers(), Some(conversation))),
            Era::Modern(version) => {
                let headers = headers::of(message, &version, &self.tools);
                Ok((headers.map_err(Failed::Headers)?, None))
            }
        }
    }

    pub(super) async fn post(
        &self,
        message: &Message,
        headers: HeaderMap,
    ) -> Result<Response, HttpFailure> {
        let request = self.connection.request(Method::POST);
        let request = request
            .header(header::ACCEPT, ACCEPTED)
            .header(header::CONTENT_TYPE, "application/json")
            .headers(headers);
        self.connection
            .send(request, Some(message.text().to_owned()))
            .await
    }

    /// Ends when nothing is under way.
    pub(super) async fn idle(&self) {
        let _all = self.requests.acquire_many(MOST_AT_ONCE).await;
        let _all = self.deliveries.acquire_many(MOST_AT_ONCE).await;
    }

    /// Answers what is under way, and says goodbye to the server.
    pub(super) async fn end(&self) {
        self.ending.cancel();
        let _ = timeout(FAREWELL / 2, self.idle()).await;
        let _ = timeout(FAREWELL, self.leave()).await;
        let _ = timeout(FAREWELL, self.output.end()).await;
    }
}

impl Era {
    pub(super) fn is_modern(&self) -> bool {
        matches!(self, Self::Modern(_))
    }
}

pub(super) fn step(message: &Message) -> String {
    message.method().unwrap_or("answering").to_owned()
}
