//! Tools that send notifications ahead of their result.
#![expect(
    deprecated,
    reason = "logging is on its way out of the protocol, and still in the suite"
)]

use rmcp::model::{
    LoggingLevel, LoggingMessageNotificationParam, ProgressNotificationParam, RequestMetaObject,
};
use rmcp::service::{Peer, RoleServer, ServiceError};
use rmcp::{ErrorData, tool, tool_router};
use serde_json::json;

use crate::fixture::Fixture;

#[tool_router(router = notifying_tools, vis = "pub(crate)")]
impl Fixture {
    /// Reports 0, 50 and 100 of 100, when the caller gave a progress token.
    #[tool]
    async fn test_tool_with_progress(
        &self,
        meta: RequestMetaObject,
        peer: Peer<RoleServer>,
    ) -> Result<String, ErrorData> {
        if let Some(token) = meta.get_progress_token() {
            for done in [0.0, 50.0, 100.0] {
                let report = ProgressNotificationParam::new(token.clone(), done).with_total(100.0);
                peer.notify_progress(report).await.map_err(undeliverable)?;
            }
        }
        Ok("done, and reported to whoever asked for progress".to_owned())
    }

    /// Logs three lines, for clients of the era in which a level was set once for all calls.
    #[tool]
    async fn test_tool_with_logging(
        &self,
        meta: RequestMetaObject,
        peer: Peer<RoleServer>,
    ) -> Result<String, ErrorData> {
        let lines: &[&str] = match meta.protocol_version() {
            None => &["started", "working", "done"],
            Some(_) => &[],
        };
        for line in lines {
            let message = LoggingMessageNotificationParam::new(LoggingLevel::Info, json!(line));
            peer.notify_logging_message(message)
                .await
                .map_err(undeliverable)?;
        }
        Ok("done, and logged".to_owned())
    }

    /// Logs one line, when the caller asked for log messages of that level.
    #[tool]
    async fn test_logging_tool(
        &self,
        meta: RequestMetaObject,
        peer: Peer<RoleServer>,
    ) -> Result<String, ErrorData> {
        if let Some(LoggingLevel::Debug | LoggingLevel::Info) = meta.log_level() {
            let line = json!("test_logging_tool was called");
            let message = LoggingMessageNotificationParam::new(LoggingLevel::Info, line);
            peer.notify_logging_message(message)
                .await
                .map_err(undeliverable)?;
        }
        Ok("done, and logged for whoever asked for log messages".to_owned())
    }
}

fn undeliverable(error: ServiceError) -> ErrorData {
    ErrorData::internal_error(format!("notification was not delivered: {error}"), None)
}
