//! Logging: one line per decision, and nothing of what an event carries.

use std::io;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::config::{LogConfig, LogFormat};

/// Installs the subscriber and the panic hook of the process. A second call changes nothing.
pub fn install(log: LogConfig) {
    let registry = tracing_subscriber::registry();
    let installed = match log.format {
        LogFormat::Json => {
            let layer = fmt::layer()
                .json()
                .flatten_event(true)
                .with_current_span(false)
                .with_span_list(false);
            registry
                .with(layer.with_writer(io::stdout).with_filter(filter(log.level)))
                .try_init()
        }
        LogFormat::Text => {
            let layer = fmt::layer()
                .with_ansi(false)
                .with_target(false)
                .with_writer(io::stderr);
            registry
                .with(layer.with_filter(filter(log.level)))
                .try_init()
        }
    };
    if installed.is_ok() {
        crate::install_panic_hook();
    }
}

/// Our own lines at the chosen level. Libraries only at `error`: at `trace` Lambda's runtime prints whole events and
/// the SDK whole responses.
///
/// The runtime's report of a failed invocation is left out: its cause is in our own line already.
fn filter(level: LevelFilter) -> Targets {
    Targets::new()
        .with_default(level.min(LevelFilter::ERROR))
        .with_target("lambda_runtime::layers::panic", LevelFilter::OFF)
        .with_target(env!("CARGO_CRATE_NAME"), level)
}
