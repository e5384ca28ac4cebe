//! What can go wrong when a stack is asked for its outputs.

use api_keys::without_keys_in_names;

use crate::aws::{CallFailure, Unconfigured};
use crate::exit;

/// What went wrong. Names are as they may be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StackError {
    #[error("invalid stack: expected a name or an ARN, got `{0}`")]
    InvalidName(String),
    #[error("the stack {0} does not exist")]
    Missing(String),
    #[error("the stack {stack} has no output `{output}`")]
    NoOutput { stack: String, output: &'static str },
    #[error("invalid output `{output}` of the stack {stack}: expected {expected}")]
    InvalidOutput {
        stack: String,
        output: &'static str,
        expected: &'static str,
    },
    #[error("access to the stack {stack} is denied: {cause}")]
    Denied { stack: String, cause: String },
    #[error("CloudFormation is asked too often: {0}")]
    Throttled(String),
    #[error("CloudFormation did not answer in time")]
    TimedOut,
    #[error("cannot ask CloudFormation for the stack {stack}: {cause}")]
    Unreachable { stack: String, cause: String },
    #[error(transparent)]
    Unconfigured(Unconfigured),
}

impl StackError {
    pub(super) fn of_call(failure: CallFailure, stack: String) -> Self {
        match failure {
            CallFailure::Missing => Self::Missing(stack),
            CallFailure::TimedOut => Self::TimedOut,
            CallFailure::Throttled(cause) | CallFailure::LimitExceeded(cause) => {
                Self::Throttled(cause)
            }
            // The service names what it was asked for.
            CallFailure::Denied(cause) => {
                let cause = without_keys_in_names(&cause);
                Self::Denied { stack, cause }
            }
            CallFailure::Unconfigured(what) => Self::Unconfigured(what),
            CallFailure::Unreachable(cause) => {
                let cause = without_keys_in_names(&cause);
                Self::Unreachable { stack, cause }
            }
        }
    }

    /// A stable word for programs, and the code to exit with.
    pub(crate) fn class(&self) -> (&'static str, u8) {
        match self {
            Self::InvalidName(_) => ("usage", exit::USAGE),
            Self::Missing(_) => ("stack_missing", exit::UNREACHABLE),
            Self::NoOutput { .. } | Self::InvalidOutput { .. } => ("invalid_stack", exit::BAD_DATA),
            Self::Denied { .. } => ("refused", exit::REFUSED),
            Self::Throttled(_) => ("rate_limited", exit::TRY_AGAIN),
            Self::TimedOut => ("timed_out", exit::TRY_AGAIN),
            Self::Unreachable { .. } => ("unreachable", exit::UNREACHABLE),
            Self::Unconfigured(what) => what.class(),
        }
    }

    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::InvalidName(_) => {
                "a stack's name has letters, digits and hyphens: `--stack McpServerStack`"
            }
            Self::Missing(_) => {
                "check the name, AWS_REGION and AWS_PROFILE; `aws cloudformation list-stacks` shows those that there are"
            }
            Self::NoOutput { .. } | Self::InvalidOutput { .. } => {
                "deploy the stack with this version of the project; or name its parts: --secret-id, --endpoint"
            }
            Self::Denied { .. } => {
                "this needs cloudformation:DescribeStacks; `aws sts get-caller-identity` tells who you are; \
                 --secret-id and --endpoint need no stack"
            }
            Self::Throttled(_) => "try again in a moment",
            Self::TimedOut | Self::Unreachable { .. } => {
                "check the network, AWS_REGION and AWS_ENDPOINT_URL"
            }
            Self::Unconfigured(what) => what.hint(),
        }
    }
}
