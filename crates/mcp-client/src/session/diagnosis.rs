//! From a failure of rmcp or HTTP to what it means for the user.

use std::sync::Arc;

use http::StatusCode;
use rmcp::model::ErrorData;
use rmcp::service::{ClientInitializeError, ServiceError};

use crate::error::Error;
use crate::http_failure::HttpFailure;
use crate::target::Target;
use crate::transport::LastExchange;

pub(super) struct Diagnosis<'t> {
    target: &'t Target,
    last_exchange: LastExchange,
}

impl<'t> Diagnosis<'t> {
    pub(super) fn new(target: &'t Target, last_exchange: LastExchange) -> Self {
        Self {
            target,
            last_exchange,
        }
    }

    pub(super) fn of_silence(&self, step: &str) -> Error {
        Error::TimedOut {
            step: step.to_owned(),
            limit: self.target.timeout,
            connecting: false,
        }
    }

    pub(super) fn of_call(&self, step: &str, error: ServiceError) -> Error {
        match (self.last_exchange.take(), error) {
            (Some(failure), _) => self.of_http(step, failure),
            (None, ServiceError::McpError(error)) => self.rejected(step, error),
            (None, error) => broken(step, error),
        }
    }

    pub(super) fn of_start(&self, step: &str, error: ClientInitializeError) -> Error {
        match (self.last_exchange.take(), error) {
            (Some(failure), _) => self.of_http(step, failure),
            (None, error) => self.of_handshake(step, error),
        }
    }

    /// In `auto`, both eras were tried: what the older one said counts, as it came last.
    fn of_handshake(&self, step: &str, error: ClientInitializeError) -> Error {
        match error {
            ClientInitializeError::JsonRpcError(error) => self.rejected(step, error),
            ClientInitializeError::LegacyFallbackFailed { fallback, .. } => {
                self.of_handshake(step, *fallback)
            }
            error => broken(step, error),
        }
    }

    fn rejected(&self, step: &str, error: ErrorData) -> Error {
        let message = match error.data {
            Some(data) => format!("{} ({data})", error.message),
            None => error.message.into_owned(),
        };
        Error::Rejected {
            step: step.to_owned(),
            code: error.code.0,
            message,
            request_id: self.last_exchange.request_id(),
        }
    }

    fn of_http(&self, step: &str, cause: Arc<HttpFailure>) -> Error {
        let step = step.to_owned();
        let endpoint = self.target.endpoint.clone();
        match &*cause {
            HttpFailure::Send(error) if error.is_timeout() => Error::TimedOut {
                step,
                limit: self.target.connect_timeout,
                connecting: true,
            },
            HttpFailure::Send(_) | HttpFailure::Read(_) => Error::Unreachable { endpoint, cause },
            HttpFailure::Status { status, .. } => match *status {
                StatusCode::TOO_MANY_REQUESTS => Error::RateLimited { step, cause },
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Error::Refused {
                    step,
                    with_key: self.target.key.is_some(),
                    cause,
                },
                status if status.is_server_error() => Error::Unreachable { endpoint, cause },
                _ => Error::NotMcp { endpoint, cause },
            },
            HttpFailure::Refused(_) => Error::Broken {
                step,
                cause: Box::new(cause),
            },
            HttpFailure::ContentType { .. }
            | HttpFailure::NotJsonRpc(_)
            | HttpFailure::WrongId
            | HttpFailure::TooLarge { .. } => Error::NotMcp { endpoint, cause },
        }
    }
}

fn broken(step: &str, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Broken {
        step: step.to_owned(),
        cause: Box::new(error),
    }
}
