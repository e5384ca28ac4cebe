//! What a failed call means for whoever ran the command.

use std::error::Error;

use aws_sdk_secretsmanager::config::http::HttpResponse;
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};

use crate::keys::error::KeysError;
use crate::keys::location::Location;

/// Sorts an error. Its words come from `Display` only: `Debug` prints the response, which may hold the secret.
pub(super) fn classify<E>(error: &SdkError<E, HttpResponse>, store: Location) -> KeysError
where
    E: Error + ProvideErrorMetadata + 'static,
{
    match error {
        SdkError::ServiceError(context) => {
            let code = context.err().code().unwrap_or("no code");
            let message = context.err().message().unwrap_or("no message");
            let cause = format!("{code}: {message}");
            of_service(code, context.raw().status().as_u16(), cause, store)
        }
        SdkError::TimeoutError(_) => KeysError::TimedOut(store),
        _ => of_chain(chain(error), store),
    }
}

fn of_service(code: &str, status: u16, cause: String, store: Location) -> KeysError {
    match code {
        "ResourceNotFoundException" => KeysError::Missing(store),
        "AccessDeniedException"
        | "DecryptionFailure"
        | "DecryptionFailureException"
        | "EncryptionFailure"
        | "EncryptionFailureException"
        | "ExpiredTokenException"
        | "IncompleteSignatureException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "MissingAuthenticationTokenException"
        | "UnrecognizedClientException" => KeysError::denied(store, cause),
        "LimitExceededException" => KeysError::TooManyVersions { store, cause },
        "ThrottlingException" | "Throttling" | "TooManyRequestsException" => {
            KeysError::Throttled { store, cause }
        }
        _ if status == 429 => KeysError::Throttled { store, cause },
        _ => KeysError::unreachable(store, cause),
    }
}

/// Failures before there was an answer; the SDK has no types for these two.
fn of_chain(cause: String, store: Location) -> KeysError {
    let lower = cause.to_lowercase();
    if lower.contains("region") {
        KeysError::NoRegion
    } else if lower.contains("credential") {
        KeysError::NoCredentials(cause)
    } else {
        KeysError::unreachable(store, cause)
    }
}

/// The messages of an error and of those below it.
fn chain(error: &(dyn Error + 'static)) -> String {
    let all = std::iter::successors(Some(error), |error| Error::source(*error));
    all.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
