//! The JSON document: what is read, how it is written, and how everything wrong with it is named.

use api_keys::{DeployedKey, DocumentError, KeyDocument, MAX_DOCUMENT_BYTES};
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
        // It stands for every tool where the authorizer says which.
        ("tools", json!(["*"]), names),
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

/// Written a key a line it would be longer than a secret, so it is written without line breaks.
#[test]
fn a_document_that_fits_one_secret_can_be_written_back() {
    let keys: Vec<Value> = (0..700)
        .map(|n| json!({"id": format!("{n:03}"), "sha256": sha256(&n.to_string())}))
        .collect();
    let dense = json!({"v": 1, "keys": keys}).to_string();
    let note = MAX_DOCUMENT_BYTES - dense.len() - r#","note":"""#.len();
    let mut keys = keys;
    for (key, note) in keys.iter_mut().zip([note / 40; 40]) {
        key["note"] = json!("n".repeat(note - r#","note":"""#.len()));
    }
    let dense = json!({"v": 1, "keys": keys}).to_string();
    assert!(
        (65_000..=MAX_DOCUMENT_BYTES).contains(&dense.len()),
        "{}",
        dense.len()
    );
    let document = KeyDocument::parse(&dense).unwrap();
    let written = document.to_json();
    assert_eq!(written.len(), dense.len());
    assert_eq!(KeyDocument::parse(&written).unwrap(), document);
}

#[test]
fn times_are_those_of_rfc_3339_and_no_others() {
    let with = |time: &str| json!([{"id": "ci", "sha256": KEY_SHA256, "not_after": time}]);
    for time in [
        "2099-01-01T00:00:00Z",
        "2099-01-01t00:00:00z",
        "2099-01-01T00:00:00.123456789Z",
        "2099-01-01T00:00:00-00:00",
        "2099-01-01T00:00:00+23:59",
        "2098-12-31T23:59:60Z",
        "0000-01-01T00:00:00Z",
    ] {
        let document = parse(&with(time)).unwrap();
        assert_eq!(
            KeyDocument::parse(&document.to_json()).unwrap(),
            document,
            "{time}"
        );
    }
    for time in [
        "20990101T000000Z",
        "2099-01-01T00:00:00+00:00[Europe/Paris]",
        "2099-01-01T00:00:00Z[UTC]",
        "2099-01-01 00:00:00Z",
        "2099-01-01T00:00Z",
        "2099-01-01T00:00:00+00",
        "2099-01-01T00:00:00+0000",
        "2099-01-01T00:00:00+00:00:00",
        "2099-01-01T00:00:00,5Z",
        "2099-01-01T00:00:00.Z",
        "2099-001T00:00:00Z",
        "2099-W01-1T00:00:00Z",
        "+002099-01-01T00:00:00Z",
        "-000001-01-01T00:00:00Z",
        "0000-01-01T00:00:00+23:59",
        "2099-13-01T00:00:00Z",
        " 2099-01-01T00:00:00Z",
    ] {
        let error = parse(&with(time)).unwrap_err().to_string();
        assert!(
            error.starts_with("invalid key document: keys[0].not_after: expected "),
            "{time}: {error}"
        );
    }
}

/// They travel in one header to the server.
#[test]
fn the_names_of_a_key_have_room_in_a_header() {
    let tools = |bytes: usize| -> Vec<String> {
        // 64 names of 126 bytes, each with a comma, and one that fills the rest.
        let names = (0..64).map(|n| format!("{n:0126}"));
        names.chain(["l".repeat(bytes - 64 * 127)]).collect()
    };
    let key = json!({"id": "x", "sha256": KEY_SHA256, "tools": tools(8_192)});
    assert!(parse(&json!([key])).is_ok());
    assert_eq!(
        complaint_about("tools", &json!(tools(8_193))),
        "keys[1].tools: expected at most 8192 bytes of names and commas, got 8193"
    );
}

/// JSON whose strings hold JSON again, 45 times, each time inside 120 brackets. `serde_json` reads a string under this
/// key so when it builds a document, and then no stack is large enough.
fn nested_in_strings() -> String {
    (0..45).fold("1".to_owned(), |inner, _| {
        let text = inner.replace('\\', r"\u005c").replace('"', r"\u0022");
        let (open, close) = ("[".repeat(120), "]".repeat(120));
        format!("{open}{{\"$serde_json::private::RawValue\":\"{text}\"}}{close}")
    })
}

/// No document is built of what was sent, so a small stack is enough.
#[test]
fn nesting_in_strings_is_refused_without_harm() {
    let nested = nested_in_strings();
    let form = nested.trim_matches(['[', ']']);
    let record = |field: &str| {
        format!(r#"{{"v":1,"keys":[{{"id":"ci","sha256":"{KEY_SHA256}","{field}":{nested}}}]}}"#)
    };
    let fields = [
        "tools",
        "not_before",
        "disabled",
        "note",
        "created",
        "more",
        "id",
    ];
    let documents: Vec<String> = fields
        .map(record)
        .into_iter()
        .chain([
            nested.clone(),
            form.to_owned(),
            format!(r#"{{"v":{nested},"keys":[]}}"#),
            format!(r#"{{"v":1,"keys":{nested}}}"#),
            format!(r#"{{"v":1,"keys":[{form}]}}"#),
            format!(r#"{{"v":1,"keys":[],"deployed":{form}}}"#),
            format!(r#"{{"v":1,"keys":[],"more":{nested}}}"#),
            r#"{"$serde_json::private::RawValue":"{\"v\":1,\"keys\":[]}"}"#.to_owned(),
        ])
        .collect();
    let small = std::thread::Builder::new().stack_size(128 * 1024);
    let checked = small.spawn(move || {
        for document in &documents {
            assert!(KeyDocument::parse(document).is_err(), "{}", &document[..60]);
            assert!(DeployedKey::parse(document).is_err(), "{}", &document[..60]);
        }
    });
    checked.unwrap().join().unwrap();
}

#[test]
fn deep_nesting_is_refused_without_harm() {
    let deep = "[".repeat(30_000) + &"]".repeat(30_000);
    assert!(KeyDocument::parse(&deep).is_err());
    assert!(KeyDocument::parse(&format!(r#"{{"v":{deep}}}"#)).is_err());
    assert!(KeyDocument::parse(&format!(r#"{{"v":1,"keys":[{{"id":{deep}}}]}}"#)).is_err());
    assert!(KeyDocument::parse(&r#"{"v":"#.repeat(12_000)).is_err());
}
