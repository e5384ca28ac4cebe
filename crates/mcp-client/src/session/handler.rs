//! What a server says while a call runs.

#![expect(deprecated, reason = "servers of the older era send log messages")]

use rmcp::handler::client::ClientHandler;
use rmcp::model::{
    ClientCapabilities, ClientConfig, ElicitRequestParams, ElicitResult, ElicitationCapability,
    ErrorData, FormElicitationCapability, Implementation, LoggingMessageNotificationParam,
    ProgressNotificationParam, ProtocolVersion, UrlElicitationCapability,
};
use rmcp::service::{NotificationContext, RequestContext, RoleClient};

use super::activity::Activity;
use super::elicitation;
use crate::console::Console;

/// Shows progress and log messages, and asks the user what a server wants to know.
#[derive(Debug, Clone)]
pub(super) struct Handler {
    pub(super) console: Console,
    pub(super) activity: Activity,
}

impl ClientHandler for Handler {
    /// Who we say we are, the version we offer where there is a handshake, and whether somebody can be asked.
    fn get_info(&self) -> ClientConfig {
        let program = Implementation::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
        let mut capabilities = ClientCapabilities::default();
        // Where nobody can be asked a question is refused and the call fails, which says more than a tool that a
        // server hides for want of the capability.
        let elicitation = ElicitationCapability::new();
        let elicitation = elicitation.with_form(FormElicitationCapability::default());
        capabilities.elicitation = Some(elicitation.with_url(UrlElicitationCapability::default()));
        ClientConfig::new(capabilities, program)
            .with_protocol_version(ProtocolVersion::LATEST_WITH_INITIALIZE)
    }

    async fn create_elicitation(
        &self,
        request: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        if !self.console.interactive {
            self.activity.question_refused();
            return Err(ErrorData::invalid_request("nobody can be asked here", None));
        }
        self.activity.question_asked();
        let request = serde_json::to_value(request).unwrap_or_default();
        let answer = elicitation::ask(&self.console, request).await;
        self.activity.question_answered();
        Ok(answer)
    }

    async fn on_progress(
        &self,
        progress: ProgressNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        self.activity.sign_of_life();
        let text = progress_text(&progress);
        match self.console.aside.is_terminal() {
            true => self.console.aside.transient(&text),
            false if self.console.remarks => self.console.aside.line(&text),
            false => {}
        }
    }

    async fn on_logging_message(
        &self,
        message: LoggingMessageNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        let level = serde_json::to_value(message.level).unwrap_or_default();
        let level = level.as_str().unwrap_or_default();
        let logger = message
            .logger
            .as_deref()
            .map(|logger| format!(" {logger}:"));
        let text = match message.data.as_str() {
            Some(text) => text.to_owned(),
            None => message.data.to_string(),
        };
        let logger = logger.unwrap_or_default();
        self.console
            .detail(&format!("server {level}:{logger} {text}"));
    }
}

const BAR: usize = 24;

/// `[######------------------]  25 %  message`, or the number where nobody knows how much it is going to be.
fn progress_text(progress: &ProgressNotificationParam) -> String {
    let message = progress.message.as_deref().unwrap_or_default();
    // It has one line, which the next one replaces.
    let message = message.replace(['\n', '\r'], " ");
    let line = match progress.total {
        Some(total) if total > 0.0 => {
            let part = (progress.progress / total).clamp(0.0, 1.0);
            let full = (part * BAR as f64).round() as usize;
            let (full, empty) = ("#".repeat(full), "-".repeat(BAR - full));
            format!("[{full}{empty}] {:3.0} %  {message}", part * 100.0)
        }
        _ => format!("progress {}  {message}", progress.progress),
    };
    line.trim_end().to_owned()
}
