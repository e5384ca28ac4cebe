//! CloudWatch metrics of tool calls.
//!
//! Two metrics, `Calls` and `Duration`, by tool and outcome. A tool's name is a dimension only when the handler
//! knows the tool, so that a caller cannot create dimensions, which are billed.

use std::time::{Duration, SystemTime};

use lambda_program::emf::{Line, Metric, MetricsSink};

/// Writes the metrics of one tool call.
pub(crate) fn tool_call(sink: &MetricsSink, tool: &str, outcome: &str, duration: Duration) {
    sink.write(&Line {
        namespace: "McpServer",
        at: SystemTime::now(),
        dimensions: &[("Tool", tool), ("Outcome", outcome)],
        metrics: &[
            Metric::count("Calls", 1),
            Metric::milliseconds("Duration", duration),
        ],
    });
}
