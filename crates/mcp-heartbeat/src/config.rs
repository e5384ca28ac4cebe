//! Configuration: the environment in, one checked [`Config`] or every problem at once out.
//!
//! This is the only reader of the environment, and it reads through a function, so tests pass a map.
//!
//! [`SETTINGS`] lists them. The region, the credentials and `AWS_ENDPOINT_URL` are read by the SDK.

use std::time::Duration;

use lambda_program::settings::{Accepts, ConfigError, Reader, Setting};
use lambda_program::telemetry::{FORMATS, LEVELS, LogConfig, LogFormat};

/// Every setting of the heartbeat. Lambda's own variables (`AWS_*`) are read besides.
pub const SETTINGS: &[Setting] = &[
    Setting::new(
        "MCP_SERVER_ENDPOINT",
        "",
        "URL of the MCP endpoint; required",
        Accepts::Text,
    ),
    Setting::new(
        "MCP_HEARTBEAT_SECRET_ID",
        "",
        "name or ARN of the secret that holds the heartbeat's own key; required",
        Accepts::Text,
    ),
    Setting::new(
        "MCP_HEARTBEAT_TIMEOUT_SECONDS",
        "20",
        "how long the smoke test may take; shorter than the function's timeout",
        Accepts::number(1, 600),
    ),
    Setting::new(
        "MCP_METRICS",
        "off",
        "emf writes CloudWatch metrics to standard output",
        Accepts::choice(&["off", "emf"]),
    ),
    Setting::new(
        "MCP_LOG_LEVEL",
        "info",
        "least important lines that are written; before AWS_LAMBDA_LOG_LEVEL",
        LEVELS,
    ),
    Setting::new(
        "MCP_LOG_FORMAT",
        "json",
        "how a line looks; before AWS_LAMBDA_LOG_FORMAT",
        FORMATS,
    ),
    Setting::new(
        "MCP_STACK",
        "",
        "name of the deployment: the dimension `Stack` of every metric",
        Accepts::Name,
    ),
];

/// Everything that can be configured, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// URL of the MCP endpoint.
    pub endpoint: String,
    /// Name or ARN of the secret with the key.
    pub secret_id: String,
    /// How long the smoke test may take.
    pub patience: Duration,
    /// The name of the deployment, in metrics.
    pub stack: Option<String>,
    /// Whether to write CloudWatch metrics.
    pub metrics: Metrics,
    /// What to log, and how.
    pub log: LogConfig,
}

/// Whether to write CloudWatch metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metrics {
    /// None.
    Off,
    /// Embedded Metric Format lines on standard output.
    Emf,
}

impl Config {
    /// Reads the variables that `environment` gives.
    ///
    /// # Errors
    /// All settings with an unusable value, together.
    pub fn load(environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(SETTINGS, environment);
        reader.required(
            "AWS_LAMBDA_RUNTIME_API",
            "Lambda's runtime interface; this program runs on AWS Lambda or its emulator",
        );
        let config = Self {
            endpoint: reader.required("MCP_SERVER_ENDPOINT", "the URL of the MCP endpoint"),
            secret_id: reader.required(
                "MCP_HEARTBEAT_SECRET_ID",
                "the name or ARN of the secret with the heartbeat's key",
            ),
            patience: reader.seconds("MCP_HEARTBEAT_TIMEOUT_SECONDS", Duration::from_secs(20)),
            stack: reader.name("MCP_STACK"),
            metrics: reader.choice(
                "MCP_METRICS",
                &[("off", Metrics::Off), ("emf", Metrics::Emf)],
                Metrics::Off,
            ),
            log: LogConfig::read(&mut reader, LogFormat::Json),
        };
        reader.finish(config)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    const LEAST: [(&str, &str); 3] = [
        ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001"),
        ("MCP_SERVER_ENDPOINT", "https://host/mcp"),
        ("MCP_HEARTBEAT_SECRET_ID", "mcp/heartbeat"),
    ];

    fn load(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let variables: HashMap<&str, &str> = variables.iter().copied().collect();
        Config::load(&|name| variables.get(name).map(ToString::to_string))
    }

    #[test]
    fn the_documented_defaults_are_the_defaults() {
        let config = load(&LEAST).unwrap();
        let documented = SETTINGS
            .iter()
            .filter(|setting| !setting.default.is_empty())
            .map(|setting| (setting.name, setting.default));
        let documented: Vec<_> = LEAST.into_iter().chain(documented).collect();
        assert_eq!(documented.len(), LEAST.len() + 4);
        assert_eq!(load(&documented).unwrap(), config);
    }

    #[test]
    fn every_setting_is_in_the_book() {
        let book = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operate.md");
        let book = std::fs::read_to_string(book).unwrap();
        let section = book.split("## Heartbeat").nth(1).unwrap();
        for setting in SETTINGS {
            let row =
                format!("| `{}` | {} |", setting.name, setting.default).replace("|  |", "| |");
            assert!(section.contains(&row), "{row}");
        }
    }

    #[test]
    fn every_problem_is_reported_at_once() {
        let error = load(&[("MCP_HEARTBEAT_TIMEOUT_SECONDS", "0")]).unwrap_err();
        let names = [
            "AWS_LAMBDA_RUNTIME_API",
            "MCP_SERVER_ENDPOINT",
            "MCP_HEARTBEAT_SECRET_ID",
            "MCP_HEARTBEAT_TIMEOUT_SECONDS",
        ];
        assert_eq!(error.problems.len(), names.len(), "{error}");
        for (problem, name) in error.problems.iter().zip(names) {
            assert!(problem.contains(&format!("`{name}`")), "{problem}");
        }
    }
}
