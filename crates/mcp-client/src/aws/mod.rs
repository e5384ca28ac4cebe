//! What the calls to AWS share: where the SDK finds its settings, and what a failed call means.

mod failure;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};

pub(crate) use self::failure::{CallFailure, Unconfigured};
use crate::cli::ConnectionArgs;

/// The region, the credentials and the endpoint that the environment and the profile give. Nothing is sent yet, unless
/// a role must be asked for.
pub(crate) async fn configuration(limits: &ConnectionArgs) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(limits.connect_timeout)
        .operation_timeout(limits.timeout)
        .build();
    let config = aws_config::defaults(BehaviorVersion::latest()).timeout_config(timeouts);
    config.load().await
}
