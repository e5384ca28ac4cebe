//! What a tool's input schema says about its arguments, before they are sent.

mod accepted;

use serde_json::Value;

use self::accepted::Accepted;
use crate::arguments::{Given, InvalidArguments};
use crate::error::Error;
use crate::members::Members;
use crate::reply::Reply;

/// How many `$ref`s and alternatives are followed.
const DEEPEST: usize = 16;

/// No item of a list has that name.
#[derive(Debug)]
pub(crate) struct Unknown {
    name: String,
    /// The one that it may have been meant to be.
    near: Option<String>,
    known: usize,
}

/// The item of that name, which is in the member `id`.
pub(crate) fn named<'l>(items: &'l [Reply], id: &str, name: &str) -> Result<&'l Reply, Unknown> {
    let found = items
        .iter()
        .find(|item| item.get::<String>(id).as_deref() == Some(name));
    found.ok_or_else(|| {
        let names: Vec<String> = items.iter().filter_map(|item| item.get(id)).collect();
        Unknown {
            name: name.to_owned(),
            near: near(name, names.iter().map(String::as_str)),
            known: items.len(),
        }
    })
}

impl Unknown {
    /// The error about an unknown `what`.
    pub(crate) fn of(self, what: &'static str) -> Error {
        let Self { name, near, known } = self;
        Error::Unknown {
            what,
            name,
            near,
            known,
        }
    }
}

/// The nearest of `names`, if it is near enough to be a slip of the pen.
pub(crate) fn near<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
    let scored = names.map(|other| (strsim::damerau_levenshtein(name, other), other));
    let (distance, nearest) = scored.min()?;
    let close = distance <= 1 + name.chars().count() / 4;
    close.then(|| nearest.to_owned())
}

/// What `given` means to `tool`: each `--arg` in the type that its schema asks for.
///
/// # Errors
/// When an argument is missing, unknown, or of another type. Whatever else a schema demands is for the server to say.
pub(crate) fn arguments(tool: &Reply, given: &Given) -> Result<Members, InvalidArguments> {
    let name: String = tool.get("name").unwrap_or_default();
    let schema = &tool
        .member("inputSchema")
        .map(|schema| schema.value())
        .unwrap_or_default();
    // A misspelt name first: it is why another is missing.
    nothing_unknown(&name, schema, given)?;
    complete(&name, schema, given)?;
    given.joined(|name, text| {
        let properties = &schema["properties"];
        let property = &properties[name];
        let accepted = Accepted::of(property, schema, DEEPEST);
        accepted.read(name, text)
    })
}

fn complete(tool: &str, schema: &Value, given: &Given) -> Result<(), InvalidArguments> {
    let required = schema["required"].as_array().into_iter().flatten();
    let required = required.filter_map(Value::as_str);
    let missing: Vec<_> = required
        .filter(|name| !given.has(name))
        .map(ToOwned::to_owned)
        .collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(InvalidArguments::Missing {
            tool: tool.to_owned(),
            missing,
        }),
    }
}

/// A schema that says nothing of other arguments may allow them, but a slip of the pen is more likely.
fn nothing_unknown(tool: &str, schema: &Value, given: &Given) -> Result<(), InvalidArguments> {
    let Some(properties) = schema["properties"].as_object() else {
        return Ok(());
    };
    let open = match &schema["additionalProperties"] {
        Value::Bool(open) => *open,
        Value::Null => properties.is_empty() || has_other_properties(schema),
        _ => true,
    };
    let unknown = given
        .names()
        .find(|name| !open && !properties.contains_key(*name));
    match unknown {
        None => Ok(()),
        Some(name) => Err(InvalidArguments::Unknown {
            tool: tool.to_owned(),
            name: name.to_owned(),
            near: near(name, properties.keys().map(String::as_str)),
        }),
    }
}

fn has_other_properties(schema: &Value) -> bool {
    [
        "patternProperties",
        "allOf",
        "anyOf",
        "oneOf",
        "if",
        "$ref",
        "unevaluatedProperties",
    ]
    .iter()
    .any(|keyword| schema.get(*keyword).is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::to_raw_value;

    use super::*;

    fn tool() -> Reply {
        let tool = json!({"name": "t", "inputSchema": {
            "properties": {
                "message": {"type": "string"},
                "n": {"type": "integer"},
                "x": {"type": ["number", "null"]},
                "yes": {"type": "boolean"},
                "units": {"anyOf": [{"$ref": "#/$defs/Units"}, {"type": "null"}]},
                "list": {"type": "array", "items": {"type": "string"}},
                "any": {},
                "loop": {"$ref": "#/properties/loop"},
            },
            "required": ["message"],
            "$defs": {"Units": {"enum": ["celsius", "fahrenheit"]}},
        }});
        Reply::new(to_raw_value(&tool).unwrap())
    }

    fn sent(pairs: &[&str]) -> Result<String, String> {
        let pairs: Vec<_> = pairs.iter().map(ToString::to_string).collect();
        let given = Given::read(&pairs, None, &mut std::io::empty()).unwrap();
        let arguments = arguments(&tool(), &given).map_err(|error| error.to_string())?;
        Ok(serde_json::to_string(&arguments).unwrap())
    }

    #[test]
    fn a_text_is_what_the_schema_wants_it_to_be() {
        for (pair, expected) in [
            ("message=5", r#"{"message":"5"}"#),
            ("message=true", r#"{"message":"true"}"#),
            ("message={\"a\":1}", r#"{"message":"{\"a\":1}"}"#),
            ("message=\"5\"", r#"{"message":"5"}"#),
            ("message=", r#"{"message":""}"#),
        ] {
            assert_eq!(sent(&[pair]).unwrap(), expected);
        }
        for (pair, expected) in [
            ("n=12345678901234567890123", "\"n\":12345678901234567890123"),
            ("n=1.0", "\"n\":1.0"),
            ("x=1.10", "\"x\":1.10"),
            ("x=null", "\"x\":null"),
            ("yes=false", "\"yes\":false"),
            ("units=celsius", "\"units\":\"celsius\""),
            ("units=null", "\"units\":null"),
            ("list=[\"a\", \"b\"]", "\"list\":[\"a\", \"b\"]"),
            ("any=5", "\"any\":5"),
            ("any=five", "\"any\":\"five\""),
            ("loop=5", "\"loop\":5"),
        ] {
            let sent = sent(&["message=m", pair]).unwrap();
            assert_eq!(sent, format!("{{\"message\":\"m\",{expected}}}"));
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (pairs, expected) in [
            (&["n=5"][..], "the tool `t` needs `message`"),
            (
                &["message=m", "n=five"],
                "argument `n`: expected integer, got `five`",
            ),
            (
                &["message=m", "n=1.5"],
                "argument `n`: expected integer, got `1.5`",
            ),
            (
                &["message=m", "x=\"1\""],
                "argument `x`: expected number or null, got `\"1\"`",
            ),
            (
                &["message=m", "yes=yes"],
                "argument `yes`: expected boolean, got `yes`",
            ),
            (
                &["message=m", "units=kelvin"],
                "argument `units`: expected celsius or fahrenheit, got `kelvin`",
            ),
            (
                &["message=m", "list=a"],
                "argument `list`: expected array, got `a`",
            ),
            (
                &["message=m", "mesage=m"],
                "the tool `t` has no argument `mesage`: did you mean `message`?",
            ),
            (
                &["mesage=m"],
                "the tool `t` has no argument `mesage`: did you mean `message`?",
            ),
            (
                &["message=m", "other=1"],
                "the tool `t` has no argument `other`",
            ),
        ] {
            assert_eq!(sent(pairs).unwrap_err(), expected);
        }
    }

    #[test]
    fn the_nearest_name_is_near() {
        let names = ["get_weather", "ping"];
        assert_eq!(
            near("get_wether", names.into_iter()).as_deref(),
            Some("get_weather")
        );
        assert_eq!(near("calculate", names.into_iter()), None);
        assert_eq!(near("x", [].into_iter()), None);
    }
}
