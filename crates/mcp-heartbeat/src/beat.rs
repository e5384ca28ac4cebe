//! One invocation: read the key, run the smoke test once, say what came of it.

use std::time::{Duration, Instant, SystemTime};

use lambda_program::emf::{Line, Metric, MetricsSink};
use lambda_program::panics;
use lambda_runtime::{Diagnostic, LambdaEvent};
use mcp_client::{Failure, SmokeTest};
use serde::de::IgnoredAny;

use crate::key::{KeySecret, NoKey};

/// An endpoint, and what it is tested with.
#[derive(Debug)]
pub struct Heartbeat {
    /// Where the key is.
    pub key: KeySecret,
    /// URL of the MCP endpoint.
    pub endpoint: String,
    /// How long the smoke test may take.
    pub patience: Duration,
    /// Where metrics go, if anywhere.
    pub metrics: Option<MetricsSink>,
}

/// The endpoint does not work, or nobody knows. Lambda is told this text; what failed is in our log.
#[derive(Debug, thiserror::Error)]
pub enum Missed {
    /// There is no key to ask with.
    #[error("there is no key")]
    NoKey(#[from] NoKey),
    /// The smoke test failed.
    #[error("the smoke test failed: {}", .0.kind)]
    Failed(#[from] Failure),
    /// A fault in this program.
    #[error("internal error")]
    Panicked,
}

impl Heartbeat {
    /// Tests the endpoint once. What the schedule sends along does not matter.
    ///
    /// # Errors
    /// When the endpoint does not work, or that cannot be known.
    pub async fn beat(&self, event: LambdaEvent<IgnoredAny>) -> Result<(), Missed> {
        let (started, at) = (Instant::now(), SystemTime::now());
        let outcome = match panics::contain(self.test()).await {
            Ok(outcome) => outcome,
            Err(panicked) => {
                let location = panicked.location.as_deref().unwrap_or("unknown");
                tracing::error!(panic.location = location, "panicked");
                Err(Missed::Panicked)
            }
        };
        let duration = started.elapsed();
        log(&outcome, duration, &event.context.request_id);
        if let Some(sink) = &self.metrics {
            measure(sink, outcome.is_ok(), at, duration);
        }
        outcome
    }

    async fn test(&self) -> Result<(), Missed> {
        let key = self.key.read().await?;
        let test = SmokeTest::new(&self.endpoint, &key, self.patience)?;
        Ok(test.run().await?)
    }
}

fn measure(sink: &MetricsSink, ok: bool, at: SystemTime, duration: Duration) {
    sink.write(&Line {
        namespace: "McpHeartbeat",
        at,
        dimensions: &[],
        metrics: &[
            Metric::count("Heartbeat", ok.into()),
            Metric::milliseconds("Duration", duration),
        ],
    });
}

fn log(outcome: &Result<(), Missed>, duration: Duration, request_id: &str) {
    let duration_ms = duration.as_secs_f64() * 1000.0;
    let (kind, error) = match outcome {
        Ok(()) => {
            tracing::info!(
                outcome = "ok",
                duration_ms,
                aws.request_id = request_id,
                "the endpoint works"
            );
            return;
        }
        Err(Missed::Failed(failure)) => (failure.kind, failure.to_string()),
        Err(Missed::NoKey(cause)) => ("no_key", cause.to_string()),
        Err(Missed::Panicked) => ("panic", "panicked".to_owned()),
    };
    tracing::error!(
        outcome = kind,
        error,
        duration_ms,
        aws.request_id = request_id,
        "the endpoint does not work"
    );
}

impl From<Missed> for Diagnostic {
    fn from(missed: Missed) -> Self {
        let error_type = match missed {
            Missed::NoKey(_) => "NoKey",
            Missed::Failed(_) => "SmokeTestFailed",
            Missed::Panicked => "InternalError",
        };
        Self {
            error_type: error_type.to_owned(),
            error_message: missed.to_string(),
        }
    }
}
