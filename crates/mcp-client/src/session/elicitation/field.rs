//! One field of a form: what is asked, and what a line means.

use serde_json::Value;

/// `Name (integer, 1 to 9, required) [5]: what it is for`
pub(super) fn question(name: &str, field: &Value, required: bool) -> String {
    let title = field["title"].as_str().unwrap_or(name);
    let need = if required { "required" } else { "optional" };
    let default = match field.get("default") {
        Some(Value::String(text)) => format!(" [{text}]"),
        Some(other) => format!(" [{other}]"),
        None => String::new(),
    };
    let description = field["description"]
        .as_str()
        .map(|text| format!(": {text}"));
    let description = description.unwrap_or_default();
    format!(
        "{title} ({}, {need}){default}{description}",
        expected(field)
    )
}

/// What a field takes, in words.
fn expected(field: &Value) -> String {
    if let Some(choices) = choices(field) {
        let choices: Vec<_> = choices
            .iter()
            .map(|choice| format!("{} = {}", choice.value, choice.title))
            .collect();
        let many = if field["type"] == "array" {
            "any, with commas, of "
        } else {
            ""
        };
        return format!("{many}{}", choices.join(", "));
    }
    let kind = field["type"].as_str().unwrap_or("string");
    let bounds = match (field.get("minimum"), field.get("maximum")) {
        (Some(least), Some(most)) => format!(", {least} to {most}"),
        (Some(least), None) => format!(", at least {least}"),
        (None, Some(most)) => format!(", at most {most}"),
        (None, None) => String::new(),
    };
    let format = field["format"].as_str().map(|format| format!(", {format}"));
    match kind {
        "boolean" => "yes or no".to_owned(),
        kind => format!("{kind}{bounds}{}", format.unwrap_or_default()),
    }
}

struct Choice {
    value: String,
    title: String,
}

/// The values of an enumeration in any of its forms, with what each is called.
fn choices(field: &Value) -> Option<Vec<Choice>> {
    let field = if field["type"] == "array" {
        &field["items"]
    } else {
        field
    };
    let titled = field
        .get("oneOf")
        .or_else(|| field.get("anyOf"))
        .and_then(Value::as_array);
    if let Some(titled) = titled {
        let choice = |choice: &Value| {
            let value = choice["const"].as_str()?.to_owned();
            let title = choice["title"].as_str().unwrap_or(&value).to_owned();
            Some(Choice { value, title })
        };
        return titled.iter().map(choice).collect();
    }
    let values = field["enum"].as_array()?;
    let names = field["enumNames"].as_array();
    let choice = |(index, value): (usize, &Value)| {
        let value = value.as_str()?.to_owned();
        let name = names.and_then(|names| names.get(index)?.as_str());
        Some(Choice {
            title: name.unwrap_or(&value).to_owned(),
            value,
        })
    };
    values.iter().enumerate().map(choice).collect()
}

/// What a line means for a field, or what was expected.
pub(super) fn value(field: &Value, line: &str) -> Result<Value, String> {
    let refused = || expected(field);
    if let Some(choices) = choices(field) {
        let chosen = |text: &str| {
            let found = choices
                .iter()
                .find(|choice| choice.value == text || choice.title == text);
            found
                .map(|choice| Value::from(choice.value.clone()))
                .ok_or_else(refused)
        };
        return match field["type"] == "array" {
            true => line.split(',').map(|text| chosen(text.trim())).collect(),
            false => chosen(line),
        };
    }
    match field["type"].as_str() {
        Some("boolean") => match line.to_ascii_lowercase().as_str() {
            "y" | "yes" | "true" => Ok(true.into()),
            "n" | "no" | "false" => Ok(false.into()),
            _ => Err(refused()),
        },
        Some(kind @ ("integer" | "number")) => {
            let value: Value = line
                .parse::<serde_json::Number>()
                .map_err(|_| refused())?
                .into();
            let number = value.as_f64().unwrap_or_default();
            let whole = kind == "number" || number.fract() == 0.0;
            let above = field["minimum"]
                .as_f64()
                .is_none_or(|least| number >= least);
            let below = field["maximum"].as_f64().is_none_or(|most| number <= most);
            (whole && above && below)
                .then_some(value)
                .ok_or_else(refused)
        }
        _ => {
            let length = line.chars().count() as u64;
            let long = field["minLength"]
                .as_u64()
                .is_none_or(|least| length >= least);
            let short = field["maxLength"]
                .as_u64()
                .is_none_or(|most| length <= most);
            (long && short).then(|| line.into()).ok_or_else(refused)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_is_what_the_field_wants() {
        let units =
            json!({"type": "string", "enum": ["c", "f"], "enumNames": ["Celsius", "Fahrenheit"]});
        let titled = json!({"oneOf": [{"const": "c", "title": "Celsius"}]});
        let many = json!({"type": "array", "items": {"enum": ["a", "b"]}});
        for (field, line, expected) in [
            (json!({"type": "string"}), "5", json!("5")),
            (json!({"type": "integer", "minimum": 1}), "5", json!(5)),
            (json!({"type": "number"}), "1.5", json!(1.5)),
            (json!({"type": "boolean"}), "Yes", json!(true)),
            (units.clone(), "Fahrenheit", json!("f")),
            (titled, "c", json!("c")),
            (many.clone(), "b, a", json!(["b", "a"])),
        ] {
            assert_eq!(value(&field, line), Ok(expected), "{field}");
        }
        for (field, line, expected) in [
            (
                json!({"type": "integer", "minimum": 1, "maximum": 9}),
                "10",
                "integer, 1 to 9",
            ),
            (json!({"type": "integer"}), "1.5", "integer"),
            (json!({"type": "boolean"}), "maybe", "yes or no"),
            (
                json!({"type": "string", "minLength": 2, "format": "email"}),
                "x",
                "string, email",
            ),
            (units, "k", "c = Celsius, f = Fahrenheit"),
            (many, "c", "any, with commas, of a = a, b = b"),
        ] {
            assert_eq!(value(&field, line), Err(expected.to_owned()), "{field}");
        }
    }

    #[test]
    fn a_question_says_what_is_wanted() {
        let field =
            json!({"type": "integer", "title": "Age", "default": 7, "description": "In years."});
        assert_eq!(
            question("age", &field, true),
            "Age (integer, required) [7]: In years."
        );
    }
}
