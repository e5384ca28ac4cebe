//! AWS Secrets Manager, through the SDK.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::SdkError;

use super::{Promotion, Version, Versioned};
use crate::aws::{self, CallFailure};
use crate::cli::ConnectionArgs;
use crate::keys::error::KeysError;
use crate::keys::location::Location;

/// The label of what counts.
const CURRENT: &str = "AWSCURRENT";

/// The label of the version that this program wrote last, which may not be current yet. A version needs a label to be
/// stored without becoming current. It is one label and not one per edit, because a secret has no more than 20; and it
/// is not `AWSPENDING`, which belongs to Secrets Manager's own rotation.
const WRITTEN: &str = "mcp-client-edit";

/// A secret in AWS Secrets Manager.
#[derive(Debug)]
pub(crate) struct AwsSecret {
    client: Client,
    id: String,
}

impl AwsSecret {
    /// A client for the secret with this name or ARN. The SDK finds the region, the credentials and the endpoint in
    /// the environment. Nothing is sent yet.
    pub(crate) async fn connect(id: String, limits: &ConnectionArgs) -> Self {
        let client = Client::new(&aws::configuration(limits).await);
        Self { client, id }
    }

    /// Makes `text` current, whatever was.
    pub(super) async fn replace(&self, text: &str) -> Result<(), KeysError> {
        let request = self.client.put_secret_value().secret_id(&self.id);
        let answer = request.secret_string(text).send().await;
        let failed = |error| KeysError::of_call(CallFailure::of(&error), self.location());
        answer.map(drop).map_err(failed)
    }
}

impl Versioned for AwsSecret {
    fn location(&self) -> Location {
        Location::SecretId(self.id.clone())
    }

    async fn current(&self) -> Result<Version, KeysError> {
        let request = self.client.get_secret_value().secret_id(&self.id);
        let answer = request.version_stage(CURRENT).send().await;
        let answer =
            answer.map_err(|error| KeysError::of_call(CallFailure::of(&error), self.location()))?;
        match (answer.version_id, answer.secret_string) {
            (Some(id), Some(text)) => Ok(Version { id, text }),
            _ => Err(KeysError::NotText(self.location())),
        }
    }

    async fn draft(&self, text: String) -> Result<String, KeysError> {
        // The SDK makes a ClientRequestToken, so a repetition after a lost answer makes no second version.
        let request = self.client.put_secret_value().secret_id(&self.id);
        let request = request.secret_string(text).version_stages(WRITTEN);
        let answer = request.send().await;
        let answer =
            answer.map_err(|error| KeysError::of_call(CallFailure::of(&error), self.location()))?;
        answer.version_id.ok_or_else(|| {
            KeysError::unreachable(self.location(), "the answer names no version".to_owned())
        })
    }

    async fn promote(&self, draft: &str, base: &str) -> Result<Promotion, KeysError> {
        let request = self.client.update_secret_version_stage();
        let request = request.secret_id(&self.id).version_stage(CURRENT);
        let request = request
            .remove_from_version_id(base)
            .move_to_version_id(draft);
        match request.send().await {
            Ok(_) => Ok(Promotion::Done),
            Err(SdkError::ServiceError(error)) if error.err().is_invalid_parameter_exception() => {
                let cause = error.err().meta().message().unwrap_or("no message");
                Ok(Promotion::Refused(cause.to_owned()))
            }
            Err(error) => Err(KeysError::of_call(CallFailure::of(&error), self.location())),
        }
    }
}
