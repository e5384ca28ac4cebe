//! What a failed call means for whoever ran the command.

use std::error::Error;

use aws_sdk_secretsmanager::config::http::HttpResponse;
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};

use crate::exit;

/// Why a call failed. The texts are the service's own words, with its code for them.
#[derive(Debug)]
pub(crate) enum CallFailure {
    /// What was asked for does not exist.
    Missing,
    TimedOut,
    Throttled(String),
    /// The secret has as many versions as it can have.
    LimitExceeded(String),
    /// Somebody must be asked for permission.
    Denied(String),
    Unconfigured(Unconfigured),
    Unreachable(String),
}

/// What the SDK found neither in the environment nor in the profile.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unconfigured {
    #[error("no AWS region is configured")]
    Region,
    #[error("no AWS credentials are found: {0}")]
    Credentials(String),
}

impl Unconfigured {
    /// A stable word for programs, and the code to exit with.
    pub(crate) fn class(&self) -> (&'static str, u8) {
        match self {
            Self::Region => ("usage", exit::USAGE),
            Self::Credentials(_) => ("refused", exit::REFUSED),
        }
    }

    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::Region => "set AWS_REGION, or AWS_PROFILE to a profile with a region",
            Self::Credentials(_) => {
                "set AWS_PROFILE or AWS_ACCESS_KEY_ID; after `aws sso login`: \
                 eval \"$(aws configure export-credentials --format env)\""
            }
        }
    }
}

impl CallFailure {
    /// Sorts an error. Its words come from `Display` only: `Debug` prints the response, which may hold a secret.
    pub(crate) fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: Error + ProvideErrorMetadata + 'static,
    {
        match error {
            SdkError::ServiceError(context) => {
                let code = context.err().code().unwrap_or("no code");
                let message = context.err().message().unwrap_or("no message");
                of_service(code, context.raw().status().as_u16(), message)
            }
            SdkError::TimeoutError(_) => Self::TimedOut,
            _ => of_chain(chain(error)),
        }
    }
}

fn of_service(code: &str, status: u16, message: &str) -> CallFailure {
    let cause = format!("{code}: {message}");
    match code {
        "ResourceNotFoundException" => CallFailure::Missing,
        // CloudFormation's way to say so.
        "ValidationError" if message.ends_with("does not exist") => CallFailure::Missing,
        "AccessDenied"
        | "AccessDeniedException"
        | "DecryptionFailure"
        | "DecryptionFailureException"
        | "EncryptionFailure"
        | "EncryptionFailureException"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "SignatureDoesNotMatch"
        | "UnrecognizedClientException" => CallFailure::Denied(cause),
        "LimitExceededException" => CallFailure::LimitExceeded(cause),
        "ThrottlingException" | "Throttling" | "TooManyRequestsException" => {
            CallFailure::Throttled(cause)
        }
        _ if status == 429 => CallFailure::Throttled(cause),
        _ => CallFailure::Unreachable(cause),
    }
}

/// Failures before there was an answer; the SDK has no types for these two.
fn of_chain(cause: String) -> CallFailure {
    let lower = cause.to_lowercase();
    if lower.contains("region") {
        CallFailure::Unconfigured(Unconfigured::Region)
    } else if lower.contains("credential") {
        CallFailure::Unconfigured(Unconfigured::Credentials(cause))
    } else {
        CallFailure::Unreachable(cause)
    }
}

/// The messages of an error and of those below it.
fn chain(error: &(dyn Error + 'static)) -> String {
    let all = std::iter::successors(Some(error), |error| Error::source(*error));
    all.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
