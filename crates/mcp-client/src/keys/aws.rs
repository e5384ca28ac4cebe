//! What every AWS service here has in common.

use std::error::Error;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};

use crate::cli::ConnectionArgs;

/// Region, credentials and endpoint, which the SDK finds in the environment, and the limits of each call. Nothing is
/// sent yet.
pub(super) async fn configuration(limits: &ConnectionArgs) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(limits.connect_timeout)
        .operation_timeout(limits.timeout)
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .timeout_config(timeouts)
        .load()
        .await
}

/// The messages of an error and of those below it.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let all = std::iter::successors(Some(error), |error| Error::source(*error));
    all.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
