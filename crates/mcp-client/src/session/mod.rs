//! A conversation with one server: connect, list, call, close, each within its time.

#![expect(
    deprecated,
    reason = "servers of the older era are asked for log messages"
)]

mod activity;
mod diagnosis;
mod elicitation;
mod handler;
mod list;
mod start;

use std::sync::Arc;
use std::time::Duration;

use rmcp::model::{
    CallToolRequest, CallToolRequestParams, CancelledNotification, CancelledNotificationParam,
    ClientRequest, DiscoverRequest, ErrorCode, GetPromptRequest, GetPromptRequestParams,
    InputResponses, JsonObject, LoggingLevel, PingRequest, RequestMetaObject, ServerPeerInfo,
    ServerResult, SetLevelRequest, SetLevelRequestParams,
};
use rmcp::service::{PeerRequestOptions, RunningService};
use rmcp::{Peer, RoleClient};
use tokio::time::timeout;

use self::activity::Activity;
pub(crate) use self::diagnosis::Diagnosis;
use self::handler::Handler;
pub(crate) use self::list::{Cut, List, Listing};
use crate::console::Console;
use crate::error::Error;
use crate::members::Members;
use crate::reply::Reply;
use crate::target::Target;
use crate::transport::Payloads;

const A_PERSON: &str = "an answer from a person, and there is no terminal to ask at";

/// How long a server may take to be told that a call is cancelled, or a session over.
const FAREWELL: Duration = Duration::from_secs(1);
/// How often a server may ask for more before it answers.
const MOST_ROUNDS: usize = 16;

pub(crate) struct Session<'t> {
    service: RunningService<RoleClient, Handler>,
    server: Arc<ServerPeerInfo>,
    target: &'t Target,
    console: Console,
    activity: Activity,
    payloads: Payloads,
    diagnosis: Diagnosis<'t>,
}

impl<'t> Session<'t> {
    /// Connects and agrees on a version of the protocol.
    pub(crate) async fn connect(target: &'t Target, console: &Console) -> Result<Self, Error> {
        let interrupted = console.interrupt.clone();
        tokio::select! {
            biased;
            () = interrupted.cancelled() => Err(Error::Interrupted),
            session = start::start(target, console) => {
                let session = session?;
                session.ask_for_logs().await;
                Ok(session)
            }
        }
    }

    pub(crate) fn server(&self) -> &ServerPeerInfo {
        &self.server
    }

    /// What the server said at the start, as it wrote it.
    pub(crate) fn introduction(&self) -> Option<Reply> {
        self.payloads.introduction()
    }

    pub(crate) fn remark(&self, text: &str) {
        self.console.remark(text);
    }

    pub(crate) fn is_legacy(&self) -> bool {
        self.server.protocol_version.has_initialize()
    }

    /// All of a list, whatever the number of pages.
    pub(crate) async fn list(&self, listing: Listing) -> Result<List, Error> {
        list::whole(self, listing).await
    }

    /// Calls a tool. A result with `isError` is a result.
    pub(crate) async fn call_tool(&self, name: &str, arguments: &Members) -> Result<Reply, Error> {
        let step = format!("calling tool `{name}`");
        self.payloads.set_arguments(arguments);
        // What rmcp sees of the arguments is for the headers alone.
        let seen: JsonObject = arguments
            .iter()
            .map(|(name, value)| (name.to_owned(), Reply::new(value.to_owned()).value()))
            .collect();
        let params = CallToolRequestParams::new(name.to_owned()).with_arguments(seen);
        let request = |responses, state| {
            let mut params = params.clone();
            params.input_responses = responses;
            params.request_state = state;
            ClientRequest::CallToolRequest(CallToolRequest::new(params))
        };
        let answer = self.answered(&step, &request).await;
        if !matches!(&answer, Err(Error::Rejected { code, .. }) if *code == ErrorCode::HEADER_MISMATCH.0)
        {
            return answer;
        }
        // Some arguments must be repeated in headers (SEP-2243), and only the list tells which. The server refused
        // before it ran anything, so a second call is safe.
        self.list(Listing::TOOLS).await?;
        self.answered(&step, &request).await
    }

    /// Gets a prompt, filled in with `arguments`.
    pub(crate) async fn prompt(&self, name: &str, arguments: JsonObject) -> Result<Reply, Error> {
        let step = format!("getting prompt `{name}`");
        let params = GetPromptRequestParams::new(name).with_arguments(arguments);
        let request = |responses, state| {
            let mut params = params.clone();
            params.input_responses = responses;
            params.request_state = state;
            ClientRequest::GetPromptRequest(GetPromptRequest::new(params))
        };
        self.answered(&step, &request).await
    }

    /// Asks for a sign of life, and says by which method: the newer era has no `ping`.
    pub(crate) async fn ping(&self) -> Result<&'static str, Error> {
        let (method, request) = match self.is_legacy() {
            true => ("ping", ClientRequest::PingRequest(PingRequest::default())),
            false => (
                "server/discover",
                ClientRequest::DiscoverRequest(DiscoverRequest::default()),
            ),
        };
        self.request(method, request).await.map(|_| method)
    }

    /// Asks until the answer is complete: a server may want input first (2026-07-28, `input_required`).
    pub(crate) async fn answered(
        &self,
        step: &str,
        request: &dyn Fn(Option<InputResponses>, Option<String>) -> ClientRequest,
    ) -> Result<Reply, Error> {
        let mut reply = self.request(step, request(None, None)).await?;
        for _ in 0..MOST_ROUNDS {
            match reply.get::<String>("resultType").as_deref() {
                None | Some("complete") => return Ok(reply),
                Some("input_required") => {}
                Some(_) => return Err(needs_more(step, "to run the call as a task")),
            }
            let responses = elicitation::respond(&self.console, step, &reply).await?;
            let state = reply.get("requestState");
            reply = self.request(step, request(Some(responses), state)).await?;
        }
        Err(needs_more(step, "more input, again and again"))
    }

    /// Sends one request and waits for its result, as long as the server shows progress.
    pub(crate) async fn request(&self, step: &str, request: ClientRequest) -> Result<Reply, Error> {
        self.exchange(step, request).await.map(|(reply, _)| reply)
    }

    /// The same, with what rmcp made of the result.
    async fn exchange(
        &self,
        step: &str,
        request: ClientRequest,
    ) -> Result<(Reply, ServerResult), Error> {
        self.activity.begin();
        let options = self.options();
        let asking = async {
            let handle = self.peer().send_cancellable_request(request, options);
            let handle = handle.await?;
            let id = handle.id.clone();
            handle.await_response().await.map(|seen| (id, seen))
        };
        let answer = tokio::select! {
            biased;
            () = self.console.interrupt.cancelled() => Err(Error::Interrupted),
            () = self.activity.silence(self.target.timeout) => Err(self.diagnosis.of_silence(step)),
            answer = asking => Ok(answer),
        };
        self.console.aside.clear();
        if self.activity.was_refused() {
            return Err(needs_more(step, A_PERSON));
        }
        match answer {
            Ok(Ok((id, seen))) => {
                let lost = || self.diagnosis.of_nothing(step);
                let reply = self.payloads.take(&id).ok_or_else(lost)?;
                Ok((reply, seen))
            }
            Ok(Err(error)) => Err(self.diagnosis.of_call(step, error)),
            Err(error) => {
                self.cancel(&error).await;
                Err(error)
            }
        }
    }

    /// In the newer era each request says which log messages are wanted.
    fn options(&self) -> PeerRequestOptions {
        let options = PeerRequestOptions::no_options();
        if self.is_legacy() || !self.console.is_verbose() {
            return options;
        }
        let mut meta = RequestMetaObject::default();
        meta.set_log_level(LoggingLevel::Debug);
        options.with_meta(meta)
    }

    /// Asks for log messages where that is a request of its own. A server that refuses sends none.
    async fn ask_for_logs(&self) {
        let wanted = self.console.is_verbose() && self.server.capabilities.logging.is_some();
        if wanted && self.is_legacy() {
            let params = SetLevelRequestParams::new(LoggingLevel::Debug);
            let request = ClientRequest::SetLevelRequest(SetLevelRequest::new(params));
            let _ = self.request("logging/setLevel", request).await;
        }
    }

    /// Tells the server that nobody waits any more. In the newer era the closed connection does.
    async fn cancel(&self, why: &Error) {
        if !self.is_legacy() {
            return;
        }
        for id in self.payloads.unanswered() {
            let params = CancelledNotificationParam::new(Some(id), Some(why.to_string()));
            let notification = CancelledNotification::new(params);
            let telling = self.peer().send_notification(notification.into());
            let _ = timeout(FAREWELL, telling).await;
        }
    }

    /// Ends the conversation: a legacy server that opened a session is told. A server that is slow to say goodbye does
    /// not make a finished command fail.
    pub(crate) async fn close(self) {
        let _ = timeout(FAREWELL.min(self.target.timeout), self.service.cancel()).await;
    }

    fn peer(&self) -> &Peer<RoleClient> {
        self.service.peer()
    }
}

fn needs_more(step: &str, what: &'static str) -> Error {
    Error::NeedsMore {
        step: step.to_owned(),
        what,
    }
}
