//! The shield as a handler: every method of rmcp's trait, passed on through [`Shield::call`].

use std::borrow::Cow;
use std::sync::Arc;

use rmcp::model::*;
use rmcp::service::{NotificationContext, RequestContext, SubscriptionContext};
use rmcp::{ErrorData, RoleServer, ServerHandler};

use super::{Shield, is_modern, restrict};
use crate::caller::Caller;

type Context = RequestContext<RoleServer>;
type Answered<T> = Result<T, ErrorData>;

/// Methods that a client may call in either era, by the capability that offers them. One of these with parameters
/// that rmcp cannot read reaches `on_custom_request`.
fn offered(method: &str, capabilities: &ServerCapabilities) -> Option<bool> {
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
        InitializeResultMethod::VALUE | DiscoverRequestMethod::VALUE => Some(true),
        _ => None,
    }
}

// A method that rmcp adds must be passed on here too: clippy fails the build until it is.
#[deny(clippy::missing_trait_methods)]
#[expect(
    deprecated,
    reason = "legacy methods are passed on as long as rmcp has them"
)]
impl<H: ServerHandler> ServerHandler for Shield<H> {
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

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: Context,
    ) -> Answered<InitializeResult> {
        self.call(context, |inner: Arc<H>, context| async move {
            inner.initialize(request, context).await
        })
        .await
    }

    async fn discover(&self, context: Context) -> Answered<DiscoverResult> {
        self.call(context, |inner: Arc<H>, context| async move {
            inner.discover(context).await
        })
        .await
    }

    async fn ping(&self, context: Context) -> Answered<()> {
        self.call(context, |inner: Arc<H>, context| async move {
            inner.ping(context).await
        })
        .await
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: Context,
    ) -> Answered<ListToolsResult> {
        self.offers(
            ListToolsRequestMethod::VALUE,
            self.capabilities.tools.is_some(),
        )?;
        let caller = Caller::of(&context.extensions);
        self.call(context, move |inner: Arc<H>, context| async move {
            let mut list = inner.list_tools(request, context).await?;
            restrict(&caller, &mut list);
            Ok(list)
        })
        .await
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: Context,
    ) -> Answered<CallToolResponse> {
        self.offers(
            CallToolRequestMethod::VALUE,
            self.capabilities.tools.is_some(),
        )?;
        let name = request.name.clone();
        let record = super::Call::of(&context, &self.limits).record;
        if !Caller::of(&context.extensions).may_call(&name) {
            let message =
                format!("tool `{name}` is not allowed for this API key: see `tools/list`");
            return Err(ErrorData::invalid_params(message, None));
        }
        let answer = self
            .call(context, |inner: Arc<H>, context| async move {
                inner.call_tool(request, context).await
            })
            .await;
        // A name that the handler refused is text from the caller, and stays out of logs and metrics.
        if answer.is_ok() {
            record.note(|facts| facts.tool = Some(name.into_owned()));
        }
        answer
    }

    async fn list_prompts(
        &self,
        request: Option<PaginatedRequestParams>,
        context: Context,
    ) -> Answered<ListPromptsResult> {
        self.offers(
            ListPromptsRequestMethod::VALUE,
            self.capabilities.prompts.is_some(),
        )?;
        self.call(context, |inner: Arc<H>, context| async move {
            inner.list_prompts(request, context).await
        })
        .await
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: Context,
    ) -> Answered<GetPromptResponse> {
        self.offers(
            GetPromptRequestMethod::VALUE,
            self.capabilities.prompts.is_some(),
        )?;
        self.call(context, |inner: Arc<H>, context| async move {
            inner.get_prompt(request, context).await
        })
        .await
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        context: Context,
    ) -> Answered<ListResourcesResult> {
        self.offers(
            ListResourcesRequestMethod::VALUE,
            self.capabilities.resources.is_some(),
        )?;
        self.call(context, |inner: Arc<H>, context| async move {
            inner.list_resources(request, context).await
        })
        .await
    }

    async fn list_resource_templates(
        &self,
        request: Option<PaginatedRequestParams>,
        context: Context,
    ) -> Answered<ListResourceTemplatesResult> {
        self.offers(
            ListResourceTemplatesRequestMethod::VALUE,
            self.capabilities.resources.is_some(),
        )?;
        self.call(context, |inner: Arc<H>, context| async move {
            inner.list_resource_templates(request, context).await
        })
        .await
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: Context,
    ) -> Answered<ReadResourceResponse> {
        self.offers(
            ReadResourceRequestMethod::VALUE,
            self.capabilities.resources.is_some(),
        )?;
        self.call(context, |inner: Arc<H>, context| async move {
            inner.read_resource(request, context).await
        })
        .await
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        context: Context,
    ) -> Answered<CompleteResult> {
        self.offers(
            CompleteRequestMethod::VALUE,
            self.capabilities.completions.is_some(),
        )?;
        self.call(context, |inner: Arc<H>, context| async move {
            inner.complete(request, context).await
        })
        .await
    }

    async fn set_level(&self, request: SetLevelRequestParams, context: Context) -> Answered<()> {
        self.offers(
            SetLevelRequestMethod::VALUE,
            self.capabilities.logging.is_some(),
        )?;
        self.call(context, |inner: Arc<H>, context| async move {
            inner.set_level(request, context).await
        })
        .await
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        self.inner.accepted_subscription_filter(requested)
    }

    async fn listen(&self, context: SubscriptionContext) -> Answered<()> {
        // A stream ends with the invocation; that is its regular end, not a failure.
        match tokio::time::timeout(self.limits.tool_timeout, self.inner.listen(context)).await {
            Ok(ended) => ended,
            Err(_elapsed) => Ok(()),
        }
    }

    async fn subscribe(&self, request: SubscribeRequestParams, context: Context) -> Answered<()> {
        self.call(context, |inner: Arc<H>, context| async move {
            inner.subscribe(request, context).await
        })
        .await
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        context: Context,
    ) -> Answered<()> {
        self.call(context, |inner: Arc<H>, context| async move {
            inner.unsubscribe(request, context).await
        })
        .await
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        context: Context,
    ) -> Answered<CustomResult> {
        let removed = is_modern(&context) && request.method == InitializeResultMethod::VALUE;
        if !removed && offered(&request.method, &self.capabilities) == Some(true) {
            let message = format!(
                "invalid params for `{}`: a member is missing or has the wrong type",
                request.method
            );
            return Err(ErrorData::invalid_params(message, None));
        }
        self.call(context, |inner: Arc<H>, context| async move {
            inner.on_custom_request(request, context).await
        })
        .await
    }

    async fn get_task(&self, request: GetTaskParams, context: Context) -> Answered<GetTaskResult> {
        self.call(context, |inner: Arc<H>, context| async move {
            inner.get_task(request, context).await
        })
        .await
    }

    async fn update_task(&self, request: UpdateTaskParams, context: Context) -> Answered<()> {
        self.call(context, |inner: Arc<H>, context| async move {
            inner.update_task(request, context).await
        })
        .await
    }

    async fn cancel_task(&self, request: CancelTaskParams, context: Context) -> Answered<()> {
        self.call(context, |inner: Arc<H>, context| async move {
            inner.cancel_task(request, context).await
        })
        .await
    }

    async fn list_skills(
        &self,
        request: Option<PaginatedRequestParams>,
        context: Context,
    ) -> Answered<ListSkillsResult> {
        self.call(context, |inner: Arc<H>, context| async move {
            inner.list_skills(request, context).await
        })
        .await
    }

    async fn get_skill(
        &self,
        request: GetSkillRequestParams,
        context: Context,
    ) -> Answered<GetSkillResult> {
        self.call(context, |inner: Arc<H>, context| async move {
            inner.get_skill(request, context).await
        })
        .await
    }

    async fn read_resource_directory(
        &self,
        request: ReadResourceDirectoryRequestParams,
        context: Context,
    ) -> Answered<ListResourcesResult> {
        self.call(context, |inner: Arc<H>, context| async move {
            inner.read_resource_directory(request, context).await
        })
        .await
    }

    async fn on_cancelled(
        &self,
        notification: CancelledNotificationParam,
        context: NotificationContext<RoleServer>,
    ) {
        self.inner.on_cancelled(notification, context).await;
    }

    async fn on_progress(
        &self,
        notification: ProgressNotificationParam,
        context: NotificationContext<RoleServer>,
    ) {
        self.inner.on_progress(notification, context).await;
    }

    async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
        self.inner.on_initialized(context).await;
    }

    async fn on_roots_list_changed(&self, context: NotificationContext<RoleServer>) {
        self.inner.on_roots_list_changed(context).await;
    }

    async fn on_custom_notification(
        &self,
        notification: CustomNotification,
        context: NotificationContext<RoleServer>,
    ) {
        self.inner
            .on_custom_notification(notification, context)
            .await;
    }
}
