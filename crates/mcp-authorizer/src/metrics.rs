//! CloudWatch metrics of decisions, as Embedded Metric Format lines: `Decisions` and `Duration`, by outcome.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

/// Where a metric line goes. On Lambda: standard output.
#[derive(Clone)]
pub struct MetricsSink(Arc<dyn Fn(&str) + Send + Sync>);

impl MetricsSink {
    /// Calls `write` with each line, without a line break.
    pub fn new(write: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(write))
    }

    /// Writes the metrics of one decision.
    pub(crate) fn decision(&self, outcome: &str, duration: Duration, now: Timestamp) {
        (self.0)(&line(outcome, duration, now));
    }
}

impl fmt::Debug for MetricsSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MetricsSink")
    }
}

fn line(outcome: &str, duration: Duration, now: Timestamp) -> String {
    json!({
        "_aws": {
            "Timestamp": now.as_millisecond(),
            "CloudWatchMetrics": [{
                "Namespace": "McpAuthorizer",
                "Dimensions": [["Outcome"]],
                "Metrics": [
                    { "Name": "Decisions", "Unit": "Count" },
                    { "Name": "Duration", "Unit": "Milliseconds" }
                ]
            }]
        },
        "Outcome": outcome,
        "Decisions": 1,
        "Duration": duration.as_secs_f64() * 1000.0,
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_declared_dimension_and_metric_has_a_value() {
        let now = Timestamp::from_second(1).unwrap();
        let line = line("allow", Duration::from_millis(3), now);
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        let declared = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(line["_aws"]["Timestamp"], 1000);
        assert_eq!(declared["Dimensions"], json!([["Outcome"]]));
        assert_eq!(line["Outcome"], "allow");
        let metrics = declared["Metrics"].as_array().unwrap();
        assert_eq!(metrics.len(), 2);
        for metric in metrics {
            assert!(
                line[metric["Name"].as_str().unwrap()].is_number(),
                "{metric}"
            );
        }
        assert_eq!(line["Duration"], 3.0);
    }
}
