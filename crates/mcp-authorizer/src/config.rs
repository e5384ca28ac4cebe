//! Configuration: the environment in, one checked [`Config`] or every problem at once out.
//!
//! This is the only reader of the environment, and it reads through a function, so tests pass a map.
//!
//! [`SETTINGS`] lists them. The region, the credentials and `AWS_ENDPOINT_URL` are read by the SDK.

use api_keys::DeployedKey;
use lambda_program::settings::{Accepts, ConfigError, Reader, Setting};
use lambda_program::telemetry::{FORMATS, LEVELS, LogConfig, LogFormat};

use crate::key_source::CachePolicy;

/// Every setting of the authorizer. Lambda's own variables (`AWS_*`) are read besides.
pub const SETTINGS: &[Setting] = &[
    Setting::new(
        "MCP_SECRET_ID",
        "",
        "name or ARN of the secret that holds the keys; required",
        Accepts::Text,
    ),
    Setting::new(
        "MCP_DEPLOYED_KEYS",
        "",
        "key document with the one key that came with the deployment, `deployed`; the secret has the last word",
        Accepts::Text,
    ),
    Setting::new(
        "MCP_CACHE_TTL_SECONDS",
        "60",
        "how long keys count as current: the bound on a revocation",
        Accepts::number(1, 900),
    ),
    Setting::new(
        "MCP_REFRESH_INTERVAL_SECONDS",
        "10",
        "shortest time between two reads for keys that are not known; at most the TTL",
        Accepts::number(1, 900),
    ),
    Setting::new(
        "MCP_STALE_SECONDS",
        "900",
        "how old keys may be while Secrets Manager fails; 0: never older than the TTL",
        Accepts::number(0, 900),
    ),
    Setting::new(
        "MCP_METRICS",
        "off",
        "emf writes CloudWatch metrics by outcome to standard output",
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
    /// Name or ARN of the secret that holds the keys.
    pub secret_id: String,
    /// The key that came with the deployment.
    pub deployed_key: Option<DeployedKey>,
    /// How long keys are kept.
    pub cache: CachePolicy,
    /// Whether to write CloudWatch metrics.
    pub metrics: Metrics,
    /// The name of the deployment, for its metrics.
    pub stack: Option<String>,
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
            secret_id: reader.required(
                "MCP_SECRET_ID",
                "the name or ARN of the secret with the keys",
            ),
            deployed_key: deployed_key(&mut reader),
            cache: cache(&mut reader),
            metrics: reader.choice(
                "MCP_METRICS",
                &[("off", Metrics::Off), ("emf", Metrics::Emf)],
                Metrics::Off,
            ),
            stack: reader.name("MCP_STACK"),
            log: LogConfig::read(&mut reader, LogFormat::Json),
        };
        reader.finish(config)
    }
}

fn cache(reader: &mut Reader<'_>) -> CachePolicy {
    let default = CachePolicy::default();
    let soft_ttl = reader.seconds("MCP_CACHE_TTL_SECONDS", default.soft_ttl);
    let refresh_interval = reader.seconds(
        "MCP_REFRESH_INTERVAL_SECONDS",
        default.refresh_interval.min(soft_ttl),
    );
    if refresh_interval > soft_ttl {
        let (interval, ttl) = (refresh_interval.as_secs(), soft_ttl.as_secs());
        reader.refuse(
            "MCP_REFRESH_INTERVAL_SECONDS",
            &format!("expected at most `MCP_CACHE_TTL_SECONDS`, which is {ttl}, got `{interval}`"),
        );
    }
    CachePolicy {
        soft_ttl,
        refresh_interval,
        stale: reader.seconds("MCP_STALE_SECONDS", default.stale),
    }
}

/// What was given is not repeated: it may be a key in clear text.
fn deployed_key(reader: &mut Reader<'_>) -> Option<DeployedKey> {
    const NAME: &str = "MCP_DEPLOYED_KEYS";
    let parsed = DeployedKey::parse(&reader.text(NAME)?);
    parsed.unwrap_or_else(|problem| {
        reader.refuse(NAME, &problem.to_string());
        None
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::time::Duration;

    use super::*;

    const ON_LAMBDA: (&str, &str) = ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001");
    const SECRET: (&str, &str) = ("MCP_SECRET_ID", "mcp/keys");

    fn load(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let variables: HashMap<&str, &str> = variables.iter().copied().collect();
        Config::load(&|name| variables.get(name).map(ToString::to_string))
    }

    #[test]
    fn a_secret_is_enough_and_the_documented_defaults_are_the_defaults() {
        let config = load(&[ON_LAMBDA, SECRET]).unwrap();
        let documented = SETTINGS
            .iter()
            .filter(|setting| !setting.default.is_empty())
            .map(|setting| (setting.name, setting.default));
        let documented: Vec<_> = [ON_LAMBDA, SECRET].into_iter().chain(documented).collect();
        assert!(documented.len() > 7);
        assert_eq!(load(&documented).unwrap(), config);
        assert_eq!(config.secret_id, "mcp/keys");
    }

    #[test]
    fn every_setting_is_in_the_book() {
        let book = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operate.md");
        let book = std::fs::read_to_string(book).unwrap();
        for setting in SETTINGS {
            let row =
                format!("| `{}` | {} |", setting.name, setting.default).replace("|  |", "| |");
            assert!(book.contains(&row), "{row}");
        }
    }

    #[test]
    fn deployed_keys_are_a_document_and_a_key_in_clear_text_is_refused_unseen() {
        let config = load(&[
            ON_LAMBDA,
            SECRET,
            ("MCP_DEPLOYED_KEYS", r#"{"v":1,"keys":[]}"#),
        ]);
        assert_eq!(config.unwrap().deployed_key, None);
        let clear = "canary-canary-canary-canary-canary";
        let error = load(&[ON_LAMBDA, SECRET, ("MCP_DEPLOYED_KEYS", clear)]).unwrap_err();
        assert!(
            error.problems[0]
                .starts_with("invalid `MCP_DEPLOYED_KEYS`: invalid key document: expected JSON")
        );
        assert!(!error.to_string().contains("canary"), "{error}");
        let hash = "0".repeat(64);
        let other = format!(r#"{{"v":1,"keys":[{{"id":"default","sha256":"{hash}"}}]}}"#);
        let error = load(&[ON_LAMBDA, SECRET, ("MCP_DEPLOYED_KEYS", &other)]).unwrap_err();
        assert_eq!(
            error.problems,
            ["invalid `MCP_DEPLOYED_KEYS`: invalid key document: keys[0].id: expected `deployed`"]
        );
    }

    #[test]
    fn a_short_time_to_live_shortens_the_default_interval() {
        let config = load(&[ON_LAMBDA, SECRET, ("MCP_CACHE_TTL_SECONDS", "2")]).unwrap();
        assert_eq!(config.cache.refresh_interval, Duration::from_secs(2));
    }

    #[test]
    fn every_bad_value_is_reported_with_its_name_and_what_was_expected() {
        let error = load(&[
            ("MCP_CACHE_TTL_SECONDS", "20"),
            ("MCP_REFRESH_INTERVAL_SECONDS", "21"),
            ("MCP_STALE_SECONDS", "901"),
            ("MCP_METRICS", "on"),
            ("AWS_LAMBDA_LOG_LEVEL", "loud"),
        ])
        .unwrap_err();
        insta::assert_snapshot!(error, @r"
        missing `AWS_LAMBDA_RUNTIME_API`: expected Lambda's runtime interface; this program runs on AWS Lambda or its emulator
        missing `MCP_SECRET_ID`: expected the name or ARN of the secret with the keys
        invalid `MCP_REFRESH_INTERVAL_SECONDS`: expected at most `MCP_CACHE_TTL_SECONDS`, which is 20, got `21`
        invalid `MCP_STALE_SECONDS`: expected a whole number from 0 to 900, got `901`
        invalid `MCP_METRICS`: expected one of off, emf, got `on`
        invalid `AWS_LAMBDA_LOG_LEVEL`: expected one of off, error, fatal, warn, info, debug, trace, got `loud`
        ");
    }
}
