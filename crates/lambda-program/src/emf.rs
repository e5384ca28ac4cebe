//! CloudWatch metrics as lines of text, in the Embedded Metric Format: what Lambda finds on standard output becomes
//! metrics.
//!
//! Every different value of a dimension is a metric that is billed, so none may come from a caller.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Number, Value, json};

/// Where a metric line goes. On Lambda: standard output.
#[derive(Clone)]
pub struct MetricsSink(Arc<dyn Fn(&str) + Send + Sync>);

impl MetricsSink {
    /// Calls `write` with each line, without a line break.
    pub fn new(write: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(write))
    }

    /// Writes one line.
    pub fn write(&self, line: &Line<'_>) {
        (self.0)(&line.to_string());
    }
}

impl fmt::Debug for MetricsSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MetricsSink")
    }
}

/// Metrics of one moment that share their dimensions. Displays as one line of JSON.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    /// What the metrics belong to.
    pub namespace: &'a str,
    /// When they were measured.
    pub at: SystemTime,
    /// Names and values: one set of dimensions.
    pub dimensions: &'a [(&'a str, &'a str)],
    /// What was measured.
    pub metrics: &'a [Metric<'a>],
}

/// One measured value.
#[derive(Debug, Clone)]
pub struct Metric<'a> {
    name: &'a str,
    unit: &'static str,
    value: Value,
}

impl<'a> Metric<'a> {
    /// A number of things.
    #[must_use]
    pub fn count(name: &'a str, count: u64) -> Self {
        Self {
            name,
            unit: "Count",
            value: count.into(),
        }
    }

    /// A time, in milliseconds.
    #[must_use]
    pub fn milliseconds(name: &'a str, time: Duration) -> Self {
        let milliseconds = Number::from_f64(time.as_secs_f64() * 1000.0);
        Self {
            name,
            unit: "Milliseconds",
            value: milliseconds.map_or(Value::Null, Value::Number),
        }
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = self.at.duration_since(UNIX_EPOCH).unwrap_or_default();
        let names: Vec<&str> = self.dimensions.iter().map(|(name, _)| *name).collect();
        let declared: Vec<Value> = self
            .metrics
            .iter()
            .map(|metric| json!({ "Name": metric.name, "Unit": metric.unit }))
            .collect();
        let mut line = json!({
            "_aws": {
                "Timestamp": u64::try_from(milliseconds.as_millis()).unwrap_or(u64::MAX),
                "CloudWatchMetrics": [{
                    "Namespace": self.namespace,
                    "Dimensions": [names],
                    "Metrics": declared
                }]
            }
        });
        if let Value::Object(fields) = &mut line {
            let dimensions = self.dimensions.iter();
            fields.extend(dimensions.map(|(name, value)| ((*name).to_owned(), (*value).into())));
            let metrics = self.metrics.iter();
            fields.extend(metrics.map(|metric| (metric.name.to_owned(), metric.value.clone())));
        }
        line.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn every_declared_dimension_and_metric_has_a_value() {
        let written = Arc::new(Mutex::new(String::new()));
        let sink = MetricsSink::new({
            let written = Arc::clone(&written);
            move |line| written.lock().unwrap().push_str(line)
        });
        sink.write(&Line {
            namespace: "Here",
            at: UNIX_EPOCH + Duration::from_secs(1),
            dimensions: &[("Tool", "ping"), ("Outcome", "ok")],
            metrics: &[
                Metric::count("Calls", 1),
                Metric::milliseconds("Duration", Duration::from_micros(3_500)),
            ],
        });
        assert_eq!(
            *written.lock().unwrap(),
            concat!(
                r#"{"Calls":1,"Duration":3.5,"Outcome":"ok","Tool":"ping","_aws":{"CloudWatchMetrics":["#,
                r#"{"Dimensions":[["Tool","Outcome"]],"Metrics":[{"Name":"Calls","Unit":"Count"},"#,
                r#"{"Name":"Duration","Unit":"Milliseconds"}],"Namespace":"Here"}],"Timestamp":1000}}"#
            )
        );
    }
}
