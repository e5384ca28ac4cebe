//! A request of the client, until its answer.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use http::StatusCode;
use reqwest::Response;
use serde_json::Value;
use serde_json::value::RawValue;
use sse_stream::Sse;
use tokio::time::sleep;

use super::open::Entry;
use super::params;
use super::relay::Relay;
use super::session::Conversation;
use crate::error::Error;
use crate::http::answer::{self, Answer, Events};
use crate::http::{HttpFailure, Message, SESSION_ID};
use crate::members::Members;

/// How often an interrupted answer is asked for again without anything new.
const MOST_ATTEMPTS: u32 = 5;
/// Between two attempts to hear the server, whatever it wants: asked without a pause it would be overrun.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How many pages of tools are read for the headers of one call.
const MOST_PAGES: usize = 100;
const HEADER_MISMATCH: i64 = -32020;
const METHOD_NOT_FOUND: i64 = -32601;

/// Why a request has no answer of the server.
pub(super) enum Failed {
    Http(Box<HttpFailure>),
    /// Whatever came ended before the answer.
    Ended,
    /// The schema of the tool asks for headers in a way that no client may follow; with the reason.
    Headers(String),
    Error(Error),
}

impl From<HttpFailure> for Failed {
    fn from(failure: HttpFailure) -> Self {
        Self::Http(failure.into())
    }
}

/// How far a stream was read.
#[derive(Debug, Default)]
pub(super) struct Position {
    pub(super) id: Option<String>,
    retry: Option<Duration>,
}

impl Position {
    pub(super) fn note(&mut self, event: &Sse) {
        if let Some(id) = event.id.clone().filter(|id| !id.is_empty()) {
            self.id = Some(id);
        }
        if let Some(milliseconds) = event.retry {
            self.retry = Some(Duration::from_millis(milliseconds));
        }
    }

    /// How long to wait before the stream is asked for again.
    pub(super) fn pause(&self) -> Duration {
        let wanted = self.retry.unwrap_or(Duration::from_secs(1));
        wanted.clamp(SHORTEST_PAUSE, LONGEST_PAUSE)
    }
}

impl Relay {
    /// Asks, and once again where the server says what was missing, before it did anything.
    pub(super) async fn ask(
        self: &Arc<Self>,
        message: &Message,
        entry: &Entry,
    ) -> Result<Message, Failed> {
        let conversation = self.headers(message)?.1;
        let answer = self.once(message, entry).await;
        match (&answer, conversation) {
            (Err(Failed::Http(failure)), Some(ended))
                if matches!(**failure, HttpFailure::SessionGone) =>
            {
                self.renew(&ended, entry).await?;
                self.once(message, entry).await
            }
            (Ok(refused), _) if code(refused) == Some(HEADER_MISMATCH) => {
                match self.lookup(message, entry).await {
                    true => self.once(message, entry).await,
                    false => answer,
                }
            }
            _ => answer,
        }
    }

    pub(super) async fn once(&self, message: &Message, entry: &Entry) -> Result<Message, Failed> {
        let (headers, conversation) = self.headers(message)?;
        let in_session = conversation
            .as_ref()
            .is_some_and(|conversation| conversation.session.is_some());
        let response = self.post(message, headers).await?;
        if in_session && response.status() == StatusCode::NOT_FOUND {
            return Err(HttpFailure::SessionGone.into());
        }
        let session = response.headers().get(SESSION_ID).cloned();
        let answer = self
            .received(response, message, entry, conversation)
            .await?;
        match (message.method(), answer.result()) {
            (Some("initialize"), Some(_)) => self.sessions.begin(message, &answer, session),
            (Some("tools/list"), Some(list)) => self.tools.learn(list),
            _ => {}
        }
        Ok(answer)
    }

    async fn received(
        &self,
        response: Response,
        message: &Message,
        entry: &Entry,
        conversation: Option<Conversation>,
    ) -> Result<Message, Failed> {
        let trace = self.connection.trace();
        let status = response.status();
        if !status.is_success() {
            let (failure, body) = answer::failed(response, trace).await;
            return match body.filter(|body| is_the_answer(status, body)) {
                Some(error) => named(error, message),
                None => Err(failure.into()),
            };
        }
        match answer::read(response, self.target.largest_answer, trace).await? {
            Answer::Accepted => Err(HttpFailure::Empty.into()),
            Answer::Json(answer) => named(answer, message),
            Answer::Events(events) => self.follow(events, message, entry, conversation).await,
        }
    }

    /// Passes on what comes before the answer. An interrupted stream goes on where it ended, in the older era.
    async fn follow(
        &self,
        mut events: Events,
        message: &Message,
        entry: &Entry,
        conversation: Option<Conversation>,
    ) -> Result<Message, Failed> {
        let (mut position, mut attempts) = (Position::default(), 0);
        loop {
            let mut broken = None;
            while let Some(event) = events.next().await {
                let (event, said) = match event {
                    Ok(event) => event,
                    Err(failure) if failure.is_final() => return Err(failure.into()),
                    Err(HttpFailure::NotJsonRpc(_) | HttpFailure::NoMessage) => {
                        self.console
                            .detail("the server sent an event that is no message");
                        continue;
                    }
                    Err(failure) => {
                        broken = Some(failure);
                        break;
                    }
                };
                position.note(&event);
                attempts = 0;
                match said {
                    Some(said) if said.is_answer() => match named(said, message) {
                        Ok(answer) => return Ok(answer),
                        Err(_) => self
                            .console
                            .detail("the server answered another request here"),
                    },
                    Some(said) => {
                        entry.sign_of_life();
                        self.heard(&said, Some(entry)).await;
                    }
                    None => {}
                }
            }
            let ended = broken.map_or(Failed::Ended, Failed::from);
            let (Some(conversation), Some(_)) = (&conversation, &position.id) else {
                return Err(ended);
            };
            events = loop {
                attempts += 1;
                if attempts > MOST_ATTEMPTS {
                    return Err(ended);
                }
                sleep(position.pause()).await;
                match self.events(conversation, &position).await {
                    Ok(events) => break events,
                    Err(failure) if failure.status().is_some() => return Err(ended),
                    Err(_) => {}
                }
            };
        }
    }

    /// Reads the lists of tools until the called one is there: some arguments must be repeated in headers (SEP-2243),
    /// and only its schema tells which. False if there is nothing to be learnt.
    async fn lookup(&self, call: &Message, entry: &Entry) -> bool {
        let name = params::text(call.params(), "name");
        let Some(name) = name.filter(|_| call.method() == Some("tools/call")) else {
            return false;
        };
        let (Some(meta), false) = (
            params::member(call.params(), "_meta"),
            self.tools.knows(&name),
        ) else {
            return false;
        };
        let mut cursor = String::new();
        for _ in 0..MOST_PAGES {
            let text = format!(
                r#"{{"jsonrpc":"2.0","id":"mcp-client-proxy","method":"tools/list","params":{{{cursor}"_meta":{meta}}}}}"#
            );
            let Ok(list) = Message::read(text) else {
                return false;
            };
            let answer = self.once(&list, entry).await;
            let result = answer.as_ref().ok().and_then(Message::result);
            if self.tools.knows(&name) {
                return true;
            }
            match params::member(result, "nextCursor") {
                Some(next) => cursor = format!(r#""cursor":{next},"#),
                None => return false,
            }
        }
        false
    }
}

/// The answer with the id of its request, to the letter. An error belongs to the request even if the server could not
/// name it, but a result must.
fn named(answer: Message, request: &Message) -> Result<Message, Failed> {
    if !answer.is_answer() {
        return Err(HttpFailure::NoMessage.into());
    }
    if answer.id_json() == request.id_json() {
        return Ok(answer);
    }
    if answer.id() != request.id() && answer.error().is_none() {
        return Err(HttpFailure::WrongId.into());
    }
    let rewritten = with_id(answer.text(), request.id_json().unwrap_or("null"));
    Ok(Message::read(rewritten.map_err(HttpFailure::NotJsonRpc)?)?)
}

fn with_id(message: &str, id: &str) -> serde_json::Result<String> {
    let mut members: Members = serde_json::from_str(message)?;
    members.set("id", RawValue::from_string(id.to_owned())?);
    serde_json::to_string(&members)
}

/// Whether the JSON-RPC error in a failed answer is about the request, rather than about the caller or the URL.
fn is_the_answer(status: StatusCode, body: &Message) -> bool {
    let about_the_caller = matches!(
        status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS
    );
    let about_the_url = matches!(
        status,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
    ) && code(body) != Some(METHOD_NOT_FOUND);
    code(body).is_some() && !about_the_caller && !about_the_url
}

/// The code of an error.
fn code(answer: &Message) -> Option<i64> {
    let error: Value = serde_json::from_str(answer.error()?.get()).ok()?;
    error.get("code")?.as_i64()
}
