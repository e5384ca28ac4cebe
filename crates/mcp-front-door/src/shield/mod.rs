//! Around the handler: what every method of any handler gets, whoever wrote it.
//!
//! * A deadline, and containment of panics: the caller always gets an answer.
//! * The caller's allow-list, on `tools/list` and `tools/call`.
//! * The bound on the size of a result.
//! * In the modern era, `serverInfo` on every result (MCP 2026-07-28, basic, "_meta").
//! * `-32601` for what the server does not advertise, `-32602` for a known method with malformed parameters.

mod handler;
mod results;

use std::sync::Arc;
use std::time::Duration;

use rmcp::model::{
    CacheScope, ErrorCode, ListToolsResult, MetaObject, ProtocolVersion, ServerCapabilities,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::Value;

use self::handler::offered;
use self::results::Answer;
use crate::access_log::{Outcome, Record};
use crate::caller::Caller;
use crate::config::{Frontend, HttpConfig, Limits, SettingNames};
use crate::limits::{JsonSize, LAMBDA_BYTES, json_size};
use lambda_program::panics::contain;

/// Where `serverInfo` stands in a result's `_meta`.
const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

/// What the endpoint tells the shield about one call, through the request's extensions.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// How long the handler may take.
    pub(crate) time_limit: Duration,
    /// Where the outcome is noted.
    pub(crate) record: Arc<Record>,
}

impl Call {
    fn of(context: &RequestContext<RoleServer>, limits: &Limits) -> Self {
        context
            .extensions
            .get::<http::request::Parts>()
            .and_then(|parts| parts.extensions.get::<Self>())
            .cloned()
            .unwrap_or_else(|| Self {
                time_limit: limits.tool_timeout,
                record: Record::new(String::new()),
            })
    }
}

/// Why the handler gave no answer of its own. The message is for the caller.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("timed out: no answer within {} ms ({setting}, or what is left of the invocation)", .limit.as_millis())]
    Deadline {
        limit: Duration,
        setting: &'static str,
    },
    #[error("internal error; it is logged with the id {0}")]
    Panic(String),
    #[error("cancelled: the client went away")]
    Cancelled,
    #[error("result too large: {size} bytes, the limit is {limit} bytes ({setting}); ask for less")]
    TooLarge {
        size: usize,
        limit: usize,
        setting: &'static str,
    },
    #[error(
        "result too large: {size} bytes as Lambda carries it, with quotes and backslashes escaped again; \
         the limit is {LAMBDA_BYTES} bytes; ask for less"
    )]
    TooLargeForLambda { size: usize },
}

impl Failure {
    fn outcome(&self) -> Outcome {
        match self {
            Self::Deadline { .. } => Outcome::Deadline,
            Self::Panic(_) => Outcome::Panic,
            Self::Cancelled => Outcome::Cancelled,
            Self::TooLarge { .. } | Self::TooLargeForLambda { .. } => Outcome::TooLarge,
        }
    }
}

impl From<Failure> for ErrorData {
    fn from(failure: Failure) -> Self {
        Self::internal_error(failure.to_string(), None)
    }
}

/// A handler with the front door's promises around it.
pub(crate) struct Shield<H> {
    inner: Arc<H>,
    limits: Limits,
    names: SettingNames,
    frontend: Frontend,
    capabilities: ServerCapabilities,
    server_info: Value,
}

impl<H: ServerHandler> Shield<H> {
    pub(crate) fn new(inner: H, config: &HttpConfig) -> Self {
        let info = inner.get_info();
        Self {
            inner: Arc::new(inner),
            limits: config.limits,
            names: config.names,
            frontend: config.frontend,
            capabilities: info.capabilities,
            // Strings and plain values always serialise.
            server_info: serde_json::to_value(info.server_info).unwrap_or_default(),
        }
    }

    /// Calls the handler for a request of `method`, unless the server does not offer that, and finishes the answer:
    /// identity, size, outcome.
    async fn call<T, F, Fut>(
        &self,
        method: &'static str,
        context: RequestContext<RoleServer>,
        handle: F,
    ) -> Result<T, ErrorData>
    where
        T: Answer,
        F: FnOnce(Arc<H>, RequestContext<RoleServer>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, ErrorData>> + Send,
    {
        if offered(method, &self.capabilities) == Some(false) {
            return Err(ErrorData::new(ErrorCode::METHOD_NOT_FOUND, method, None));
        }
        let call = Call::of(&context, &self.limits);
        let stamped = is_modern(&context);
        // The caller chooses it, and the answer repeats it.
        let id = json_size(&context.id);
        let answer = match self.run(&call, context, handle).await {
            Ok(Ok(mut answer)) => {
                if stamped {
                    self.stamp(&mut answer);
                }
                self.check_size(answer.size(), id).map(|()| answer)
            }
            Ok(Err(error)) => match self.check_size(json_size(&error), id) {
                Ok(()) => {
                    call.record
                        .note(|facts| facts.outcome = Some(Outcome::RpcError(error.code.0)));
                    return Err(error);
                }
                Err(failure) => Err(failure),
            },
            Err(failure) => Err(failure),
        };
        let outcome = match &answer {
            Ok(answer) => answer.outcome(),
            Err(failure) => failure.outcome(),
        };
        call.record.note(|facts| facts.outcome = Some(outcome));
        answer.or_else(|failure| {
            let mut answer = T::failed(failure)?;
            if stamped {
                self.stamp(&mut answer);
            }
            Ok(answer)
        })
    }

    /// Runs the handler in a task of its own, so that even one that blocks its thread cannot hold the answer back.
    async fn run<T, F, Fut>(
        &self,
        call: &Call,
        context: RequestContext<RoleServer>,
        handle: F,
    ) -> Result<Result<T, ErrorData>, Failure>
    where
        T: Answer,
        F: FnOnce(Arc<H>, RequestContext<RoleServer>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, ErrorData>> + Send,
    {
        let cancelled = context.ct.clone();
        let inner = Arc::clone(&self.inner);
        let mut task = AbortOnDrop(tokio::spawn(contain(async move {
            handle(inner, context).await
        })));
        tokio::select! {
            biased;
            finished = &mut task.0 => match finished {
                Ok(Ok(answer)) => Ok(answer),
                Ok(Err(panicked)) => {
                    tracing::error!(
                        request_id = call.record.id,
                        panic.location = panicked.location.as_deref().unwrap_or("unknown"),
                        "a handler panicked"
                    );
                    Err(Failure::Panic(call.record.id.clone()))
                }
                Err(_aborted) => Err(Failure::Cancelled),
            },
            () = cancelled.cancelled() => Err(Failure::Cancelled),
            () = tokio::time::sleep(call.time_limit) => {
                // Work that the handler moved elsewhere hears of it too.
                cancelled.cancel();
                Err(Failure::Deadline {
                    limit: call.time_limit,
                    setting: self.names.tool_timeout,
                })
            }
        }
    }

    /// Whether a result or an error reaches the caller, together with the request's id.
    fn check_size(&self, answer: JsonSize, id: JsonSize) -> Result<(), Failure> {
        let limit = self.limits.response_bytes;
        if answer.bytes > limit {
            return Err(Failure::TooLarge {
                size: answer.bytes,
                limit,
                setting: self.names.response_bytes,
            });
        }
        let size = answer.as_string.saturating_add(id.as_string);
        if self.frontend == Frontend::LambdaWebAdapter && size > LAMBDA_BYTES {
            return Err(Failure::TooLargeForLambda { size });
        }
        Ok(())
    }

    fn stamp<T: Answer>(&self, answer: &mut T) {
        if let Some(meta) = answer.meta_mut() {
            meta.get_or_insert_with(MetaObject::default)
                .insert(SERVER_INFO.to_owned(), self.server_info.clone());
        }
    }
}

/// Leaves the tools that the caller may call, and keeps shared caches from handing the list to others.
fn restrict(caller: &Caller, list: &mut ListToolsResult) {
    if caller.is_restricted() {
        list.tools.retain(|tool| caller.may_call(&tool.name));
        list.cache_scope = Some(CacheScope::Private);
    }
}

/// Whether the request speaks 2026-07-28 or later: versions are dates, and compare as text.
fn is_modern(context: &RequestContext<RoleServer>) -> bool {
    context
        .protocol_version()
        .is_some_and(|version| version.as_str() >= ProtocolVersion::V_2026_07_28.as_str())
}

/// A task that does not outlive the request that waits for it.
struct AbortOnDrop<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
