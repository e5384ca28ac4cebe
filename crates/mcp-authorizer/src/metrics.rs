//! CloudWatch metrics of decisions: `Decisions` and `Duration`, by outcome.

use std::time::Duration;

use jiff::Timestamp;
use lambda_program::emf::{Line, Metric, MetricsSink};

/// Writes the metrics of one decision.
pub(crate) fn decision(sink: &MetricsSink, outcome: &str, duration: Duration, now: Timestamp) {
    sink.write(&Line {
        namespace: "McpAuthorizer",
        at: now.into(),
        dimensions: &[("Outcome", outcome)],
        metrics: &[
            Metric::count("Decisions", 1),
            Metric::milliseconds("Duration", duration),
        ],
    });
}
