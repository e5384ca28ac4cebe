//! The JSON document: what is read, how it is written, and how everything wrong with it is named.

use api_keys::{DocumentError, KeyDocument, MAX_DOCUMENT_BYTES};
use serde_json::{Value, json};

use crate::support::{KEY, KEY_SHA256, at, ids, now, sha256};

fn parse(keys: &Value) -> Result<KeyDocument, DocumentError> {
    KeyDocument::parse(&json!({"v": 1, "keys": keys}).to_string())
}

/// What is said about a document, without the words that all begin with.
fn complaint(text: &str) -> String {
    let error = KeyDocument::parse(text).unwrap_err().to_string();
    error
        .strip_prefix("invalid key document: ")
        .unwrap()
        .to_owned()
}

/// What is said about a key with this field.
fn complaint_about(field: &str, value: &Value) -> String {
    let mut key = json!({"id": "ci", "sha256": KEY_SHA256});
    key[field] = value.clone();
    let text = json!({"v": 1, "keys": [{"id": "first", "sha256": sha256("1")}, key]}).to_string();
    complaint(&text)
}

#[test]
fn every_field_is_read_and_written_as_documented() {
    let text = format!(
        r#"{{
  "v": 1,
  "keys": [
    {{"id":"ci","sha256":"{KEY_SHA256}","tools":["logs.tail","query"],"not_before":"2026-01-01T00:00:00Z","not_after":"2027-01-01T00:00:00Z","disabled":true,"note":"Ana's “laptop”","created":"2025-12-31T23:59:59.5Z"}},
    {{"id":"plain","sha256":"{}"}}
  ]
}}
"#,
        sha256("2")
    );
    let document = KeyDocument::parse(&text).unwrap();
    assert_eq!(ids(&document), ["ci", "plain"]);
    let [full, plain] = document.records() else {
        panic!("{document:?}")
    };
    assert_eq!(
        full.tools().unwrap().iter().collect::<Vec<_>>(),
        ["logs.tail", "query"]
    );
    assert_eq!(full.not_before(), Some(at("2026-01-01T00:00:00Z")));
    assert_eq!(full.not_after(), Some(at("2027-01-01T00:00:00Z")));
    assert!(full.is_disabled());
    assert_eq!(full.note(), Some("Ana's “laptop”"));
    assert_eq!(full.created(), Some(at("2025-12-31T23:59:59.5Z")));
    assert_eq!((plain.tools(), plain.note()), (None, None));
    assert_eq!(
        (plain.not_before(), plain.not_after(), plain.created()),
        (None, None, None)
    );
    assert!(!plain.is_disabled());
    assert_eq!(document.to_json(), text);
}

#[test]
fn the_empty_document_is_written_on_three_lines() {
    assert_eq!(
        KeyDocument::empty().to_json(),
        "{\n  \"v\": 1,\n  \"keys\": []\n}\n"
    );
    assert_eq!(
        KeyDocument::parse(&KeyDocument::empty().to_json()).unwrap(),
        KeyDocument::empty()
    );
}

#[test]
fn other_spellings_of_the_same_are_read() {
    let key = json!({"sha256": KEY_SHA256.to_uppercase(), "disabled": false, "id": "ci",
        "not_after": "2026-07-28T14:00:00.000000001+02:00", "tools": ["b", "a", "b"]});
    let text = format!("\n\t {}", json!({"keys": [key], "v": 1}));
    let document = KeyDocument::parse(&text).unwrap();
    assert_eq!(
        document
            .authenticate(KEY, now())
            .unwrap()
            .tools()
            .unwrap()
            .len(),
        2
    );
    assert!(
        document
            .to_json()
            .contains(r#""tools":["a","b"],"not_after":"2026-07-28T12:00:00.000000001Z"}"#)
    );
}

#[test]
fn what_begins_like_json_is_never_a_bare_key() {
    for text in [
        "{0123456789abcdef0123456789abcdef0123456789abcdef",
        "[0123456789abcdef0123456789abcdef0123456789abcdef",
        "  {0123456789abcdef0123456789abcdef",
    ] {
        let error = KeyDocument::parse(text).unwrap_err();
        assert!(!matches!(error, DocumentError::BareKey(_)), "{text}");
    }
}

#[test]
fn a_syntax_error_is_placed() {
    assert_eq!(
        complaint("{\"v\": 1,\n  \"keys\": [}"),
        "expected JSON, got something else at line 2, column 12",
    );
    for text in ["{", "{}x", "{\"v\":1", "{\"\\ud800\":1}", "{'v':1}"] {
        let error = KeyDocument::parse(text).unwrap_err();
        assert!(
            matches!(error, DocumentError::Syntax { line: 1, .. }),
            "{text}: {error}"
        );
    }
}

#[test]
fn a_document_has_a_version_and_a_list_of_keys() {
    let cases = [
        ("[]", "document: expected an object"),
        ("[{\"v\":1}]", "document: expected an object"),
        ("{}", "v: missing, expected 1, the only version there is"),
        (
            r#"{"v":2,"secrets":[]}"#,
            "v: expected 1, the only version there is",
        ),
        (
            r#"{"v":"1","keys":[]}"#,
            "v: expected 1, the only version there is",
        ),
        (
            r#"{"v":1.0,"keys":[]}"#,
            "v: expected 1, the only version there is",
        ),
        (r#"{"v":1}"#, "keys: missing, expected a list"),
        (r#"{"v":1,"keys":null}"#, "keys: expected a list"),
        (r#"{"v":1,"keys":{}}"#, "keys: expected a list"),
        (r#"{"v":1,"keys":[],"v":1}"#, "v: expected once"),
        (
            r#"{"v":1,"keys":[],"comment":""}"#,
            "comment: unknown, expected only v, keys, deployed",
        ),
        (
            r#"{"v":1,"keys":[],"deployed":"enabled"}"#,
            "deployed: expected `disabled`",
        ),
        (
            r#"{"v":1,"keys":[],"deployed":true}"#,
            "deployed: expected `disabled`",
        ),
        (
            r#"{"v":1,"keys":[1,[],{}]}"#,
            "keys[0]: expected an object; keys[1]: expected an object; \
             keys[2].id: missing, expected 1–32 of a–z, 0–9 and `-`, not beginning with `-`; \
             keys[2].sha256: missing, expected 64 hexadecimal digits",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(complaint(text), expected, "{text}");
    }
}

#[test]
fn every_field_is_checked() {
    let id = "keys[1].id: expected 1–32 of a–z, 0–9 and `-`, not beginning with `-`";
    let hash = "keys[1].sha256: expected 64 hexadecimal digits";
    let reserved = "keys[1].id: expected another id than `deployed`, which is reserved for the key that comes \
                    with a deployment";
    let list = "keys[1].tools: expected a list of names";
    let names = "keys[1].tools: expected names of 1–128 characters of A–Z, a–z, 0–9, `_`, `.`, `-`";
    let note = "keys[1].note: expected at most 200 characters, none of them a control character";
    let cases = [
        ("id", json!(null), id),
        ("id", json!(7), id),
        ("id", json!("CI"), id),
        ("id", json!("deployed"), reserved),
        ("sha256", json!(null), hash),
        ("sha256", json!(KEY_SHA256[..63]), hash),
        ("sha256", json!(KEY_SHA256[..62]), hash),
        ("sha256", json!(format!("{KEY_SHA256}0")), hash),
        ("sha256", json!(format!("{KEY_SHA256}00")), hash),
        ("sha256", json!(format!("g{}", &KEY_SHA256[1..])), hash),
        ("sha256", json!(format!("+{}", &KEY_SHA256[1..])), hash),
        ("tools", json!(null), list),
        ("tools", json!("query"), list),
        ("tools", json!([1]), list),
        ("tools", json!([""]), names),
        ("tools", json!(["a", "b c"]), names),
        ("tools", json!(["é"]), names),
        ("tools", json!(["a".repeat(129)]), names),
        (
            "disabled",
            json!(null),
            "keys[1].disabled: expected true or false",
        ),
        (
            "disabled",
            json!("true"),
            "keys[1].disabled: expected true or false",
        ),
        (
            "disabled",
            json!(1),
            "keys[1].disabled: expected true or false",
        ),
        ("note", json!(null), "keys[1].note: expected a string"),
        ("note", json!("é".repeat(201)), note),
        ("note", json!("a\u{1b}[31m"), note),
        ("note", json!("a\nb"), note),
    ];
    for (field, value, expected) in cases {
        assert_eq!(complaint_about(field, &value), expected, "{field}: {value}");
    }
    for field in ["not_before", "not_after", "created"] {
        let expected =
            format!("keys[1].{field}: expected an RFC 3339 time such as 2027-01-01T00:00:00Z");
        for value in [
            json!(null),
            json!(1_800_000_000),
            json!("2027-01-01"),
            json!("2027-01-01T00:00:00"),
            json!("soon"),
        ] {
            assert_eq!(complaint_about(field, &value), expected, "{field}: {value}");
        }
    }
}

#[test]
fn the_bounds_themselves_are_allowed() {
    let tools: Vec<String> = (0..256).map(|n| format!("tool_{n:03}.A-z")).collect();
    let key = json!({"id": "x".repeat(32), "sha256": KEY_SHA256, "tools": tools, "note": "é".repeat(200)});
    assert!(parse(&json!([key])).is_ok());
    let key = json!({"id": "x", "sha256": KEY_SHA256, "tools": ["a".repeat(128), "b"]});
    assert!(parse(&json!([key])).is_ok());
    let tools: Vec<String> = (0..257).map(|n| n.to_string()).collect();
    assert_eq!(
        complaint_about("tools", &json!(tools)),
        "keys[1].tools: expected at most 256 names"
    );
}

#[test]
fn the_time_of_a_key_is_not_empty() {
    for (start, end, fits) in [
        (
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00.000000001Z",
            true,
        ),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", false),
        ("2026-01-01T00:00:00Z", "2025-12-31T00:00:00Z", false),
        ("2026-01-01T00:00:00+02:00", "2025-12-31T23:00:00Z", true),
    ] {
        let key = json!({"id": "ci", "sha256": KEY_SHA256, "not_before": start, "not_after": end});
        let answer = parse(&json!([key]))
            .map(|_| ())
            .map_err(|error| error.to_string());
        let refusal =
            "invalid key document: keys[0].not_after: expected a time later than not_before";
        assert_eq!(
            answer,
            if fits {
                Ok(())
            } else {
                Err(refusal.to_owned())
            },
            "{start} to {end}"
        );
    }
}

#[test]
fn ids_and_hashes_are_not_shared() {
    let keys = json!([
        {"id": "a", "sha256": sha256("1")},
        {"id": "b", "sha256": sha256("2")},
        {"id": "a", "sha256": sha256("3")},
        {"id": "c", "sha256": sha256("2").to_uppercase()},
        {"id": "a", "sha256": sha256("1")},
    ]);
    assert_eq!(
        parse(&keys).unwrap_err().to_string(),
        "invalid key document: \
         keys[2].id: expected a value of its own, keys[0] has the same; \
         keys[4].id: expected a value of its own, keys[0] has the same; \
         keys[3].sha256: expected a value of its own, keys[1] has the same; \
         keys[4].sha256: expected a value of its own, keys[0] has the same",
    );
}

/// A misspelt or doubled restriction must not leave a key without it.
#[test]
fn unknown_and_repeated_fields_are_refused() {
    let known = "id, sha256, tools, not_before, not_after, disabled, note, created";
    assert_eq!(
        complaint_about("tool", &json!(["query"])),
        format!("keys[1].tool: unknown, expected only {known}"),
    );
    let text = format!(
        r#"{{"v":1,"keys":[{{"id":"ci","disabled":true,"sha256":"{KEY_SHA256}","disabled":false,"x":1,"x":1}}]}}"#
    );
    assert_eq!(
        complaint(&text),
        format!(
            "keys[0].disabled: expected once; keys[0].x: unknown, expected only {known}; \
             keys[0].x: unknown, expected only {known}"
        ),
    );
}

#[test]
fn unknown_names_are_repeated_only_if_they_are_short_words() {
    for (name, shown) in [
        ("Api-Key_0123456789ab", "Api-Key_0123456789ab"),
        ("Api-Key_0123456789abc", "(a field)"),
        ("", "(a field)"),
        ("a b", "(a field)"),
        ("a\u{1b}", "(a field)"),
    ] {
        let text = json!({"v": 1, "keys": [], name: ""}).to_string();
        assert_eq!(
            complaint(&text),
            format!("{shown}: unknown, expected only v, keys, deployed")
        );
    }
}

#[test]
fn twenty_problems_are_named_and_the_rest_is_counted() {
    let problems = |count: usize| {
        let error = parse(&json!(vec![0; count])).unwrap_err();
        let DocumentError::Invalid(problems) = &error else {
            panic!("{error}")
        };
        assert_eq!(problems.iter().count(), count);
        assert_eq!(
            problems.into_iter().last().unwrap().place(),
            format!("keys[{}]", count - 1)
        );
        assert_eq!(
            problems.iter().next().unwrap().expectation(),
            "expected an object"
        );
        error.to_string()
    };
    assert!(problems(20).ends_with("keys[18]: expected an object; keys[19]: expected an object"));
    assert!(problems(21).ends_with("keys[19]: expected an object; and 1 more"));
    assert!(problems(30_000).ends_with("keys[19]: expected an object; and 29980 more"));
}

#[test]
fn a_document_fits_one_secret() {
    let fill = |bytes: usize| r#"{"v":1,"keys":[]}"#.to_owned() + &" ".repeat(bytes - 17);
    assert!(KeyDocument::parse(&fill(MAX_DOCUMENT_BYTES)).is_ok());
    assert_eq!(
        complaint(&fill(MAX_DOCUMENT_BYTES + 1)),
        "expected at most 65536 bytes, got 65537"
    );
}

/// Otherwise a document could be read, and never be written back.
#[test]
fn a_document_fits_one_secret_also_as_we_write_it() {
    let keys: Vec<Value> = (100..830)
        .map(|n| json!({"id": n.to_string(), "sha256": sha256(&n.to_string())}))
        .collect();
    let text = json!({"v": 1, "keys": keys}).to_string();
    assert!(text.len() <= MAX_DOCUMENT_BYTES, "{}", text.len());
    let error = KeyDocument::parse(&text).unwrap_err();
    assert!(
        matches!(error, DocumentError::TooLarge { bytes } if bytes > MAX_DOCUMENT_BYTES),
        "{error}"
    );
}

#[test]
fn deep_nesting_is_refused_without_harm() {
    let deep = "[".repeat(30_000) + &"]".repeat(30_000);
    assert!(KeyDocument::parse(&deep).is_err());
    assert!(KeyDocument::parse(&format!(r#"{{"v":{deep}}}"#)).is_err());
    assert!(KeyDocument::parse(&format!(r#"{{"v":1,"keys":[{{"id":{deep}}}]}}"#)).is_err());
    assert!(KeyDocument::parse(&r#"{"v":"#.repeat(12_000)).is_err());
}
