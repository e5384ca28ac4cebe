//! From a failure of rmcp or HTTP to what it means for the user.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use rmcp::model::ErrorData;
use rmcp::service::{ClientInitializeError, ServiceError};

use crate::error::{Error, Unexpected};
use crate::http::HttpFailure;
use crate::target::Target;
use crate::transport::LastExchange;

pub(crate) struct Diagnosis<'t> {
    target: &'t Target,
    last_exchange: LastExchange,
}

impl<'t> Diagnosis<'t> {
    pub(crate) fn new(target: &'t Target, last_exchange: LastExchange) -> Self {
        Self {
            target,
            last_exchange,
        }
    }

    pub(super) fn of_silence(&self, step: &str) -> Error {
        self.of_silence_within(step, self.target.timeout)
    }

    pub(crate) fn of_silence_within(&self, step: &str, limit: Duration) -> Error {
        Error::TimedOut {
            step: step.to_owned(),
            limit,
            connecting: false,
        }
    }

    pub(super) fn of_call(&self, step: &str, error: ServiceError) -> Error {
        match (self.last_exchange.take(), error) {
            (Some(failure), _) => self.of_answer(step, failure),
            (None, ServiceError::McpError(error)) => self.rejected(step, error),
            (None, _) => self.of_nothing(step),
        }
    }

    pub(super) fn of_start(&self, step: &str, error: ClientInitializeError) -> Error {
        match (self.last_exchange.take(), error) {
            (Some(failure), _) => self.of_http(step, failure),
            (None, ClientInitializeError::JsonRpcError(error)) => self.rejected(step, error),
            (
                None,
                ClientInitializeError::NoCompatibleProtocolVersion {
                    server_supported, ..
                },
            ) => {
                let server = server_supported.iter().map(ToString::to_string).collect();
                Error::NoSharedVersion { server }
            }
            (
                None,
                ClientInitializeError::ExpectedInitResult(_)
                | ClientInitializeError::ExpectedInitResponse(_),
            ) => broken(step, Unexpected::Introduction),
            (
                None,
                ClientInitializeError::ConflictInitResponseId(..)
                | ClientInitializeError::UncorrelatedErrorResponse { .. },
            ) => broken(step, HttpFailure::WrongId),
            (None, _) => self.of_nothing(step),
        }
    }

    /// The exchange ended well, but with no answer in it.
    pub(super) fn of_nothing(&self, step: &str) -> Error {
        broken(step, Unexpected::NoAnswer)
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

    /// A failure after the start: something there speaks MCP, so the URL is not to blame.
    pub(crate) fn of_answer(&self, step: &str, cause: Arc<HttpFailure>) -> Error {
        let step = step.to_owned();
        match &*cause {
            HttpFailure::TooLarge { .. } => Error::AnswerLost { step, cause },
            _ if cause.status().is_some() => self.of_http(&step, cause),
            HttpFailure::Send(_) | HttpFailure::Read(_) => self.of_http(&step, cause),
            _ => Error::Broken {
                step,
                cause: Box::new(cause),
            },
        }
    }

    /// A failure at the start: the URL may be wrong.
    pub(crate) fn of_http(&self, step: &str, cause: Arc<HttpFailure>) -> Error {
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
                    presented: self.presented(),
                    cause,
                },
                StatusCode::NOT_FOUND
                | StatusCode::METHOD_NOT_ALLOWED
                | StatusCode::GONE
                | StatusCode::MISDIRECTED_REQUEST => Error::NotMcp { endpoint, cause },
                status if status.is_server_error() => Error::Unreachable { endpoint, cause },
                status if status.is_client_error() => Error::NotAccepted { step, cause },
                _ => Error::NotMcp { endpoint, cause },
            },
            HttpFailure::Refused(_) | HttpFailure::SessionGone => Error::Broken {
                step,
                cause: Box::new(cause),
            },
            _ => Error::NotMcp { endpoint, cause },
        }
    }

    /// Where the credentials are from that the server got.
    fn presented(&self) -> Vec<String> {
        let sources = self.target.credentials.iter();
        sources.map(|found| found.source().to_owned()).collect()
    }
}

fn broken(step: &str, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Broken {
        step: step.to_owned(),
        cause: Box::new(error),
    }
}
