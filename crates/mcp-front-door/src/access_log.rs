//! One line per request: what was asked, by whom, how it ended. Never an argument, a result, a header or a key.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use http::StatusCode;

use lambda_program::emf::MetricsSink;

use crate::metrics;

/// The target of the access log's lines, whatever the crates are called: a program's filter lets it through by name.
pub const TARGET: &str = "mcp::access";

/// How a request ended, as one word in logs and metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Ok,
    /// A tool ran and answered with an error.
    ToolError,
    /// A JSON-RPC error, with its code.
    RpcError(i32),
    /// The deadline passed.
    Deadline,
    /// The handler panicked.
    Panic,
    /// The result was larger than the limit.
    TooLarge,
    /// The client went away.
    Cancelled,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::ToolError => "tool_error",
            Self::RpcError(_) => "rpc_error",
            Self::Deadline => "deadline",
            Self::Panic => "panic",
            Self::TooLarge => "too_large",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What becomes known of a request on its way, noted by whoever learns it.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) method: Option<&'static str>,
    pub(crate) tool: Option<String>,
    pub(crate) era: Option<&'static str>,
    pub(crate) client: Option<String>,
    pub(crate) key_id: Option<String>,
    pub(crate) traceparent: Option<String>,
    pub(crate) aws_trace: Option<String>,
    pub(crate) aws_request_id: Option<String>,
    pub(crate) outcome: Option<Outcome>,
}

/// The shared notes on one request, named by its correlation id.
#[derive(Debug)]
pub(crate) struct Record {
    /// Names the request in logs, in errors and in the `x-request-id` header.
    pub(crate) id: String,
    facts: Mutex<Facts>,
}

impl Record {
    pub(crate) fn new(id: String) -> Arc<Self> {
        Arc::new(Self {
            id,
            facts: Mutex::default(),
        })
    }

    /// Whether somebody noted how the request ended.
    pub(crate) fn is_judged(&self) -> bool {
        let facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        facts.outcome.is_some()
    }

    /// Adds to what is known.
    pub(crate) fn note(&self, update: impl FnOnce(&mut Facts)) {
        update(&mut self.facts.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// One exchange. Its line is written when it is dropped, so a client that goes away is logged as well.
#[derive(Debug)]
pub(crate) struct Exchange {
    record: Arc<Record>,
    started: Instant,
    status: Option<StatusCode>,
    metrics: Option<MetricsSink>,
}

impl Exchange {
    pub(crate) fn start(record: Arc<Record>, metrics: Option<MetricsSink>) -> Self {
        Self {
            record,
            started: Instant::now(),
            status: None,
            metrics,
        }
    }

    /// Notes the status on its way to the client.
    pub(crate) fn answered(&mut self, status: StatusCode) {
        self.status = Some(status);
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let duration = self.started.elapsed();
        self.record.note(|facts| {
            let outcome = match (facts.outcome, self.status) {
                (Some(outcome), _) => outcome,
                (None, None) => Outcome::Cancelled,
                (None, Some(_)) => Outcome::Ok,
            };
            let code = match outcome {
                Outcome::RpcError(code) => Some(code),
                _ => None,
            };
            tracing::info!(
                target: TARGET,
                {
                    mcp.method = facts.method,
                    mcp.tool.name = facts.tool.as_deref(),
                    mcp.era = facts.era,
                    mcp.client.name = facts.client.as_deref(),
                    auth.key_id = facts.key_id.as_deref(),
                    http.status_code = self.status.map(|status| status.as_u16()),
                    outcome = outcome.name(),
                    rpc.error_code = code,
                    duration_ms = duration.as_secs_f64() * 1000.0,
                    request_id = self.record.id,
                    aws.request_id = facts.aws_request_id.as_deref(),
                    aws.trace_id = facts.aws_trace.as_deref(),
                    traceparent = facts.traceparent.as_deref(),
                },
                "request served"
            );
            if let (Some(sink), Some("tools/call")) = (&self.metrics, facts.method) {
                let tool = facts.tool.as_deref().unwrap_or("unknown");
                metrics::tool_call(sink, tool, outcome.name(), duration);
            }
        });
    }
}

/// Text from a client, made fit for a log line: no control characters, at most `limit` characters.
pub(crate) fn printable(text: &str, limit: usize) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .take(limit)
        .collect()
}

/// The text, when it has the form of a W3C `traceparent`, version 00.
pub(crate) fn traceparent(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let hex = parts
        .concat()
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (lengths == [2, 32, 16, 2] && hex).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_well_formed_traceparent_is_logged() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(traceparent(good).as_deref(), Some(good));
        for bad in [
            "",
            "00-1-2-01",
            &good.to_uppercase(),
            &format!("{good}-00"),
            &good.replace('0', "g"),
        ] {
            assert_eq!(traceparent(bad), None, "{bad}");
        }
    }

    #[test]
    fn client_text_is_cut_and_cleaned() {
        assert_eq!(printable("a\nb\u{1b}[31mc", 5), "ab[31");
    }
}
