//! AWS Secrets Manager, through the SDK.

use std::error::Error;
use std::time::Duration;

use api_keys::MAX_DOCUMENT_BYTES;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader};
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::http::HttpResponse;
use aws_sdk_secretsmanager::config::interceptors::BeforeDeserializationInterceptorContextMut;
use aws_sdk_secretsmanager::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_secretsmanager::error::{BoxError, ProvideErrorMetadata, SdkError};
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use aws_smithy_types::body::SdkBody;
use http_body_util::Limited;

use super::{FetchError, SecretStore};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(1_500);
/// Both attempts included.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(3);
const ATTEMPTS: u32 = 2;
const FIRST_BACKOFF: Duration = Duration::from_millis(50);

/// The longest answer, in bytes: a secret of which every byte is escaped, and what stands around it.
const MAX_ANSWER: usize = 6 * MAX_DOCUMENT_BYTES + 16_384;

/// A longer cause is cut, in characters.
const MAX_CAUSE: usize = 400;

/// One secret in AWS Secrets Manager.
#[derive(Debug)]
pub struct SecretsManager {
    client: Client,
    secret_id: String,
}

impl SecretsManager {
    /// A client for the secret with this name or ARN. The region, the credentials and the endpoint are read from the
    /// environment by the SDK. Nothing is sent yet.
    pub async fn connect(secret_id: String) -> Self {
        Self::load(aws_config::defaults(BehaviorVersion::latest()), secret_id).await
    }

    /// A client for the secret with this name or ARN, by this configuration.
    pub async fn load(config: ConfigLoader, secret_id: String) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(TOTAL_TIMEOUT)
            .build();
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(FIRST_BACKOFF);
        let config = config
            .timeout_config(timeouts)
            .retry_config(retries)
            .load()
            .await;
        let config = aws_sdk_secretsmanager::config::Builder::from(&config)
            .interceptor(BoundedAnswer)
            .build();
        Self {
            client: Client::from_conf(config),
            secret_id,
        }
    }
}

impl SecretStore for SecretsManager {
    async fn fetch(&self) -> Result<String, FetchError> {
        let request = self
            .client
            .get_secret_value()
            .secret_id(&self.secret_id)
            .version_stage("AWSCURRENT");
        match request.send().await {
            Ok(output) => output.secret_string.ok_or_else(|| {
                FetchError::Definite(
                    "the secret holds no text: expected a key document or a key".to_owned(),
                )
            }),
            Err(error) => Err(classified(&error)),
        }
    }
}

/// Breaks an answer off that is longer than [`MAX_ANSWER`]. The SDK would read it to its end, whatever its length, and
/// parsing it would hold the only thread beyond every time-out.
#[derive(Debug)]
struct BoundedAnswer;

impl Intercept for BoundedAnswer {
    fn name(&self) -> &'static str {
        "BoundedAnswer"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response_mut().body_mut();
        let unbounded = std::mem::replace(body, SdkBody::taken());
        *body = SdkBody::from_body_1_x(Limited::new(unbounded, MAX_ANSWER));
        Ok(())
    }
}

fn classified(error: &SdkError<GetSecretValueError, HttpResponse>) -> FetchError {
    let cause = cause(error);
    match error {
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) => FetchError::Transient(cause),
        SdkError::DispatchFailure(failure) if failure.is_user() => FetchError::Definite(cause),
        SdkError::DispatchFailure(_) => FetchError::Transient(cause),
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            if is_passing(status, service.err().code()) {
                FetchError::Transient(cause)
            } else {
                FetchError::Definite(cause)
            }
        }
        _ => FetchError::Definite(cause),
    }
}

/// Whether the service is busy or broken, rather than refusing. A success that cannot be read counts as broken.
fn is_passing(status: u16, code: Option<&str>) -> bool {
    const BUSY: &[&str] = &[
        "InternalServiceError",
        "LimitExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
    ];
    matches!(status, 200..=299 | 429 | 500..=599) || code.is_some_and(|code| BUSY.contains(&code))
}

/// What went wrong, for the log: by `Display` only, since `Debug` prints the response, which holds the secret.
fn cause(error: &SdkError<GetSecretValueError, HttpResponse>) -> String {
    let text = match error.as_service_error() {
        Some(service) if service.code().is_some() => format!(
            "{}: {}",
            service.code().unwrap_or_default(),
            service.message().unwrap_or("no message")
        ),
        _ => chain(error),
    };
    text.chars()
        .filter(|character| !character.is_control())
        .take(MAX_CAUSE)
        .collect()
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text = format!("{text}: {source}");
        next = source.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_busy_or_broken_service_passes() {
        for (status, code) in [
            (500, None),
            (503, Some("AccessDeniedException")),
            (429, None),
            (400, Some("ThrottlingException")),
            (200, None),
        ] {
            assert!(is_passing(status, code), "{status} {code:?}");
        }
        for (status, code) in [
            (400, Some("AccessDeniedException")),
            (400, Some("DecryptionFailure")),
            (403, Some("UnrecognizedClientException")),
            (404, None),
            (302, None),
        ] {
            assert!(!is_passing(status, code), "{status} {code:?}");
        }
    }
}
