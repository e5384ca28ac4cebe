//! CloudWatch metrics as lines of text, in the Embedded Metric Format: what Lambda finds on standard output becomes
//! metrics.
//!
//! A line has a level and a time as log lines have, by which Lambda's filter judges it: `INFO`, which a filter set to
//! `WARN` takes out. Any higher level would tell operators of a problem with every call.
//!
//! Every different value of a dimension is a metric that is billed, so none may come from a caller.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use api_keys::Timestamp;
use serde_json::{Number, Value, json};

/// Where a metric line goes. On Lambda: standard output.
#[derive(Clone)]
pub struct MetricsSink {
    write: Arc<dyn Fn(&str) + Send + Sync>,
    stack: Option<Arc<str>>,
}

impl MetricsSink {
    /// Calls `write` with each line, without a line break.
    pub fn new(write: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self {
            write: Arc::new(write),
            stack: None,
        }
    }

    /// Tells deployments apart: every line gets the first dimension `Stack`, if there is a name.
    #[must_use]
    pub fn with_stack(mut self, name: Option<&str>) -> Self {
        self.stack = name.map(Into::into);
        self
    }

    /// Writes one line.
    pub fn write(&self, line: &Line<'_>) {
        let stack = self.stack.as_deref().map(|name| ("Stack", name));
        let dimensions: Vec<_> = stack
            .into_iter()
            .chain(line.dimensions.iter().copied())
            .collect();
        let line = Line {
            dimensions: &dimensions,
            ..line.clone()
        };
        (self.write)(&line.to_string());
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
            "level": "INFO",
            "timestamp": Timestamp::try_from(self.at).unwrap_or_default().to_string(),
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
        })
        .with_stack(Some("staging"));
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
                r#"{"Calls":1,"Duration":3.5,"Outcome":"ok","Stack":"staging","Tool":"ping","_aws":{"CloudWatchMetrics":["#,
                r#"{"Dimensions":[["Stack","Tool","Outcome"]],"Metrics":[{"Name":"Calls","Unit":"Count"},"#,
                r#"{"Name":"Duration","Unit":"Milliseconds"}],"Namespace":"Here"}],"Timestamp":1000},"#,
                r#""level":"INFO","timestamp":"1970-01-01T00:00:01Z"}"#
            )
        );
    }
}
