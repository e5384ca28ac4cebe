//! The key, in a secret of its own.

use std::error::Error;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(3);

/// A longer cause is cut, in characters.
const LONGEST_CAUSE: usize = 400;

/// The secret that holds one key as it stands.
#[derive(Debug)]
pub struct KeySecret {
    client: Client,
    id: String,
}

/// Why there is no key. Never says what the secret holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoKey {
    /// Nobody has put one there.
    #[error(
        "the secret holds no key: make one with `mcp-client keys create --id heartbeat --to-secret SECRET`"
    )]
    Empty,
    /// The secret cannot be read.
    #[error("cannot read the secret with the key: {0}")]
    Unreadable(String),
}

impl KeySecret {
    /// The secret with this name or ARN. Nothing is sent yet. One attempt is made at a time: whether the endpoint works
    /// is asked again soon enough.
    pub async fn connect(id: String) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_timeout(TOTAL_TIMEOUT)
            .build();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .timeout_config(timeouts)
            .retry_config(RetryConfig::disabled());
        let client = Client::new(&config.load().await);
        Self { client, id }
    }

    /// Reads the key anew, so that a rotation counts at once.
    ///
    /// # Errors
    /// When there is none, or it cannot be read within three seconds.
    pub async fn read(&self) -> Result<String, NoKey> {
        let request = self.client.get_secret_value().secret_id(&self.id);
        match request.send().await {
            Ok(answer) => {
                let key = answer.secret_string.unwrap_or_default();
                match key.trim() {
                    "" => Err(NoKey::Empty),
                    _ => Ok(key),
                }
            }
            Err(error) => Err(of_call(&error)),
        }
    }
}

fn of_call(error: &SdkError<GetSecretValueError>) -> NoKey {
    // Secrets Manager says so of a secret without a value, too.
    if error
        .as_service_error()
        .is_some_and(GetSecretValueError::is_resource_not_found_exception)
    {
        return NoKey::Empty;
    }
    let cause = match error.as_service_error() {
        Some(service) if service.code().is_some() => format!(
            "{}: {}",
            service.code().unwrap_or_default(),
            service.message().unwrap_or("no message")
        ),
        _ => chain(error),
    };
    let readable = cause.chars().filter(|character| !character.is_control());
    NoKey::Unreadable(readable.take(LONGEST_CAUSE).collect())
}

/// By `Display` only: `Debug` prints the response, which holds the key.
fn chain(error: &(dyn Error + 'static)) -> String {
    let all = std::iter::successors(Some(error), |error| Error::source(*error));
    all.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
