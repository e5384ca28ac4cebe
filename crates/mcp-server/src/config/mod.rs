//! Configuration: flags and environment in, one checked [`Config`] or every problem at once out.
//!
//! This is the only reader of the environment, and it reads through a function, so tests pass a map.

mod settings;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::Path;

use api_keys::without_keys_in_names;
use lambda_program::settings::{ConfigError, Reader};
use lambda_program::telemetry::{LogConfig, LogFormat};
use mcp_front_door::{Frontend, HttpConfig, Limits, RateLimit, SettingNames};

pub use self::settings::SETTINGS;
use crate::keys_file::KeysFile;

/// Everything that can be configured, checked.
#[derive(Debug)]
pub struct Config {
    /// Where to listen.
    pub address: SocketAddr,
    /// The front door.
    pub http: HttpConfig,
    /// The API keys to accept, where no gateway checks them.
    pub keys: Option<KeysFile>,
    /// Whether to write CloudWatch metrics.
    pub metrics: Metrics,
    /// The name of the deployment, for its metrics.
    pub stack: Option<String>,
    /// What to log, and how.
    pub log: LogConfig,
    /// CloudWatch log stream, on Lambda.
    pub log_stream: Option<String>,
    /// AWS region, on Lambda.
    pub region: Option<String>,
}

/// Whether to write CloudWatch metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metrics {
    /// None.
    Off,
    /// Embedded Metric Format lines on standard output.
    Emf,
}

/// Flags of the command line, unchecked. Each overrides the setting of the same name.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--host`
    pub host: Option<String>,
    /// `--port`
    pub port: Option<String>,
    /// `--allow-unauthenticated`
    pub allow_unauthenticated: bool,
}

impl Config {
    /// Reads `flags`, then the variables that `environment` gives.
    ///
    /// # Errors
    /// All settings with an unusable value, together.
    pub fn load(
        flags: &Flags,
        environment: &dyn Fn(&str) -> Option<String>,
        stdout_is_terminal: bool,
    ) -> Result<Self, ConfigError> {
        let flag = flags.allow_unauthenticated.then(|| "true".to_owned());
        let mut reader = Reader::new(SETTINGS, environment)
            .with_flag("MCP_HOST", "--host", flags.host.clone())
            .with_flag("MCP_PORT", "--port", flags.port.clone())
            .with_flag(ALLOW_UNAUTHENTICATED, "--allow-unauthenticated", flag);
        let on_lambda = reader.text("AWS_LAMBDA_RUNTIME_API").is_some();
        let surroundings = if stdout_is_terminal {
            LogFormat::Text
        } else {
            LogFormat::Json
        };
        let open = reader.switch(ALLOW_UNAUTHENTICATED);
        let config = Self {
            address: address(&mut reader, on_lambda || open),
            http: http(&mut reader, on_lambda, open),
            keys: keys(&mut reader),
            metrics: reader.choice(
                "MCP_METRICS",
                &[("off", Metrics::Off), ("emf", Metrics::Emf)],
                Metrics::Off,
            ),
            stack: reader.name("MCP_STACK"),
            log: LogConfig::read(&mut reader, surroundings),
            log_stream: reader.text("AWS_LAMBDA_LOG_STREAM_NAME"),
            region: reader.text("AWS_REGION").filter(|_| on_lambda),
        };
        reader.finish(config)
    }
}

const ALLOW_UNAUTHENTICATED: &str = "MCP_ALLOW_UNAUTHENTICATED";

fn address(reader: &mut Reader<'_>, open: bool) -> SocketAddr {
    let host = reader.parsed(
        "MCP_HOST",
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        |text| match text {
            "localhost" => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            text => text.parse().ok(),
        },
    );
    let fallback = reader.foreign("PORT", "a port from 0 to 65535", 8080, |text| {
        text.parse().ok()
    });
    let port = reader.number("MCP_PORT", fallback);
    let checked = reader.text("MCP_API_KEYS_FILE").is_some();
    if !host.is_loopback() && !open && !checked {
        reader.refuse(
            "MCP_HOST",
            &format!(
                "{host} is reachable from other machines, and there are no keys to check; set `MCP_API_KEYS_FILE`, \
                 listen on 127.0.0.1, or say `--allow-unauthenticated` when something in front checks keys"
            ),
        );
    }
    SocketAddr::new(host, port)
}

fn http(reader: &mut Reader<'_>, on_lambda: bool, open: bool) -> HttpConfig {
    HttpConfig {
        frontend: if on_lambda {
            Frontend::LambdaWebAdapter
        } else {
            Frontend::Direct
        },
        allowed_hosts: reader.list("MCP_ALLOWED_HOSTS"),
        allowed_origins: reader.list("MCP_ALLOWED_ORIGINS"),
        allow_unauthenticated: open,
        limits: limits(reader),
        rate_limit: rate_limit(reader),
        names: NAMES,
    }
}

/// What the front door calls its bounds in answers.
const NAMES: SettingNames = SettingNames {
    allowed_hosts: "MCP_ALLOWED_HOSTS",
    allowed_origins: "MCP_ALLOWED_ORIGINS",
    allow_unauthenticated: ALLOW_UNAUTHENTICATED,
    request_bytes: "MCP_MAX_REQUEST_BYTES",
    response_bytes: "MCP_MAX_RESPONSE_BYTES",
    json_depth: "MCP_MAX_JSON_DEPTH",
    tool_timeout: "MCP_TOOL_TIMEOUT_MS",
    body_timeout: "MCP_BODY_TIMEOUT_MS",
};

fn keys(reader: &mut Reader<'_>) -> Option<KeysFile> {
    let path = reader.text("MCP_API_KEYS_FILE")?;
    KeysFile::open(Path::new(&path))
        .map_err(|error| {
            let got = without_keys_in_names(&path);
            let problem = format!("expected {error}, got `{got}`");
            reader.refuse("MCP_API_KEYS_FILE", &problem);
        })
        .ok()
}

fn limits(reader: &mut Reader<'_>) -> Limits {
    let default = Limits::default();
    Limits {
        request_bytes: reader.number("MCP_MAX_REQUEST_BYTES", default.request_bytes),
        response_bytes: reader.number("MCP_MAX_RESPONSE_BYTES", default.response_bytes),
        json_depth: reader.number("MCP_MAX_JSON_DEPTH", default.json_depth),
        tool_timeout: reader.milliseconds("MCP_TOOL_TIMEOUT_MS", default.tool_timeout),
        header_timeout: reader.milliseconds("MCP_HEADER_TIMEOUT_MS", default.header_timeout),
        body_timeout: reader.milliseconds("MCP_BODY_TIMEOUT_MS", default.body_timeout),
        connections: reader.number("MCP_MAX_CONNECTIONS", default.connections),
        concurrent_requests: reader
            .number("MCP_MAX_CONCURRENT_REQUESTS", default.concurrent_requests),
        shutdown_grace: reader.milliseconds("MCP_SHUTDOWN_GRACE_MS", default.shutdown_grace),
    }
}

fn rate_limit(reader: &mut Reader<'_>) -> Option<RateLimit> {
    let per_minute: u32 = reader.number("MCP_RATE_LIMIT_PER_MINUTE", 0);
    let burst: u32 = reader.number("MCP_RATE_LIMIT_BURST", 10);
    Some(RateLimit {
        per_minute: NonZeroU32::new(per_minute)?,
        burst: NonZeroU32::new(burst)?,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use tracing::level_filters::LevelFilter;

    use super::*;

    fn load(flags: &Flags, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let variables: HashMap<&str, &str> = variables.iter().copied().collect();
        Config::load(
            flags,
            &|name| variables.get(name).map(ToString::to_string),
            false,
        )
    }

    fn debug(config: &Config) -> String {
        format!("{config:#?}")
    }

    #[test]
    fn the_documented_defaults_are_the_defaults() {
        let none = load(&Flags::default(), &[]).unwrap();
        let documented: Vec<_> = SETTINGS
            .iter()
            .filter(|setting| !setting.default.is_empty())
            .map(|setting| (setting.name, setting.default))
            .collect();
        assert!(documented.len() > 10);
        assert_eq!(
            debug(&load(&Flags::default(), &documented).unwrap()),
            debug(&none)
        );
    }

    #[test]
    fn flags_come_before_variables_and_mcp_port_before_port() {
        let flags = Flags {
            port: Some("1".to_owned()),
            ..Flags::default()
        };
        let all = [("PORT", "3"), ("MCP_PORT", "2")];
        assert_eq!(load(&flags, &all).unwrap().address.port(), 1);
        assert_eq!(load(&Flags::default(), &all).unwrap().address.port(), 2);
        assert_eq!(
            load(&Flags::default(), &all[..1]).unwrap().address.port(),
            3
        );
    }

    #[test]
    fn every_bad_value_is_reported_with_its_name_and_what_was_expected() {
        let flags = Flags {
            port: Some("abc".to_owned()),
            ..Flags::default()
        };
        let error = load(
            &flags,
            &[
                ("MCP_HOST", "nowhere"),
                ("MCP_MAX_JSON_DEPTH", "5000"),
                ("MCP_LOG_LEVEL", "loud"),
                ("MCP_ALLOWED_ORIGINS", "https://ok.example, app.example.com"),
                ("MCP_TOOL_TIMEOUT_MS", "-1"),
            ],
        )
        .unwrap_err();
        insta::assert_snapshot!(error, @r"
        invalid `MCP_HOST`: expected an IP address or `localhost`, got `nowhere`
        invalid `--port`: expected a whole number from 0 to 65535, got `abc`
        invalid `MCP_ALLOWED_ORIGINS`: expected an origin without a path, such as `https://app.example.com` or `http://localhost:*`, got `app.example.com`
        invalid `MCP_MAX_JSON_DEPTH`: expected a whole number from 8 to 120, got `5000`
        invalid `MCP_TOOL_TIMEOUT_MS`: expected a whole number from 1 to 900000, got `-1`
        invalid `MCP_LOG_LEVEL`: expected one of off, error, fatal, warn, info, debug, trace, got `loud`
        ");
    }

    #[test]
    fn an_open_address_needs_a_word_except_on_lambda() {
        let open = [("MCP_HOST", "0.0.0.0")];
        assert!(
            load(&Flags::default(), &open).unwrap_err().problems[0]
                .contains("--allow-unauthenticated")
        );
        let flags = Flags {
            allow_unauthenticated: true,
            ..Flags::default()
        };
        assert!(load(&flags, &open).is_ok());
        let on_lambda = [open[0], ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")];
        assert!(load(&Flags::default(), &on_lambda).is_ok());
    }

    #[test]
    fn lambda_is_recognised_by_its_runtime_interface() {
        let config = load(
            &Flags::default(),
            &[
                ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001"),
                ("AWS_REGION", "eu-west-1"),
                ("AWS_LAMBDA_LOG_LEVEL", "WARN"),
            ],
        )
        .unwrap();
        assert_eq!(config.http.frontend, Frontend::LambdaWebAdapter);
        assert_eq!(config.region.as_deref(), Some("eu-west-1"));
        assert_eq!(config.log.level, LevelFilter::WARN);
        let laptop = load(&Flags::default(), &[("AWS_REGION", "eu-west-1")]).unwrap();
        assert_eq!(
            (laptop.region, laptop.http.frontend),
            (None, Frontend::Direct)
        );
    }

    #[test]
    fn whoever_is_not_authenticated_is_served_only_where_a_setting_says_so() {
        let on_lambda = ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001");
        let hosts = ("MCP_ALLOWED_HOSTS", "mcp.example.com");
        let closed = load(&Flags::default(), &[on_lambda, hosts]).unwrap();
        assert!(!closed.http.allow_unauthenticated);
        let said = ("MCP_ALLOW_UNAUTHENTICATED", "true");
        let open = load(&Flags::default(), &[on_lambda, said]).unwrap();
        assert!(open.http.allow_unauthenticated);
    }

    #[test]
    fn an_empty_value_is_no_value() {
        let config = load(
            &Flags::default(),
            &[("PORT", ""), ("MCP_ALLOWED_HOSTS", " , ")],
        )
        .unwrap();
        assert_eq!(config.address.port(), 8080);
        assert!(config.http.allowed_hosts.is_empty());
    }
}
