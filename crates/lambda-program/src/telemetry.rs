//! The log: one line per event, and of libraries only their errors.
//!
//! Below `error`, libraries print what a program must not: whole messages, headers, events. So a line is written at the
//! chosen level only if its target begins with one of the program's own, which the program names. A crate names its
//! own by `env!("CARGO_CRATE_NAME")`, or by a constant that it exports, so a crate that is renamed keeps its lines.

use std::io::{self, IsTerminal};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::output;
use crate::settings::{Accepts, Reader};

/// What to log, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogConfig {
    /// The least important level that is written.
    pub level: LevelFilter,
    /// How a line looks.
    pub format: LogFormat,
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line, on standard output.
    Json,
    /// For people, on standard error.
    Text,
}

/// What `MCP_LOG_LEVEL` accepts.
pub const LEVELS: Accepts =
    Accepts::choice(&["off", "error", "fatal", "warn", "info", "debug", "trace"]);

/// What `MCP_LOG_FORMAT` accepts.
pub const FORMATS: Accepts = Accepts::choice(&["json", "text"]);

impl LogConfig {
    /// Reads `MCP_LOG_LEVEL` and `MCP_LOG_FORMAT`. Where they are not set, Lambda's own settings count
    /// (`AWS_LAMBDA_LOG_LEVEL`, `AWS_LAMBDA_LOG_FORMAT`), and then `info` and `format`.
    pub fn read(reader: &mut Reader<'_>, format: LogFormat) -> Self {
        let levels = [
            ("off", LevelFilter::OFF),
            ("error", LevelFilter::ERROR),
            ("fatal", LevelFilter::ERROR), // Lambda's word for the least talkative level
            ("warn", LevelFilter::WARN),
            ("info", LevelFilter::INFO),
            ("debug", LevelFilter::DEBUG),
            ("trace", LevelFilter::TRACE),
        ];
        let formats = [("json", LogFormat::Json), ("text", LogFormat::Text)];
        let lambda_level =
            reader.foreign_choice("AWS_LAMBDA_LOG_LEVEL", &levels, LevelFilter::INFO);
        let lambda_format = reader.foreign_choice("AWS_LAMBDA_LOG_FORMAT", &formats, format);
        Self {
            level: reader.choice("MCP_LOG_LEVEL", &levels, lambda_level),
            format: reader.choice("MCP_LOG_FORMAT", &formats, lambda_format),
        }
    }
}

/// Installs the log of the process. A second call changes nothing.
///
/// `own` are the beginnings of the targets that are written at the chosen level, usually the names of the program's
/// crates; this crate's is among them anyway. `silent` are those of libraries that are not written at all, because
/// they call an error what is none.
pub fn install(log: LogConfig, own: &[&str], silent: &[&str]) {
    let filter = filter(log.level, own, silent);
    let registry = tracing_subscriber::registry();
    // An error: there is a log already.
    let _ = match log.format {
        LogFormat::Json => {
            let layer = fmt::layer()
                .json()
                .flatten_event(true)
                .with_current_span(false)
                .with_span_list(false)
                .with_writer(output::stdout);
            registry.with(layer.with_filter(filter)).try_init()
        }
        LogFormat::Text => {
            let layer = fmt::layer()
                .with_ansi(io::stderr().is_terminal())
                .with_target(false)
                .with_writer(output::stderr);
            registry.with(layer.with_filter(filter)).try_init()
        }
    };
}

fn filter(level: LevelFilter, own: &[&str], silent: &[&str]) -> Targets {
    let own = own.iter().chain(&[env!("CARGO_CRATE_NAME")]);
    Targets::new()
        .with_default(level.min(LevelFilter::ERROR))
        .with_targets(silent.iter().map(|target| (*target, LevelFilter::OFF)))
        .with_targets(own.map(|target| (*target, level)))
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;
    use crate::settings::Setting;

    #[test]
    fn a_program_keeps_its_lines_whatever_it_is_called() {
        let filter = filter(
            LevelFilter::DEBUG,
            &["teams_server", "mcp::access"],
            &["noisy::one"],
        );
        for (target, level, written) in [
            ("teams_server", Level::DEBUG, true),
            ("teams_server::http", Level::DEBUG, true),
            ("teams_server::http", Level::TRACE, false),
            ("mcp::access", Level::INFO, true),
            ("lambda_program::panics", Level::INFO, true),
            ("mcp_server", Level::INFO, false),
            ("hyper::proto", Level::WARN, false),
            ("hyper::proto", Level::ERROR, true),
            ("noisy::one", Level::ERROR, false),
            ("noisy::two", Level::ERROR, true),
        ] {
            assert_eq!(
                filter.would_enable(target, &level),
                written,
                "{target} {level}"
            );
        }
    }

    #[test]
    fn off_is_off_for_libraries_too() {
        let filter = filter(LevelFilter::OFF, &["own"], &[]);
        assert!(
            !filter.would_enable("hyper", &Level::ERROR)
                && !filter.would_enable("own", &Level::ERROR)
        );
    }

    #[test]
    fn lambdas_words_count_until_ours_are_given() {
        let read = |variables: &'static [(&str, &str)]| {
            let environment = move |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            let table = const {
                &[
                    Setting::new("MCP_LOG_LEVEL", "", "", LEVELS),
                    Setting::new("MCP_LOG_FORMAT", "", "", FORMATS),
                ]
            };
            let mut reader = Reader::new(table, &environment);
            let log = LogConfig::read(&mut reader, LogFormat::Json);
            reader.finish((log.level, log.format)).unwrap()
        };
        assert_eq!(read(&[]), (LevelFilter::INFO, LogFormat::Json));
        let lambda = &[
            ("AWS_LAMBDA_LOG_LEVEL", "FATAL"),
            ("AWS_LAMBDA_LOG_FORMAT", "Text"),
        ];
        assert_eq!(read(lambda), (LevelFilter::ERROR, LogFormat::Text));
        let ours = &[
            ("AWS_LAMBDA_LOG_LEVEL", "FATAL"),
            ("MCP_LOG_LEVEL", "debug"),
            ("MCP_LOG_FORMAT", "text"),
        ];
        assert_eq!(read(ours), (LevelFilter::DEBUG, LogFormat::Text));
    }
}
