//! Where and since when this process runs.

use std::time::Instant;

/// This process.
#[derive(Debug, Clone)]
pub struct Instance {
    /// CloudWatch log stream, or `unknown`.
    pub log_stream: String,
    /// AWS region, or `local`.
    pub region: String,
    /// Start of the process.
    pub started: Instant,
}

impl Instance {
    /// This process, started now.
    #[must_use]
    pub fn new(log_stream: Option<String>, region: Option<String>) -> Self {
        Self {
            log_stream: log_stream.unwrap_or_else(|| "unknown".to_owned()),
            region: region.unwrap_or_else(|| "local".to_owned()),
            started: Instant::now(),
        }
    }
}
