//! A deployed stack: what its outputs say about its endpoint and its keys.

mod error;

use std::collections::HashMap;
use std::time::Duration;

use api_keys::without_keys_in_names;
use aws_sdk_cloudformation::Client;

pub(crate) use self::error::StackError;
use crate::aws::{self, CallFailure};
use crate::cli::ConnectionArgs;
use crate::endpoint::EndpointUrl;

/// The outputs of one stack.
#[derive(Debug)]
pub(crate) struct Stack {
    /// As it may be shown.
    name: String,
    outputs: HashMap<String, String>,
}

/// What a deployment says about its keys.
#[derive(Debug)]
pub(crate) struct DeployedKeys {
    /// The ARN of their secret.
    pub(crate) secret_id: String,
    /// How long the authorizer keeps what it read.
    pub(crate) cache: Duration,
    pub(crate) gateway: Gateway,
}

/// The gateway in front of an authorizer.
#[derive(Debug, Clone)]
pub(crate) struct Gateway {
    /// How long it keeps the authorizer's answers.
    pub(crate) cache: Duration,
    pub(crate) api_id: String,
}

impl Stack {
    /// Reads the outputs of the stack with this name or ARN.
    pub(crate) async fn read(name: &str, limits: &ConnectionArgs) -> Result<Self, StackError> {
        let shown = without_keys_in_names(name);
        if !is_name(name) {
            return Err(StackError::InvalidName(shown));
        }
        let client = Client::new(&aws::configuration(limits).await);
        let answer = client.describe_stacks().stack_name(name).send().await;
        let answer =
            answer.map_err(|error| StackError::of_call(CallFailure::of(&error), shown.clone()))?;
        let Some(stack) = answer.stacks.unwrap_or_default().into_iter().next() else {
            return Err(StackError::Missing(shown));
        };
        let outputs = stack.outputs.unwrap_or_default().into_iter();
        let outputs = outputs.filter_map(|output| output.output_key.zip(output.output_value));
        Ok(Self {
            name: shown,
            outputs: outputs.collect(),
        })
    }

    /// Where clients connect.
    pub(crate) fn endpoint(&self) -> Result<EndpointUrl, StackError> {
        const OUTPUT: &str = "McpEndpoint";
        let endpoint = self.output(OUTPUT)?.parse();
        endpoint.map_err(|_| self.invalid(OUTPUT, "an http:// or https:// URL"))
    }

    /// Where its keys are, and how long a change of them takes.
    pub(crate) fn keys(&self) -> Result<DeployedKeys, StackError> {
        Ok(DeployedKeys {
            secret_id: self.secret_id()?.to_owned(),
            cache: self.seconds("KeyCacheSeconds")?,
            gateway: Gateway {
                cache: self.seconds("AuthorizerTtlSeconds")?,
                api_id: self.api_id()?.to_owned(),
            },
        })
    }

    /// It becomes part of a command that people copy.
    fn api_id(&self) -> Result<&str, StackError> {
        const OUTPUT: &str = "ApiId";
        let id = self.output(OUTPUT)?;
        let plain = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric());
        plain
            .then_some(id)
            .ok_or_else(|| self.invalid(OUTPUT, "letters and digits"))
    }

    /// It is shown as the place of the keys.
    fn secret_id(&self) -> Result<&str, StackError> {
        const OUTPUT: &str = "ApiKeysSecret";
        let id = self.output(OUTPUT)?;
        let plain = !id.is_empty() && id.chars().all(|c| c.is_ascii_graphic());
        plain
            .then_some(id)
            .ok_or_else(|| self.invalid(OUTPUT, "the ARN of a secret"))
    }

    fn seconds(&self, output: &'static str) -> Result<Duration, StackError> {
        let seconds: Result<u32, _> = self.output(output)?.parse();
        match seconds {
            Ok(seconds) => Ok(Duration::from_secs(seconds.into())),
            Err(_) => Err(self.invalid(output, "a number of seconds")),
        }
    }

    fn output(&self, output: &'static str) -> Result<&str, StackError> {
        let value = self.outputs.get(output).map(String::as_str);
        value.ok_or_else(|| StackError::NoOutput {
            stack: self.name.clone(),
            output,
        })
    }

    fn invalid(&self, output: &'static str, expected: &'static str) -> StackError {
        StackError::InvalidOutput {
            stack: self.name.clone(),
            output,
            expected,
        }
    }
}

/// Whether CloudFormation would look for a stack of this name or ARN, rather than quote it in a complaint.
fn is_name(text: &str) -> bool {
    let text = text.strip_prefix("arn:").unwrap_or(text);
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-:/".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(outputs: &[(&str, &str)]) -> Stack {
        let outputs = outputs.iter();
        let outputs = outputs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Stack {
            name: "S".to_owned(),
            outputs: outputs.collect(),
        }
    }

    const COMPLETE: [(&str, &str); 5] = [
        ("McpEndpoint", "https://host/mcp"),
        (
            "ApiKeysSecret",
            "arn:aws:secretsmanager:eu-west-1:1:secret:Keys-a",
        ),
        ("ApiId", "a1b2"),
        ("KeyCacheSeconds", "5"),
        ("AuthorizerTtlSeconds", "300"),
    ];

    #[test]
    fn the_outputs_say_where_and_how_long() {
        let stack = stack(&COMPLETE);
        assert_eq!(stack.endpoint().unwrap().as_str(), "https://host/mcp");
        let keys = stack.keys().unwrap();
        assert!(keys.secret_id.ends_with("Keys-a"));
        assert_eq!(keys.cache, Duration::from_secs(5));
        assert_eq!(keys.gateway.cache, Duration::from_secs(300));
        assert_eq!(keys.gateway.api_id, "a1b2");
    }

    #[test]
    fn a_missing_output_is_named() {
        for missing in 0..COMPLETE.len() {
            let mut outputs = COMPLETE.to_vec();
            let (name, _) = outputs.remove(missing);
            let stack = stack(&outputs);
            let error = match name {
                "McpEndpoint" => stack.endpoint().unwrap_err(),
                _ => stack.keys().unwrap_err(),
            };
            assert_eq!(
                error.to_string(),
                format!("the stack S has no output `{name}`")
            );
        }
    }

    #[test]
    fn an_output_of_something_else_is_not_repeated() {
        let stack = stack(&[("McpEndpoint", "ftp://u:p@x"), ("KeyCacheSeconds", "-1")]);
        assert_eq!(
            stack.endpoint().unwrap_err().to_string(),
            "invalid output `McpEndpoint` of the stack S: expected an http:// or https:// URL"
        );
        assert_eq!(
            stack.seconds("KeyCacheSeconds").unwrap_err().to_string(),
            "invalid output `KeyCacheSeconds` of the stack S: expected a number of seconds"
        );
    }

    #[test]
    fn an_output_that_is_shown_cannot_steer_a_terminal_or_a_shell() {
        for (name, value) in [
            ("ApiId", "a; rm -rf ~ #"),
            ("ApiId", "$(id)"),
            ("ApiId", ""),
            ("ApiKeysSecret", "arn:\u{1b}[2J"),
            ("ApiKeysSecret", "a\nin force everywhere by never"),
        ] {
            let mut outputs = COMPLETE.to_vec();
            outputs.retain(|(other, _)| *other != name);
            outputs.push((name, value));
            let error = stack(&outputs).keys().unwrap_err().to_string();
            let expected = format!("invalid output `{name}` of the stack S: expected ");
            assert!(error.starts_with(&expected), "{error}");
        }
    }

    #[test]
    fn names_and_arns_are_asked_for_and_nothing_else() {
        let arn = "arn:aws:cloudformation:eu-west-1:123456789012:stack/McpServerStack/0a-1b";
        assert!(is_name("McpServerStack-staging") && is_name(arn));
        for text in ["", "1st", "a b", "mcp_ci_0", "a.b", "-a", "\u{1b}a"] {
            assert!(!is_name(text), "{text}");
        }
    }
}
