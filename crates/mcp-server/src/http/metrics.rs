//! CloudWatch metrics of tool calls, as Embedded Metric Format lines.
//!
//! Two metrics, `Calls` and `Duration`, by tool and outcome. A tool's name is a dimension only when the handler
//! knows the tool, so that a caller cannot create dimensions, which are billed.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;

/// Where a metric line goes. On Lambda: standard output.
#[derive(Clone)]
pub struct MetricsSink(Arc<dyn Fn(&str) + Send + Sync>);

impl MetricsSink {
    /// Calls `write` with each line, without a line break.
    pub fn new(write: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(write))
    }

    /// Writes the metrics of one tool call.
    pub(crate) fn tool_call(&self, tool: &str, outcome: &str, duration: Duration) {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        (self.0)(&line(tool, outcome, duration, now));
    }
}

impl fmt::Debug for MetricsSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MetricsSink")
    }
}

fn line(tool: &str, outcome: &str, duration: Duration, now: Duration) -> String {
    json!({
        "_aws": {
            "Timestamp": u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
            "CloudWatchMetrics": [{
                "Namespace": "McpServer",
                "Dimensions": [["Tool", "Outcome"]],
                "Metrics": [
                    { "Name": "Calls", "Unit": "Count" },
                    { "Name": "Duration", "Unit": "Milliseconds" }
                ]
            }]
        },
        "Tool": tool,
        "Outcome": outcome,
        "Calls": 1,
        "Duration": duration.as_secs_f64() * 1000.0,
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_declared_dimension_and_metric_has_a_value() {
        let line = line(
            "ping",
            "ok",
            Duration::from_millis(3),
            Duration::from_secs(1),
        );
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        let declared = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(line["_aws"]["Timestamp"], 1000);
        for dimension in declared["Dimensions"][0].as_array().unwrap() {
            assert!(line[dimension.as_str().unwrap()].is_string(), "{dimension}");
        }
        for metric in declared["Metrics"].as_array().unwrap() {
            assert!(
                line[metric["Name"].as_str().unwrap()].is_number(),
                "{metric}"
            );
        }
        assert_eq!(line["Duration"], 3.0);
    }
}
