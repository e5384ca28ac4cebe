//! The form of a key: what is made, and what is refused although its hash is listed.

use std::collections::BTreeSet;

use api_keys::KeyId;

use crate::support::{KEY, accepting, new_key, now};

/// Keys made by another program: `zlib.crc32` and `hashlib.sha256` of Python.
const ELSEWHERE: [&str; 4] = [
    KEY,
    "mcp_ci-r2_7qv0NkPzXw1cYb4RtUaJ9dLsEf2HgM5oKi8ZxVyT3nQ_3umtky",
    "mcp_a_0000000000000000000000000000000000000000000_0fFNKi",
    "mcp_ci_0000000000000000000000000000000000000000216_00f3hA",
];

fn is_accepted(text: &str) -> bool {
    accepting(text).authenticate(text, now()).is_ok()
}

#[test]
fn keys_made_elsewhere_by_the_same_rules_are_accepted() {
    for key in ELSEWHERE {
        assert!(is_accepted(key), "{key}");
    }
}

#[test]
fn our_prefix_demands_our_form() {
    let (body, sum) = KEY.rsplit_once('_').unwrap();
    let cases = [
        ("another checksum", KEY.replace("_3J", "_3K")),
        ("no checksum", body.to_owned()),
        ("an empty checksum", format!("{body}_")),
        ("a part more", format!("{KEY}_{sum}")),
        ("only the prefix", "mcp_".to_owned()),
        // Their checksums fit, computed as above.
        (
            "no id",
            "mcp__0000000000000000000000000000000000000000000_03G75F".to_owned(),
        ),
        (
            "an id in capitals",
            "mcp_CI_0000000000000000000000000000000000000000000_2Ddoxj".to_owned(),
        ),
        (
            "an id that begins with a hyphen",
            "mcp_-ci_0000000000000000000000000000000000000000000_4CWt3n".to_owned(),
        ),
        (
            "a secret too short",
            "mcp_ci_000000000000000000000000000000000000000000_45EyFI".to_owned(),
        ),
        (
            "a secret too long",
            "mcp_ci_00000000000000000000000000000000000000000000_0bn7C8".to_owned(),
        ),
        (
            "a hyphen in the secret",
            "mcp_ci_-000000000000000000000000000000000000000000_2ZJufp".to_owned(),
        ),
        (
            "a part too many",
            "mcp_ci_0000000000000000000000000000000000000000000_0_2lb3ad".to_owned(),
        ),
        (
            "a part too few",
            "mcp_0000000000000000000000000000000000000000000_39bp28".to_owned(),
        ),
    ];
    for (what, key) in cases {
        assert!(!is_accepted(&key), "{what}: {key}");
    }
}

#[test]
fn another_prefix_demands_no_form() {
    for key in [
        "mcp-ci_0000",
        "MCP_ci",
        "x",
        "sk_live_123",
        &KEY.replace("mcp_", "mcq_"),
    ] {
        assert!(is_accepted(key), "{key}");
    }
}

#[test]
fn a_generated_key_has_the_documented_form() {
    for id in ["a", "ci", "0-team-9", "x".repeat(32).as_str()] {
        let new = new_key(id);
        let parts: Vec<&str> = new.key.expose().split('_').collect();
        let [prefix, in_key, secret, checksum] = parts.as_slice() else {
            panic!("{parts:?}")
        };
        assert_eq!((*prefix, *in_key), ("mcp", id));
        assert_eq!((secret.len(), checksum.len()), (43, 6));
        assert!(
            format!("{secret}{checksum}")
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric())
        );
        assert_eq!(new.record.id(), id);
        assert_eq!(new.record.created(), Some(now()));
        assert!(new.record.is_valid_at(now()) && new.record.tools().is_none());
        assert!(is_accepted(new.key.expose()));
    }
}

#[test]
fn no_two_keys_are_alike_and_every_digit_is_used() {
    let keys: BTreeSet<String> = (0..200)
        .map(|_| new_key("ci").key.expose().to_owned())
        .collect();
    assert_eq!(keys.len(), 200);
    let secrets: String = keys
        .iter()
        .filter_map(|key| key.split('_').nth(2))
        .collect();
    let digits: BTreeSet<char> = secrets.chars().collect();
    assert_eq!(
        digits.len(),
        62,
        "of 8,600 digits one is never seen with a probability of 10⁻⁵⁹"
    );
}

#[test]
fn ids_are_checked() {
    for good in [
        "a",
        "0",
        "ci",
        "a-b--c-",
        "0123456789abcdef0123456789abcdef",
    ] {
        let id: KeyId = good.parse().unwrap();
        assert_eq!(
            (id.as_str(), id.as_ref(), id.to_string().as_str()),
            (good, good, good)
        );
    }
    for bad in [
        "",
        "-a",
        "A",
        "a_b",
        "a b",
        "é",
        "a\n",
        "0123456789abcdef0123456789abcdef0",
    ] {
        let error = bad.parse::<KeyId>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "invalid key id: expected 1–32 of a–z, 0–9 and `-`, not beginning with `-`",
        );
    }
}
