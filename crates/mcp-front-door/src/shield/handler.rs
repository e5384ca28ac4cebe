//! The shield as a handler: every method of rmcp's trait, passed on through [`Shield::call`].

use std::borrow::Cow;
use std::sync::Arc;

use rmcp::model::*;
use rmcp::service::{NotificationContext, RequestContext, SubscriptionContext};
use rmcp::{ErrorData, RoleServer, ServerHandler};

use super::{Call, Shield, is_modern, restrict};
use crate::caller::Caller;

type Context = RequestContext<RoleServer>;
type Answered<T> = Result<T, ErrorData>;

/// Whether the server offers a method that a client may call, by its capabilities; `None` for a method that no
/// capability stands for.
pub(super) fn offered(method: &str, capabilities: &ServerCapabilities) -> Option<bool> {
    match method {
        CallToolRequestMethod::VALUE | ListToolsRequestMethod::VALUE => {
            Some(capabilities.tools.is_some())
        }
        GetPromptRequestMethod::VALUE | ListPromptsRequestMethod::VALUE => {
            Some(capabilities.prompts.is_some())
        }
        ReadResourceRequestMethod::VALUE
        | ListResourcesRequestMethod::VALUE
        | ListResourceTemplatesRequestMethod::VALUE => Some(capabilities.resources.is_some()),
        CompleteRequestMethod::VALUE => Some(capabilities.completions.is_some()),
        SetLevelRequestMethod::VALUE => Some(capabilities.logging.is_some()),
        InitializeResultMethod::VALUE | DiscoverRequestMethod::VALUE => Some(true),
        _ => None,
    }
}

/// Methods that 2026-07-28 took out.
fn is_removed(method: &str) -> bool {
    matches!(
        method,
        InitializeResultMethod::VALUE | SetLevelRequestMethod::VALUE
    )
}

/// Requests that are passed on as they are: each method of rmcp's trait, its result, and its name on the wire.
macro_rules! requests {
    ($($name:ident($($request:ident: $params:ty)?) -> $answer:ty: $method:ident;)*) => {$(
        async fn $name(&self, $($request: $params,)? context: Context) -> Answered<$answer> {
            self.call($method::VALUE, context, |inner: Arc<H>, context| async move {
                inner.$name($($request,)? context).await
            })
            .await
        }
    )*};
}

/// Notifications, which are passed on and have no answer.
macro_rules! notifications {
    ($($name:ident($($notification:ident: $params:ty)?);)*) => {$(
        async fn $name(
            &self,
            $($notification: $params,)?
            context: NotificationContext<RoleServer>,
        ) {
            self.inner.$name($($notification,)? context).await;
        }
    )*};
}

// A method that rmcp adds must be passed on here too: clippy fails the build until it is.
#[deny(clippy::missing_trait_methods)]
#[expect(
    deprecated,
    reason = "legacy methods are passed on as long as rmcp has them"
)]
impl<H: ServerHandler> ServerHandler for Shield<H> {
    requests! {
        initialize(request: InitializeRequestParams) -> InitializeResult: InitializeResultMethod;
        discover() -> DiscoverResult: DiscoverRequestMethod;
        ping() -> (): PingRequestMethod;
        complete(request: CompleteRequestParams) -> CompleteResult: CompleteRequestMethod;
        set_level(request: SetLevelRequestParams) -> (): SetLevelRequestMethod;
        get_prompt(request: GetPromptRequestParams) -> GetPromptResponse: GetPromptRequestMethod;
        list_prompts(request: Option<PaginatedRequestParams>) -> ListPromptsResult: ListPromptsRequestMethod;
        list_resources(request: Option<PaginatedRequestParams>) -> ListResourcesResult: ListResourcesRequestMethod;
        list_resource_templates(request: Option<PaginatedRequestParams>) -> ListResourceTemplatesResult: ListResourceTemplatesRequestMethod;
        read_resource(request: ReadResourceRequestParams) -> ReadResourceResponse: ReadResourceRequestMethod;
        read_resource_directory(request: ReadResourceDirectoryRequestParams) -> ListResourcesResult: ReadResourceDirectoryRequestMethod;
        subscribe(request: SubscribeRequestParams) -> (): SubscribeRequestMethod;
        unsubscribe(request: UnsubscribeRequestParams) -> (): UnsubscribeRequestMethod;
        get_task(request: GetTaskParams) -> GetTaskResult: GetTaskMethod;
        update_task(request: UpdateTaskParams) -> (): UpdateTaskMethod;
        cancel_task(request: CancelTaskParams) -> (): CancelTaskMethod;
        list_skills(request: Option<PaginatedRequestParams>) -> ListSkillsResult: ListSkillsRequestMethod;
        get_skill(request: GetSkillRequestParams) -> GetSkillResult: GetSkillRequestMethod;
    }

    notifications! {
        on_cancelled(notification: CancelledNotificationParam);
        on_progress(notification: ProgressNotificationParam);
        on_initialized();
        on_roots_list_changed();
        on_custom_notification(notification: CustomNotification);
    }

    fn get_info(&self) -> ServerConfig {
        self.inner.get_info()
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        self.inner.supported_protocol_versions()
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.inner.get_tool(name)
    }

    fn negotiate_initialize(
        &self,
        request: &InitializeRequestParams,
    ) -> Answered<InitializeResult> {
        self.inner.negotiate_initialize(request)
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        self.inner.accepted_subscription_filter(requested)
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: Context,
    ) -> Answered<ListToolsResult> {
        let caller = Caller::of(&context.extensions);
        let list = move |inner: Arc<H>, context| async move {
            let mut list = inner.list_tools(request, context).await?;
            restrict(&caller, &mut list);
            Ok(list)
        };
        self.call(ListToolsRequestMethod::VALUE, context, list)
            .await
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: Context,
    ) -> Answered<CallToolResponse> {
        let name = request.name.clone();
        let record = Call::of(&context, &self.limits).record;
        let caller = Caller::of(&context.extensions);
        let call = move |inner: Arc<H>, context| async move {
            if !caller.may_call(&request.name) {
                let message = format!(
                    "tool `{}` is not allowed for this API key: see `tools/list`",
                    request.name
                );
                return Err(ErrorData::invalid_params(message, None));
            }
            inner.call_tool(request, context).await
        };
        let answer = self.call(CallToolRequestMethod::VALUE, context, call).await;
        // A name that the handler refused is text from the caller, and stays out of logs and metrics.
        if answer.is_ok() {
            record.note(|facts| facts.tool = Some(name.into_owned()));
        }
        answer
    }

    async fn listen(&self, context: SubscriptionContext) -> Answered<()> {
        // A stream ends with the invocation; that is its regular end, not a failure.
        match tokio::time::timeout(self.limits.tool_timeout, self.inner.listen(context)).await {
            Ok(ended) => ended,
            Err(_elapsed) => Ok(()),
        }
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        context: Context,
    ) -> Answered<CustomResult> {
        // rmcp takes a known method with parameters that it cannot read for an unknown one.
        let removed = is_modern(&context) && is_removed(&request.method);
        if !removed && offered(&request.method, &self.capabilities) == Some(true) {
            let message = format!(
                "invalid params for `{}`: a member is missing or has the wrong type",
                request.method
            );
            return Err(ErrorData::invalid_params(message, None));
        }
        self.call("", context, |inner: Arc<H>, context| async move {
            inner.on_custom_request(request, context).await
        })
        .await
    }
}
