//! Arguments of tools and prompts, from the command line to JSON.

use std::io::Read;

use api_keys::without_possible_keys;
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

use crate::members::Members;

/// The largest argument document read from a file or standard input, in bytes.
const LARGEST_DOCUMENT: u64 = 16 * 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidArguments {
    /// An `--arg` without `=`, or with nothing before it.
    #[error("invalid `--arg`: expected NAME=VALUE, got `{0}`")]
    NoName(String),
    /// The same name twice, in `--arg` or in `--arg` and `--json-args`.
    #[error("argument `{0}` is given twice")]
    Repeated(String),
    #[error("`--json-args` is not valid JSON")]
    Json(#[source] serde_json::Error),
    /// It would be read as something else than it says, or overflow the stack.
    #[error("{option} is refused")]
    Hostile {
        option: &'static str,
        #[source]
        cause: untrusted_json::Hazard,
    },
    #[error("invalid `--json-args`: expected a JSON object, got {0}")]
    NotAnObject(&'static str),
    #[error("argument `{name}`: expected {expected}, got `{found}`")]
    Type {
        name: String,
        expected: String,
        found: String,
    },
    #[error("the tool `{tool}` needs {}", listed(missing))]
    Missing { tool: String, missing: Vec<String> },
    #[error("the tool `{tool}` has no argument `{name}`{}", near.as_ref().map(|near| format!(": did you mean `{near}`?")).unwrap_or_default())]
    Unknown {
        tool: String,
        name: String,
        near: Option<String>,
    },
    #[error("cannot read `--json-args` from {from}")]
    Read {
        /// A file, or standard input.
        from: String,
        #[source]
        cause: std::io::Error,
    },
    #[error("`--json-args` from {0} is larger than 16 MiB")]
    TooLarge(String),
}

/// The arguments of a tool call, as far as they can be read without the tool's schema.
#[derive(Debug)]
pub(crate) struct Given {
    document: Members,
    /// Each `--arg`, in order.
    pairs: Vec<(String, String)>,
}

impl Given {
    /// Reads `--json-args`, which is a literal, `@FILE`, or `-` for `stdin`, and each `--arg`. No name may come twice.
    pub(crate) fn read(
        pairs: &[String],
        document: Option<&str>,
        stdin: &mut dyn Read,
    ) -> Result<Self, InvalidArguments> {
        let document = match document {
            Some(document) => object(&text(document, stdin)?)?,
            None => Members::default(),
        };
        let mut given = Self {
            document,
            pairs: Vec::new(),
        };
        for pair in pairs {
            let (name, value) = split(pair)?;
            if given.has(name) {
                return Err(InvalidArguments::Repeated(without_possible_keys(name)));
            }
            // What is dangerous is refused whatever the schema says.
            untrusted_json::check(value.as_bytes(), usize::MAX).map_err(|cause| {
                InvalidArguments::Hostile {
                    option: "`--arg`",
                    cause,
                }
            })?;
            given.pairs.push((name.to_owned(), value.to_owned()));
        }
        Ok(given)
    }

    /// Whether an argument of that name is given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.document.get(name).is_some() || self.pairs.iter().any(|(found, _)| found == name)
    }

    /// The names, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let document = self.document.iter().map(|(name, _)| name);
        document.chain(self.pairs.iter().map(|(name, _)| name.as_str()))
    }

    /// The document with each `--arg`, which `typed` makes JSON of, by name and text.
    pub(crate) fn joined(
        &self,
        typed: impl Fn(&str, &str) -> Result<Box<RawValue>, InvalidArguments>,
    ) -> Result<Members, InvalidArguments> {
        let mut arguments = self.document.clone();
        for (name, text) in &self.pairs {
            arguments.set(name, typed(name, text)?);
        }
        Ok(arguments)
    }
}

/// JSON where a text can be read as JSON, else the text.
pub(crate) fn json_or_text(text: &str) -> Result<Box<RawValue>, InvalidArguments> {
    match serde_json::from_str(text) {
        Ok(value) => Ok(value),
        Err(_) => to_raw_value(text).map_err(InvalidArguments::Json),
    }
}

/// The arguments of a prompt, which are always text.
pub(crate) fn for_prompt(pairs: &[String]) -> Result<Map<String, Value>, InvalidArguments> {
    let mut arguments = Map::new();
    for pair in pairs {
        let (name, value) = split(pair)?;
        let value = Value::from(value);
        if arguments.insert(name.to_owned(), value).is_some() {
            return Err(InvalidArguments::Repeated(without_possible_keys(name)));
        }
    }
    Ok(arguments)
}

/// `` `a`, `b` and `c` ``
fn listed(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    joined(&names, "and")
}

/// `a, b and c`, or with another word.
pub(crate) fn joined(words: &[String], conjunction: &str) -> String {
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} {conjunction} {last}", others.join(", ")),
        None => String::new(),
    }
}

fn split(pair: &str) -> Result<(&str, &str), InvalidArguments> {
    pair.split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or_else(|| InvalidArguments::NoName(without_possible_keys(pair)))
}

fn text(document: &str, stdin: &mut dyn Read) -> Result<String, InvalidArguments> {
    if document == "-" {
        return read("standard input", stdin);
    }
    let Some(path) = document.strip_prefix('@') else {
        return Ok(document.to_owned());
    };
    let from = format!("`{path}`");
    match std::fs::File::open(path) {
        Ok(mut file) => read(&from, &mut file),
        Err(cause) => Err(InvalidArguments::Read { from, cause }),
    }
}

fn read(from: &str, source: &mut dyn Read) -> Result<String, InvalidArguments> {
    let from = from.to_owned();
    let mut text = String::new();
    match source.take(LARGEST_DOCUMENT + 1).read_to_string(&mut text) {
        Ok(length) if length as u64 > LARGEST_DOCUMENT => Err(InvalidArguments::TooLarge(from)),
        Ok(_) => Ok(text),
        Err(cause) => Err(InvalidArguments::Read { from, cause }),
    }
}

/// Reads what a user wrote or piped, which may come from somebody else.
fn json<'t, T: Deserialize<'t>>(
    option: &'static str,
    text: &'t str,
) -> Result<serde_json::Result<T>, InvalidArguments> {
    // Deep nesting is no JSON for the parser, with a place in its error, and in `--arg` it is text.
    match untrusted_json::check(text.as_bytes(), usize::MAX) {
        Ok(()) => Ok(serde_json::from_str(text)),
        Err(cause) => Err(InvalidArguments::Hostile { option, cause }),
    }
}

fn object(text: &str) -> Result<Members, InvalidArguments> {
    const OPTION: &str = "`--json-args`";
    let value = json::<&RawValue>(OPTION, text)?.map_err(InvalidArguments::Json)?;
    let kind = match value.get().bytes().next() {
        Some(b'{') => return json(OPTION, text)?.map_err(InvalidArguments::Json),
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    };
    Err(InvalidArguments::NotAnObject(kind))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tool(pairs: &[&str], document: Option<&str>) -> Result<Value, InvalidArguments> {
        let pairs: Vec<_> = pairs.iter().map(ToString::to_string).collect();
        let given = Given::read(&pairs, document, &mut "{\"from\":\"stdin\"}".as_bytes())?;
        let arguments = given.joined(|_, text| json_or_text(text))?;
        Ok(serde_json::to_value(arguments).unwrap())
    }

    #[test]
    fn values_are_json_where_they_can_be() {
        let pairs = "n=2;f=-1.5;yes=true;none=null;list=[1,2];quoted=\"5\";text=New York;equation=a=b;empty=";
        assert_eq!(
            tool(&pairs.split(';').collect::<Vec<_>>(), None).unwrap(),
            json!({
                "n": 2, "f": -1.5, "yes": true, "none": null, "list": [1, 2], "quoted": "5",
                "text": "New York", "equation": "a=b", "empty": "",
            })
        );
    }

    #[test]
    fn both_forms_join() {
        let joined = tool(&["b=2"], Some(r#"{"a":1}"#)).unwrap();
        assert_eq!(joined, json!({"a": 1, "b": 2}));
        assert_eq!(tool(&[], Some("-")).unwrap(), json!({"from": "stdin"}));
        assert_eq!(tool(&[], None).unwrap(), json!({}));
    }

    #[test]
    fn what_is_written_is_what_is_sent() {
        let document = r#"{"z": 12345678901234567890123, "a": {"y": 1.10, "b": -0.0e2}}"#;
        let given = Given::read(&["m=1e2".to_owned()], Some(document), &mut std::io::empty());
        let arguments = given.unwrap().joined(|_, text| json_or_text(text)).unwrap();
        assert_eq!(
            serde_json::to_string(&arguments).unwrap(),
            r#"{"z":12345678901234567890123,"a":{"y": 1.10, "b": -0.0e2},"m":1e2}"#
        );
    }

    #[test]
    fn a_file_is_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), r#"{"from":"file"}"#).unwrap();
        let document = format!("@{}", file.path().display());
        assert_eq!(tool(&[], Some(&document)).unwrap(), json!({"from": "file"}));
    }

    #[test]
    fn mistakes_are_named() {
        const PAIR: &str = "invalid `--arg`: expected NAME=VALUE, got";
        for (pairs, document, expected) in [
            (&["city"][..], None, &format!("{PAIR} `city`")[..]),
            (&["=x"], None, &format!("{PAIR} `=x`")),
            (&["a=1", "a=2"], None, "argument `a` is given twice"),
            (&["a=1"], Some(r#"{"a":1}"#), "argument `a` is given twice"),
            (&[], Some("{"), "`--json-args` is not valid JSON"),
            (
                &[],
                Some("[1]"),
                "invalid `--json-args`: expected a JSON object, got an array",
            ),
            (
                &[],
                Some("@/no/such/file"),
                "cannot read `--json-args` from `/no/such/file`",
            ),
        ] {
            assert_eq!(tool(pairs, document).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn an_endless_document_is_refused() {
        let mut endless = std::io::repeat(b' ');
        let error = Given::read(&[], Some("-"), &mut endless).unwrap_err();
        assert!(matches!(error, InvalidArguments::TooLarge(_)), "{error}");
    }

    #[test]
    fn prompt_arguments_stay_text() {
        let arguments = for_prompt(&["n=2".to_owned()]).unwrap();
        assert_eq!(Value::from(arguments), json!({"n": "2"}));
    }
}
