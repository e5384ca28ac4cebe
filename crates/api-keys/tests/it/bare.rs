//! A secret that is one key as it stands.

use api_keys::{DocumentError, KeyDocument};

use crate::support::{BARE, KEY, KEY_SHA256, ids, now, sha256};

#[test]
fn a_bare_key_becomes_the_default_key() {
    let longest = "k".repeat(512);
    let odd = "!#$%&()*+-./:;<=>?@[\\]^_|~AZaz09";
    for bare in [BARE, KEY, &longest, odd] {
        let document = KeyDocument::parse(bare).unwrap();
        assert_eq!(ids(&document), ["default"]);
        let principal = document.authenticate(bare, now()).unwrap();
        assert_eq!((principal.id(), principal.tools()), ("default", None));
        assert_eq!(document.records()[0].created(), None);
        assert!(
            document
                .authenticate(&bare.replace(['0', 'k', '!'], "1"), now())
                .is_err()
        );
    }
}

#[test]
fn a_bare_key_is_kept_as_its_hash() {
    let expected = format!(
        "{{\n  \"v\": 1,\n  \"keys\": [\n    {{\"id\":\"default\",\"sha256\":\"{KEY_SHA256}\"}}\n  ]\n}}\n"
    );
    assert_eq!(KeyDocument::parse(KEY).unwrap().to_json(), expected);
    assert_eq!(sha256(KEY), KEY_SHA256);
}

#[test]
fn one_line_break_at_the_end_is_not_part_of_it() {
    for text in [
        format!("{BARE}\n"),
        format!("{BARE}\r\n"),
        format!("{BARE}\r"),
    ] {
        let document = KeyDocument::parse(&text).unwrap();
        assert!(document.authenticate(BARE, now()).is_ok(), "{text:?}");
    }
    assert!(KeyDocument::parse(&format!("{BARE}\n\n")).is_err());
}

#[test]
fn weak_and_odd_keys_are_refused_with_a_way_out() {
    let length = |bytes: usize| format!("secret: expected 32–512 bytes, got {bytes}");
    let charset =
        "secret: expected visible ASCII without spaces, commas, quotes and braces".to_owned();
    let checksum =
        "secret: expected a key that begins with `mcp_` to have its form and checksum".to_owned();
    let cases = [
        (String::new(), length(0)),
        ("\n".to_owned(), length(0)),
        ("k".repeat(31), length(31)),
        ("k".repeat(513), length(513)),
        (
            "correct horse".to_owned(),
            format!("{}; {charset}", length(13)),
        ),
        (format!("{BARE} {BARE}"), charset.clone()),
        (format!(" {BARE}"), charset.clone()),
        (format!("{BARE},"), charset.clone()),
        (format!("\"{BARE}\""), charset.clone()),
        (format!("'{BARE}'"), charset.clone()),
        (format!("`{BARE}`"), charset.clone()),
        (format!("{BARE}{{"), charset.clone()),
        (format!("{BARE}}}"), charset.clone()),
        (format!("{BARE}é"), charset.clone()),
        (format!("\u{feff}{BARE}"), charset.clone()),
        (format!("{BARE}\0"), charset),
        (format!("{KEY}0"), checksum.clone()),
        ("mcp_".to_owned() + BARE, checksum),
    ];
    for (text, problem) in cases {
        let error = KeyDocument::parse(&text).unwrap_err();
        assert!(matches!(error, DocumentError::BareKey(_)), "{text:?}");
        let expected = format!("invalid bare key: {problem}; make one with `openssl rand -hex 32`");
        assert_eq!(error.to_string(), expected, "{text:?}");
    }
}
