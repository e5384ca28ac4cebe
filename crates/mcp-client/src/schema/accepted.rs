//! What one argument may be, and what an `--arg` means there.

use api_keys::without_possible_keys;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::arguments::{InvalidArguments, joined, json_or_text};

/// What a property may be, as far as its schema says so plainly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Accepted {
    /// JSON Schema's names of types. None is any.
    types: Vec<String>,
    /// The only values, if they are all texts.
    texts: Option<Vec<String>>,
}

impl Accepted {
    pub(super) fn of(schema: &Value, root: &Value, depth: usize) -> Self {
        let Some(depth) = depth.checked_sub(1) else {
            return Self::default();
        };
        if let Some(target) = schema["$ref"].as_str() {
            let found = target.strip_prefix('#').and_then(|path| root.pointer(path));
            return found.map_or(Self::default(), |found| Self::of(found, root, depth));
        }
        if let Some(values) = schema["enum"].as_array() {
            return Self::one_of(values);
        }
        if let Some(value) = schema.get("const") {
            return Self::one_of(std::slice::from_ref(value));
        }
        let variants = schema.get("anyOf").or_else(|| schema.get("oneOf"));
        if let Some(Value::Array(variants)) = variants {
            let variants = variants
                .iter()
                .map(|variant| Self::of(variant, root, depth));
            return Self::any_of(variants);
        }
        let types = match &schema["type"] {
            Value::String(name) => vec![name.clone()],
            Value::Array(names) => names
                .iter()
                .filter_map(Value::as_str)
                .map(ToOwned::to_owned)
                .collect(),
            _ => Vec::new(),
        };
        Self { types, texts: None }
    }

    fn one_of(values: &[Value]) -> Self {
        let texts: Option<Vec<_>> = values
            .iter()
            .map(|value| value.as_str().map(ToOwned::to_owned))
            .collect();
        match texts {
            Some(texts) => Self {
                types: vec!["string".to_owned()],
                texts: Some(texts),
            },
            None => Self::default(),
        }
    }

    fn any_of(variants: impl Iterator<Item = Self>) -> Self {
        let (mut types, mut texts) = (Vec::new(), Some(Vec::new()));
        for variant in variants {
            if variant.types.is_empty() {
                return Self::default();
            }
            match variant.texts {
                Some(more) => texts = texts.map(|texts: Vec<_>| [texts, more].concat()),
                None if variant.types.iter().any(|name| name == "string") => texts = None,
                None => {}
            }
            types.extend(variant.types);
        }
        Self {
            texts: texts.filter(|texts| !texts.is_empty()),
            types,
        }
    }

    fn takes(&self, name: &str) -> bool {
        self.types.iter().any(|found| found == name)
    }

    /// Makes JSON of an `--arg`: text where a text is wanted, else the JSON that it is.
    pub(super) fn read(&self, name: &str, text: &str) -> Result<Box<RawValue>, InvalidArguments> {
        if self.types.is_empty() {
            return json_or_text(text);
        }
        let json = serde_json::from_str::<&RawValue>(text.trim()).ok();
        let kind = json.map(kind);
        let fits = match kind {
            Some("number") => self.takes("number") || self.takes("integer") && is_integer(text),
            // A text in quotes is the text between them.
            Some("string") => self.takes("string"),
            Some(kind) => self.takes(kind),
            None => false,
        };
        let value = match json {
            Some(json) if fits => json.to_owned(),
            _ if self.takes("string") => to_raw_value(text).map_err(InvalidArguments::Json)?,
            _ => return Err(self.refuse(name, text)),
        };
        let said = serde_json::from_str::<String>(value.get()).ok();
        match (&self.texts, said) {
            (Some(texts), Some(said)) if !texts.contains(&said) => Err(self.refuse(name, text)),
            _ => Ok(value),
        }
    }

    fn refuse(&self, name: &str, found: &str) -> InvalidArguments {
        let expected = match &self.texts {
            Some(texts) => joined(texts, "or"),
            None => joined(&self.types, "or"),
        };
        InvalidArguments::Type {
            name: name.to_owned(),
            expected,
            found: without_possible_keys(found),
        }
    }
}

/// JSON Schema's name for the type of a value.
fn kind(json: &RawValue) -> &'static str {
    match json.get().bytes().next() {
        Some(b'"') => "string",
        Some(b'{') => "object",
        Some(b'[') => "array",
        Some(b't' | b'f') => "boolean",
        Some(b'n') => "null",
        _ => "number",
    }
}

/// Whether a number has no fraction, as JSON Schema counts: `1.0` and `1e2` have none.
fn is_integer(text: &str) -> bool {
    let digits = text.trim().trim_start_matches('-');
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    whole
        || text
            .trim()
            .parse::<f64>()
            .is_ok_and(|number| number.fract() == 0.0)
}
