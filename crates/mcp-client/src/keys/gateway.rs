//! The cache in front of an authorizer: API Gateway may keep the authorizer's answers, and can be told to forget them.

use std::fmt;
use std::str::FromStr;

use aws_config::SdkConfig;
use aws_sdk_apigatewayv2::Client;
use aws_sdk_apigatewayv2::config::http::HttpResponse;
use aws_sdk_apigatewayv2::error::{ProvideErrorMetadata, SdkError};
use serde::Serialize;

use super::aws::chain;
use crate::error::exit;

/// The longest name of a stage.
const LONGEST_STAGE: usize = 128;

/// The stage that an HTTP API serves without a prefix.
const DEFAULT_STAGE: &str = "$default";

/// The text is no id of an API or no name of a stage.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected {0}")]
pub struct InvalidCacheName(&'static str);

/// The id of an API: letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiId(String);

impl FromStr for ApiId {
    type Err = InvalidCacheName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let valid = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        valid
            .then(|| Self(text.to_owned()))
            .ok_or(InvalidCacheName("letters and digits, such as a1b2c3d4e5"))
    }
}

/// The name of a stage: `$default`, or letters, digits, `-` and `_`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stage(String);

impl FromStr for Stage {
    type Err = InvalidCacheName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let named = (1..=LONGEST_STAGE).contains(&text.len()) && text.bytes().all(plain);
        (named || text == DEFAULT_STAGE)
            .then(|| Self(text.to_owned()))
            .ok_or(InvalidCacheName(
                "$default, or up to 128 letters, digits, - and _",
            ))
    }
}

/// Which cache: that of one stage of one HTTP API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CacheName {
    /// The API.
    pub api_id: ApiId,
    /// Its stage.
    pub stage: Stage,
}

impl CacheName {
    /// What the AWS CLI is told to reset the same cache. Neither name has characters that end the quotation.
    #[must_use]
    pub fn command(&self) -> String {
        format!(
            "aws apigatewayv2 reset-authorizers-cache --api-id {} --stage-name '{}'",
            self.api_id.0, self.stage.0
        )
    }
}

impl fmt::Display for CacheName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { api_id, stage } = self;
        write!(
            f,
            "the authorizers' cache of API {}, stage {}",
            api_id.0, stage.0
        )
    }
}

/// The answers of authorizers that API Gateway keeps for a stage.
#[derive(Debug)]
pub struct AuthorizersCache {
    client: Client,
    /// Which it is.
    pub name: CacheName,
}

impl AuthorizersCache {
    pub(super) fn new(config: &SdkConfig, name: CacheName) -> Self {
        let client = Client::new(config);
        Self { client, name }
    }

    /// Makes API Gateway ask the authorizers again.
    ///
    /// # Errors
    /// [`ResetFailure`]: by what to do next.
    pub async fn reset(&self) -> Result<(), ResetFailure> {
        let CacheName { api_id, stage } = &self.name;
        let request = self.client.reset_authorizers_cache();
        let request = request.api_id(&api_id.0).stage_name(&stage.0);
        request
            .send()
            .await
            .map(drop)
            .map_err(|error| classify(&error))
    }
}

/// Why a cache was not reset.
#[derive(Debug, thiserror::Error)]
pub enum ResetFailure {
    /// We may not, or nobody knows who we are.
    #[error("API Gateway denies it: {0}")]
    Denied(String),
    /// There was no answer in time.
    #[error("API Gateway did not answer in time")]
    TimedOut,
    /// Too many requests.
    #[error("API Gateway is asked too often: {0}")]
    Throttled(String),
    /// There is no such stage, or API Gateway cannot be reached.
    #[error("{0}")]
    Failed(String),
}

impl ResetFailure {
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Denied(_) => exit::REFUSED,
            Self::TimedOut | Self::Throttled(_) => exit::TRY_AGAIN,
            Self::Failed(_) => exit::UNREACHABLE,
        }
    }
}

/// Sorts an error. API Gateway's statuses say what its error codes say.
fn classify<E>(error: &SdkError<E, HttpResponse>) -> ResetFailure
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    match error {
        SdkError::ServiceError(context) => {
            let status = context.raw().status().as_u16();
            let message = context.err().message().unwrap_or("no message");
            let code = context.err().code();
            let cause = code.map(|code| format!("{code}: {message}"));
            // The SDK reads no message where it finds no code.
            of_status(status, cause.unwrap_or_else(|| format!("HTTP {status}")))
        }
        SdkError::TimeoutError(_) => ResetFailure::TimedOut,
        _ => of_chain(chain(error)),
    }
}

fn of_status(status: u16, cause: String) -> ResetFailure {
    match status {
        401 | 403 => ResetFailure::Denied(cause),
        429 => ResetFailure::Throttled(cause),
        _ => ResetFailure::Failed(cause),
    }
}

/// Failures before there was an answer; the SDK has no type for missing credentials.
fn of_chain(cause: String) -> ResetFailure {
    match cause.to_lowercase().contains("credential") {
        true => ResetFailure::Denied(cause),
        false => ResetFailure::Failed(cause),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_apigatewayv2::operation::reset_authorizers_cache::ResetAuthorizersCacheError;

    use super::*;

    #[test]
    fn an_api_id_is_letters_and_digits() {
        assert!("a1b2c3d4e5".parse::<ApiId>().is_ok());
        for nonsense in ["", "a/b", "a b", "a'b", "$default", "é"] {
            assert!(nonsense.parse::<ApiId>().is_err(), "{nonsense}");
        }
    }

    #[test]
    fn a_stage_is_the_default_or_a_name() {
        for stage in ["$default", "prod-2_b", &"s".repeat(LONGEST_STAGE)] {
            assert!(stage.parse::<Stage>().is_ok(), "{stage}");
        }
        for nonsense in ["", "$other", "a/b", "a'b", &"s".repeat(LONGEST_STAGE + 1)] {
            assert!(nonsense.parse::<Stage>().is_err(), "{nonsense}");
        }
    }

    #[test]
    fn the_command_can_be_pasted_into_a_shell() {
        let name = CacheName {
            api_id: "a1b2".parse().unwrap(),
            stage: "$default".parse().unwrap(),
        };
        assert_eq!(
            name.command(),
            "aws apigatewayv2 reset-authorizers-cache --api-id a1b2 --stage-name '$default'"
        );
    }

    #[test]
    fn what_to_do_next_depends_on_the_status() {
        for (status, code) in [
            (401, 77),
            (403, 77),
            (429, 75),
            (400, 69),
            (404, 69),
            (500, 69),
        ] {
            let failure = of_status(status, String::new());
            assert_eq!(failure.exit_code(), code, "{status}");
        }
        assert_eq!(of_chain("no Credentials".to_owned()).exit_code(), 77);
        assert_eq!(of_chain("connection refused".to_owned()).exit_code(), 69);
    }

    #[test]
    fn no_answer_in_time_is_worth_another_try() {
        let late = SdkError::<ResetAuthorizersCacheError, _>::timeout_error("late");
        assert_eq!(classify(&late).exit_code(), 75);
    }
}
