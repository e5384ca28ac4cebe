//! A secret that is a JSON document.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{error::Category, value::RawValue};

use super::{
    DocumentError,
    object::{Members, Object},
};
use crate::{KeyDocument, KeyRecord, Problem, Problems, digest::KeyDigest, record::Keeper};

const VERSION: u64 = 1;

pub(super) fn read(text: &str, keeper: Keeper) -> Result<KeyDocument, DocumentError> {
    let members = serde_json::from_str(text).map_err(|error| not_an_object(&error))?;
    let mut problems = Vec::new();
    let document = read_document(members, keeper, &mut problems);
    Problems::into_result(problems).map_err(DocumentError::Invalid)?;
    Ok(document)
}

/// Keeps the place only: the words of the error may repeat the text.
fn not_an_object(error: &serde_json::Error) -> DocumentError {
    if error.classify() == Category::Data {
        let problem = Problem::new("document", "expected an object");
        return DocumentError::Invalid(problem.into());
    }
    DocumentError::Syntax {
        line: error.line(),
        column: error.column(),
    }
}

/// What it returns counts only if there are no problems at the end.
fn read_document(members: Members<'_>, keeper: Keeper, problems: &mut Vec<Problem>) -> KeyDocument {
    let mut document = Object::new("", members, problems);
    let version = document.required("v", "1, the only version there is", |raw| {
        value::<u64>(raw).filter(|version| *version == VERSION)
    });
    if version.is_none() {
        // Whatever else is odd about it may be right in its own version.
        return KeyDocument::empty();
    }
    let keys = document.required("keys", "a list", value::<Vec<&RawValue>>);
    let disabled = match keeper {
        Keeper::Store => document.optional("deployed", "`disabled`", |raw| {
            value::<String>(raw).filter(|word| word == "disabled")
        }),
        Keeper::Deployment => None,
    };
    document.finish();
    let keys = keys.unwrap_or_default();
    let records: Vec<(usize, KeyRecord)> = keys
        .into_iter()
        .enumerate()
        .filter_map(|(index, raw)| Some((index, read_record(index, raw, keeper, problems)?)))
        .collect();
    find_repeated(&records, "id", KeyRecord::id, problems);
    find_repeated(&records, "sha256", |record| &record.digest, problems);
    KeyDocument {
        records: records.into_iter().map(|(_, record)| record).collect(),
        deployed_disabled: disabled.is_some(),
    }
}

fn read_record(
    index: usize,
    raw: &RawValue,
    keeper: Keeper,
    problems: &mut Vec<Problem>,
) -> Option<KeyRecord> {
    const TIME: &str = "an RFC 3339 time such as 2027-01-01T00:00:00Z";
    let name = format!("keys[{index}]");
    let Some(members) = value(raw.get()) else {
        problems.push(Problem::new(name, "expected an object"));
        return None;
    };
    let mut object = Object::new(&name, members, problems);
    let id = object.required(
        "id",
        "1–32 of a–z, 0–9 and `-`, not beginning with `-`",
        |raw| value::<String>(raw)?.parse().ok(),
    );
    let digest = object.required("sha256", "64 hexadecimal digits", |raw| {
        KeyDigest::from_hex(&value::<String>(raw)?)
    });
    let tools = object.optional("tools", "a list of names", value::<Vec<String>>);
    let not_before = object.optional("not_before", TIME, time);
    let not_after = object.optional("not_after", TIME, time);
    let disabled = object.optional("disabled", "true or false", value);
    let note = object.optional("note", "a string", value);
    let created = object.optional("created", TIME, time);
    object.finish();
    let record = KeyRecord {
        not_before,
        not_after,
        disabled: disabled.unwrap_or(false),
        note,
        created,
        ..KeyRecord::new(id?, digest?)
    };
    let record = match tools {
        Some(tools) => record.with_tools(tools),
        None => record,
    };
    problems.extend(record.problems(&name, keeper));
    Some(record)
}

fn value<'a, T: serde::Deserialize<'a>>(raw: &'a str) -> Option<T> {
    serde_json::from_str(raw).ok()
}

fn time(raw: &str) -> Option<Timestamp> {
    let text: String = value(raw)?;
    is_rfc_3339(&text).then(|| text.parse().ok())?
}

/// Whether a text has the form of RFC 3339, section 5.6. Other forms of ISO 8601, and a time zone's name, could be read
/// as well, and differently by somebody else.
fn is_rfc_3339(text: &str) -> bool {
    let Some((seconds, rest)) = text.split_at_checked(19) else {
        return false;
    };
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    let fraction = rest.len() - zone.len();
    has_form(seconds, "0000-00-00T00:00:00")
        && fraction != 1
        && ["Z", "+00:00", "-00:00"]
            .iter()
            .any(|form| has_form(zone, form))
}

/// Whether `text` is `form` with other digits, and letters of either case.
fn has_form(text: &str, form: &str) -> bool {
    let fits = |(byte, form): (u8, u8)| match form {
        b'0' => byte.is_ascii_digit(),
        form => byte.eq_ignore_ascii_case(&form),
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
}

/// Reports every record whose field has the value of an earlier one.
fn find_repeated<'a, T: Ord>(
    records: &'a [(usize, KeyRecord)],
    field: &str,
    value: impl Fn(&'a KeyRecord) -> T,
    problems: &mut Vec<Problem>,
) {
    let mut seen = BTreeMap::new();
    for (index, record) in records {
        let first = *seen.entry(value(record)).or_insert(*index);
        if first != *index {
            let expectation = format!("expected a value of its own, keys[{first}] has the same");
            problems.push(Problem::new(format!("keys[{index}].{field}"), expectation));
        }
    }
}
