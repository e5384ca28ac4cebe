//! The process: configuration, logging, Lambda's runtime.

use std::process::ExitCode;

use lambda_program::complaints::Complaints;
use lambda_program::emf::MetricsSink;
use lambda_program::{output, telemetry};
use lambda_runtime::{Runtime, service_fn};

use crate::clock::SystemClock;
use crate::config::{Config, Metrics};
use crate::handler::Authorizer;
use crate::key_source::{CachedKeys, Refresh, SecretsManager};

/// A variable that is missing or cannot be used (`EX_USAGE`).
const BAD_CONFIGURATION: u8 = 64;
/// Lambda's runtime interface fails, or there is no thread to run on (`EX_SOFTWARE`).
const FAULTY: u8 = 70;

/// Runs the function until Lambda ends it.
pub fn run(environment: &dyn Fn(&str) -> Option<String>) -> ExitCode {
    let complaints = Complaints::begin(environment);
    let config = match Config::load(environment) {
        Ok(config) => config,
        Err(error) => {
            for problem in error.problems {
                complaints.say(&problem);
            }
            return BAD_CONFIGURATION.into();
        }
    };
    // The runtime reports a failed invocation as well: its cause is in our own line already.
    telemetry::install(
        config.log,
        &[env!("CARGO_CRATE_NAME")],
        &["lambda_runtime::layers::panic"],
    );
    // Lambda sends one event at a time: more threads would only take longer to start.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let served = match runtime {
        Ok(runtime) => runtime.block_on(serve(config)),
        Err(error) => Err(error.into()),
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complaints.say(&error.to_string());
            FAULTY.into()
        }
    }
}

async fn serve(config: Config) -> Result<(), lambda_runtime::Error> {
    let clock = SystemClock::start();
    let store = SecretsManager::connect(config.secret_id).await;
    let keys = CachedKeys::new(store, clock, config.cache).with_deployed(config.deployed_key);
    // While a function starts it has a whole processor, and with little memory only a part of one later: the TLS
    // handshake is cheapest now. A failure is not final, so it only costs the first event a second attempt.
    if let Refresh::Failed(error) = keys.warm().await {
        tracing::warn!(error = %error, "cannot read the keys yet");
    }
    let metrics = (config.metrics == Metrics::Emf).then(|| {
        MetricsSink::new(|line| output::stdout().line(line)).with_stack(config.stack.as_deref())
    });
    let authorizer = Authorizer::new(keys, clock, metrics);
    Runtime::new(service_fn(|event| authorizer.authorize(event)))
        .run()
        .await
}
