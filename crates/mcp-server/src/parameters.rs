//! Arguments of a tool or prompt: deserialised, then checked against their declared bounds.

use std::borrow::Cow;

use garde::Validate;
use rmcp::ErrorData;
use rmcp::handler::server::common::FromContextPart;
use rmcp::handler::server::prompt::PromptContext;
use rmcp::handler::server::tool::ToolCallContext;
use rmcp::model::JsonObject;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

/// The validated arguments of a call.
///
/// Same name and use as rmcp's extractor (rmcp's macros find the schema by this name), plus the bounds:
/// a value outside them never reaches the tool.
#[derive(Debug, Clone, Copy)]
pub struct Parameters<T>(pub T);

impl<T> Parameters<T>
where
    T: DeserializeOwned + Validate<Context = ()>,
{
    fn from_arguments(arguments: JsonObject) -> Result<Self, ErrorData> {
        let value: T = serde_path_to_error::deserialize(serde_json::Value::Object(arguments))
            .map_err(|error| match error.path().to_string().as_str() {
                "." => invalid(error.inner()),
                path => invalid(&format!("`{path}`: {}", error.inner())),
            })?;
        value.validate().map_err(|report| {
            let problems: Vec<String> = report
                .iter()
                .map(|(path, problem)| format!("`{path}`: {problem}"))
                .collect();
            invalid(&problems.join("; "))
        })?;
        Ok(Self(value))
    }
}

// rmcp's macros ask the wrapper for the schema of what it wraps.
impl<T: JsonSchema> JsonSchema for Parameters<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

fn invalid(problem: &dyn std::fmt::Display) -> ErrorData {
    ErrorData::invalid_params(format!("invalid arguments: {problem}"), None)
}

impl<S, T> FromContextPart<ToolCallContext<'_, S>> for Parameters<T>
where
    T: DeserializeOwned + Validate<Context = ()>,
{
    fn from_context_part(context: &mut ToolCallContext<'_, S>) -> Result<Self, ErrorData> {
        Self::from_arguments(context.arguments.take().unwrap_or_default())
    }
}

impl<S, T> FromContextPart<PromptContext<'_, S>> for Parameters<T>
where
    T: DeserializeOwned + Validate<Context = ()>,
{
    fn from_context_part(context: &mut PromptContext<'_, S>) -> Result<Self, ErrorData> {
        Self::from_arguments(context.arguments.take().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Arguments {
        #[garde(range(max = 10))]
        count: u32,
        #[serde(default)]
        #[garde(length(chars, max = 3))]
        label: String,
    }

    fn problem(json: &str) -> String {
        let arguments = serde_json::from_str(json).unwrap();
        Parameters::<Arguments>::from_arguments(arguments)
            .unwrap_err()
            .message
            .into_owned()
    }

    #[test]
    fn good_arguments_pass() {
        let arguments = serde_json::from_str(r#"{"count": 10, "label": "äöü"}"#).unwrap();
        let Parameters(value) = Parameters::<Arguments>::from_arguments(arguments).unwrap();
        assert_eq!((value.count, value.label.as_str()), (10, "äöü"));
    }

    #[test]
    fn every_problem_names_the_argument() {
        assert_eq!(
            problem(r#"{"count": 11, "label": "long"}"#),
            "invalid arguments: `count`: greater than 10; `label`: length is greater than 3"
        );
        assert_eq!(
            problem(r#"{"count": "many"}"#),
            "invalid arguments: `count`: invalid type: string \"many\", expected u32"
        );
        assert_eq!(problem("{}"), "invalid arguments: missing field `count`");
        assert_eq!(
            problem(r#"{"count": 1, "cuont": 2}"#),
            "invalid arguments: `cuont`: unknown field `cuont`, expected `count` or `label`"
        );
    }
}
