//! A conversation with one server: connect, list, call, close, each within its time.

mod diagnosis;

use std::sync::Arc;
use std::time::Duration;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ClientCapabilities, ClientConfig,
    ErrorCode, GetPromptRequestParams, GetPromptResponse, GetPromptResult, Implementation,
    JsonObject, ListPromptsResult, ListToolsResult, ProtocolVersion, ServerPeerInfo,
};
use rmcp::service::{ClientLifecycleMode, ClientServiceExt, RunningService, ServiceError};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::{Peer, RoleClient};
use tokio::time::timeout;

use self::diagnosis::Diagnosis;
use crate::cli::Protocol;
use crate::error::Error;
use crate::pagination::whole_list;
use crate::target::Target;
use crate::transport::Transport;

/// How long a legacy server may take to end its session.
const FAREWELL: Duration = Duration::from_secs(1);

pub(crate) struct Session<'t> {
    service: RunningService<RoleClient, ClientConfig>,
    server: Arc<ServerPeerInfo>,
    target: &'t Target,
    diagnosis: Diagnosis<'t>,
}

impl<'t> Session<'t> {
    /// Connects and agrees on a version of the protocol.
    pub(crate) async fn connect(target: &'t Target) -> Result<Self, Error> {
        let step = "connecting";
        let transport = Transport::new(target).map_err(|error| Error::Client(Arc::new(error)))?;
        let diagnosis = Diagnosis::new(target, transport.last_exchange());
        let config = StreamableHttpClientTransportConfig::with_uri(target.endpoint.as_str());
        let transport = StreamableHttpClientTransport::with_client(transport, config);
        let serving = identity().serve_with_lifecycle(transport, lifecycle(target.protocol));
        let service = match timeout(target.timeout, serving).await {
            Ok(Ok(service)) => service,
            Ok(Err(error)) => return Err(diagnosis.of_start(step, error)),
            Err(_) => return Err(diagnosis.of_silence(step)),
        };
        let Some(server) = service.peer_info() else {
            return Err(diagnosis.of_call(step, ServiceError::UnexpectedResponse));
        };
        Ok(Self {
            service,
            server,
            target,
            diagnosis,
        })
    }

    pub(crate) fn server(&self) -> &ServerPeerInfo {
        &self.server
    }

    /// All tools, whatever the number of pages.
    pub(crate) async fn tools(&self) -> Result<ListToolsResult, Error> {
        whole_list(
            async |page| self.call("tools/list", self.peer().list_tools(page)).await,
            |list: &mut ListToolsResult| &mut list.next_cursor,
            |list, page| list.tools.extend(page.tools),
        )
        .await
    }

    /// All prompts, whatever the number of pages.
    pub(crate) async fn prompts(&self) -> Result<ListPromptsResult, Error> {
        whole_list(
            async |page| {
                self.call("prompts/list", self.peer().list_prompts(page))
                    .await
            },
            |list: &mut ListPromptsResult| &mut list.next_cursor,
            |list, page| list.prompts.extend(page.prompts),
        )
        .await
    }

    /// Calls a tool. A result with `isError` is a result.
    pub(crate) async fn call_tool(
        &self,
        name: &str,
        arguments: JsonObject,
    ) -> Result<CallToolResult, Error> {
        let step = format!("calling tool `{name}`");
        let params = CallToolRequestParams::new(name.to_owned()).with_arguments(arguments);
        let mut answer = self
            .call(&step, self.peer().call_tool_once(params.clone()))
            .await;
        if matches!(&answer, Err(Error::Rejected { code, .. }) if *code == ErrorCode::HEADER_MISMATCH.0)
        {
            // Some arguments must be repeated in headers (SEP-2243), and only the list tells which. The server
            // refused before it ran anything, so a second call is safe.
            self.tools().await?;
            answer = self.call(&step, self.peer().call_tool_once(params)).await;
        }
        match answer? {
            CallToolResponse::Complete(result) => Ok(result),
            CallToolResponse::InputRequired(_) => Err(needs_more(step, "more input")),
            _ => Err(needs_more(step, "to run the call as a task")),
        }
    }

    /// Gets a prompt, filled in with `arguments`.
    pub(crate) async fn prompt(
        &self,
        name: &str,
        arguments: JsonObject,
    ) -> Result<GetPromptResult, Error> {
        let step = format!("getting prompt `{name}`");
        let params = GetPromptRequestParams::new(name).with_arguments(arguments);
        match self
            .call(&step, self.peer().get_prompt_once(params))
            .await?
        {
            GetPromptResponse::Complete(result) => Ok(result),
            _ => Err(needs_more(step, "more input")),
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

    async fn call<T>(
        &self,
        step: &str,
        call: impl Future<Output = Result<T, ServiceError>>,
    ) -> Result<T, Error> {
        match timeout(self.target.timeout, call).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(self.diagnosis.of_call(step, error)),
            Err(_) => Err(self.diagnosis.of_silence(step)),
        }
    }
}

/// Who we say we are, and the version we offer where there is a handshake.
fn identity() -> ClientConfig {
    let program = Implementation::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    ClientConfig::new(ClientCapabilities::default(), program)
        .with_protocol_version(ProtocolVersion::LATEST_WITH_INITIALIZE)
}

fn lifecycle(protocol: Protocol) -> ClientLifecycleMode {
    let preferred_versions = vec![ProtocolVersion::LATEST];
    match protocol {
        Protocol::Auto => ClientLifecycleMode::Auto {
            preferred_versions,
            legacy_version: None,
        },
        Protocol::Legacy => ClientLifecycleMode::Initialize,
        Protocol::Modern => ClientLifecycleMode::Discover { preferred_versions },
    }
}

fn needs_more(step: String, what: &'static str) -> Error {
    Error::NeedsMore { step, what }
}
