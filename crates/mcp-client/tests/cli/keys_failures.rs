//! `keys`: what is refused, with which exit code and hint, and that no key shows.

use std::fs;

use insta::assert_snapshot;

use crate::keys::{BARE, BARE_SHA256, Folder};
use crate::program::{Finished, program};

const EMPTY: &str = r#"{"v":1,"keys":[]}"#;
/// Of the form of a generated key, and none: its checksum is wrong.
const KEY_LIKE: &str = "mcp_ci_0000000000000000000000000000000000000000000_000000";

#[tokio::test]
async fn there_is_exactly_one_store() {
    program(&["keys", "list"])
        .run()
        .await
        .exits(64)
        .complains(&["no store is named", "--secret-id", "--stack"]);
    for several in [
        &["--file", "f", "--secret-id", "s"][..],
        &["--file", "f", "--stack", "S"],
        &["--secret-id", "s", "--stack", "S"],
        &["--file", "f", "--secret-id", "s", "--stack", "S"],
    ] {
        let finished = program(&[&["keys", "list"], several].concat()).run().await;
        finished.exits(64).complains(&["several stores are named"]);
    }
    let both = program(&["keys", "list"]).env("MCP_SECRET_ID", "s");
    both.env("MCP_API_KEYS_FILE", "f")
        .run()
        .await
        .exits(64)
        .complains(&["several stores"]);
}

#[tokio::test]
async fn an_option_wins_over_the_environment() {
    let folder = Folder::with(EMPTY);
    let path = folder.path.to_str().unwrap();
    let finished = program(&["keys", "list", "--file", path])
        .env("MCP_SECRET_ID", "s")
        .run()
        .await;
    assert_eq!(finished.exits(0).stdout, "no keys\n");
}

#[tokio::test]
async fn mistakes_exit_with_64_and_change_nothing() {
    let folder = Folder::with(EMPTY);
    for (arguments, complaint) in [
        (&["create"][..], "--id <ID>"),
        (&["create", "--id", "No"], "invalid key id"),
        (
            &["create", "--id", "a", "--expires", "soon"],
            "expected a time such as 90d",
        ),
        (
            &["create", "--id", "a", "--expires", "2020-01-01"],
            "which is not in the future",
        ),
        (
            &["create", "--id", "a", "--expires", "0d"],
            "which is not in the future",
        ),
        (
            &[
                "create",
                "--id",
                "a",
                "--not-before",
                "2w",
                "--expires",
                "1w",
            ],
            "a.not_after: expected a time later",
        ),
        (
            &["create", "--id", "a", "--tools", "a b"],
            "a.tools: expected names",
        ),
        (
            &["create", "--id", "a", "--tools", ""],
            "a.tools: expected names",
        ),
        (
            &["create", "--id", "a", "--note", "a\u{1b}b"],
            "a.note: expected at most 200 characters",
        ),
        (&["rotate", "a"], "no key has the id `a`"),
        (
            &["rotate", "a", "--expires", "2020-01-01"],
            "which is not in the future",
        ),
        (&["disable", "a"], "no key has the id `a`"),
        (&["revoke", "a"], "no key has the id `a`"),
        (&["revoke"], "<ID>"),
    ] {
        let finished = folder
            .run(arguments)
            .await
            .exits(64)
            .complains(&[complaint]);
        assert_eq!(finished.stdout, "", "{arguments:?}");
        assert_eq!(folder.text(), EMPTY, "{arguments:?}");
    }
}

#[tokio::test]
async fn an_id_is_used_once() {
    let folder = Folder::new();
    folder.run(&["create", "--id", "ci"]).await.exits(0);
    let finished = folder.run(&["create", "--id", "ci"]).await.exits(64);
    assert_snapshot!(finished.stderr);
    folder.run(&["disable", "ci"]).await.exits(0);
    folder
        .run(&["rotate", "ci"])
        .await
        .exits(64)
        .complains(&["is disabled"]);
}

#[tokio::test]
async fn a_broken_document_is_not_touched_and_not_repeated() {
    let unknown_field =
        format!(r#"{{"v":1,"keys":[{{"id":"a","sha256":"{BARE_SHA256}","x":1}}]}}"#);
    let truncated = format!(r#"{{"v":1,"keys":[{{"id":"a","sha256":"{BARE_SHA256}""#);
    let spaced = format!("{BARE} {BARE}");
    for (text, complaint) in [
        (unknown_field.as_str(), "keys[0].x: unknown"),
        (&truncated, "expected JSON, got something else at line 1"),
        (r#"{"v":2,"keys":[]}"#, "v: expected 1"),
        ("[]", "expected an object"),
        ("short", "got 5 bytes"),
        ("", "got 0"),
        (&spaced, "without spaces"),
        (&"x".repeat(70_000), "expected at most 65536 bytes"),
    ] {
        let folder = Folder::with(text);
        for command in [&["list"][..], &["create", "--id", "ci"], &["revoke", "a"]] {
            let finished = folder
                .run(command)
                .await
                .exits(65)
                .complains(&["holds no valid keys", "hint: "]);
            for secret in [BARE, BARE_SHA256] {
                assert!(!finished.stderr.contains(secret));
            }
            assert!(
                finished.stderr.contains(complaint) || text == "short",
                "{}",
                finished.stderr
            );
            assert_eq!(folder.text(), text);
        }
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused() {
    let folder = Folder::new();
    fs::write(&folder.path, b"\xff\xfe").unwrap();
    folder
        .run(&["list"])
        .await
        .exits(65)
        .complains(&["holds no text"]);
}

#[tokio::test]
async fn only_create_makes_the_file() {
    for command in [
        &["list"][..],
        &["rotate", "a"],
        &["disable", "a"],
        &["revoke", "a"],
    ] {
        let folder = Folder::new();
        let finished = folder.run(command).await.exits(69);
        finished.complains(&[
            "does not exist",
            "`mcp-client keys create --id ID` makes the file",
        ]);
        assert_eq!(
            fs::read_dir(folder.path.parent().unwrap()).unwrap().count(),
            0
        );
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_an_error_and_no_key_is_printed() {
    let folder = Folder::new();
    let nowhere = folder.path.join("missing").join("keys.json");
    let arguments = [
        "keys",
        "create",
        "--id",
        "ci",
        "--file",
        nowhere.to_str().unwrap(),
    ];
    let finished = program(&arguments).run().await.exits(73);
    let finished = finished.complains(&["cannot write the file", "check that the folder exists"]);
    assert_eq!(finished.stdout, "");
    let folder_itself = folder.path.parent().unwrap().to_str().unwrap();
    let finished = program(&["keys", "list", "--file", folder_itself])
        .run()
        .await;
    finished.exits(69).complains(&["cannot reach the file"]);
}

#[tokio::test]
async fn a_full_document_takes_no_more_keys() {
    let note = "n".repeat(190);
    let key = |n: usize| format!(r#"{{"id":"k{n:03}","sha256":"{n:064x}","note":"{note}"}}"#);
    let line = ",".len() + key(0).len();
    let keys: Vec<_> = (0..65_500 / line).map(key).collect();
    let folder = Folder::with(&format!(r#"{{"v":1,"keys":[{}]}}"#, keys.join(",")));
    let finished = folder
        .run(&["create", "--id", "ci", "--note", &note])
        .await
        .exits(73);
    finished.complains(&["would be longer than 65536 bytes", "keys revoke ID"]);
}

#[tokio::test]
async fn a_key_that_nobody_read_is_reported() {
    let folder = Folder::new();
    let finished = folder
        .program(&["create", "--id", "ci"])
        .run_unread()
        .await
        .exits(74);
    let finished = finished.complains(&[
        "`ci` was stored, and could not be printed",
        "keys revoke ci",
    ]);
    assert!(!finished.stderr.contains("mcp_ci_"));
    assert_eq!(folder.ids(), ["ci"]);
}

#[tokio::test]
async fn a_key_in_the_wrong_place_is_not_repeated() {
    let folder = Folder::with(EMPTY);
    let words = |line: &str, key: &str| -> Vec<String> {
        line.split(' ')
            .map(|word| word.replace("KEY", key))
            .collect()
    };
    for line in [
        "keys check KEY",
        "keys check --json KEY",
        "keys check --stdin=KEY",
        "keys --json check --stdin=KEY",
        "keys revoke KEY",
        "keys disable KEYKEY",
        "keys create --id KEYKEY",
        "keys create --id ci --expires KEY",
        "keys create --id ci --expires=KEY",
        "keys create --id ci --not-before KEY",
        "keys create --id ci --tools KEY,*",
        "keys rotate ci --keep KEY",
        "keys list KEY",
        "keys --json list KEY",
        "keys KEY",
        "KEY",
        "x_KEY",
        "--KEY",
        "--key=KEY",
        "--api-key KEY",
        "--json KEY",
        "MCP_API_KEY=KEY info",
        "MCP_API_KEY=KEY mcp-client info",
        "tools KEY",
        "tools list KEY",
        "tools call KEY --arg KEY",
        "tools call x --arg a=1 KEY",
        "tools call x --arg KEY=1 --arg KEY=2",
        "prompts get x --arg KEY",
        "--endpoint KEY info",
        "--stack KEY --endpoint http://localhost/mcp info",
        "--endpoint http://localhost/mcp#KEY info",
        "--timeout KEY info",
        "--protocol=KEY info",
        "--output KEY info",
    ] {
        for key in [KEY_LIKE, BARE, &KEY_LIKE[..40]] {
            let arguments = words(line, key);
            let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
            let path = folder.path.to_str().unwrap();
            let run = program(&arguments).env("MCP_API_KEYS_FILE", path).run();
            let finished = run.await.exits(64);
            assert_keeps(&finished, &arguments);
            assert!(!finished.stderr.is_empty());
        }
    }
}

#[tokio::test]
async fn a_key_in_the_environment_of_another_variable_is_not_repeated() {
    for key in [KEY_LIKE, BARE] {
        let finished = program(&["info"]).endpoint(key).run().await.exits(64);
        assert_keeps(&finished, &["info"]);
    }
    for option in ["MCP_API_KEYS_FILE", "MCP_SECRET_ID"] {
        for key in [KEY_LIKE, BARE] {
            let list = program(&["keys", "list"]).env(option, key);
            assert_keeps(&list.run().await, &[option]);
        }
    }
}

#[tokio::test]
async fn a_key_as_a_name_is_not_repeated_when_all_goes_well() {
    let folder = Folder::new();
    let here = folder.path.parent().unwrap();
    for key in [KEY_LIKE, BARE] {
        for line in [&["create", "--id", "ci"][..], &["list"], &["disable", "ci"]] {
            for format in ["text", "json"] {
                let id = format!("ci-{format}");
                let line = line
                    .iter()
                    .map(|word| if *word == "ci" { id.as_str() } else { *word });
                let arguments: Vec<_> = ["keys", "--file", key, "--output", format]
                    .into_iter()
                    .chain(line)
                    .collect();
                let finished = program(&arguments).folder(here).run().await.exits(0);
                assert_keeps(&finished, &arguments);
            }
        }
    }
}

#[tokio::test]
async fn a_note_or_a_tool_that_could_be_a_key_is_refused() {
    let folder = Folder::with(EMPTY);
    let note = format!("of Ada: {KEY_LIKE}.");
    for option in [["--note", &note], ["--tools", KEY_LIKE]] {
        for format in ["text", "json"] {
            let arguments = [&["create", "--id", "ci", "--output", format], &option[..]].concat();
            let finished = folder.run(&arguments).await.exits(64);
            let finished = finished.complains(&[&format!("`{}`", option[0]), "could be a key"]);
            assert_keeps(&finished, &arguments);
            assert_eq!(folder.text(), EMPTY);
        }
    }
}

#[tokio::test]
async fn a_key_in_the_endpoint_is_not_repeated() {
    let (closed, _reserved) = crate::stub::closed();
    let own = crate::server::own().await;
    for key in [KEY_LIKE, BARE] {
        for format in ["text", "json"] {
            for (endpoint, command, code) in [(&closed, None, 69), (&own, Some("info"), 0)] {
                let endpoint = format!("{endpoint}?key={key}");
                let arguments: Vec<_> = ["--output", format].into_iter().chain(command).collect();
                let run = program(&arguments).endpoint(&endpoint).key(BARE).run();
                let finished = run.await.exits(code);
                assert!(finished.stdout.contains("/mcp?key="), "{finished:#?}");
                assert_keeps(&finished, &arguments);
            }
        }
    }
}

#[track_caller]
fn assert_keeps(finished: &Finished, arguments: &[&str]) {
    for text in [&finished.stdout, &finished.stderr] {
        for secret in ["00000000000", &BARE[..20]] {
            assert!(!text.contains(secret), "{arguments:?}: {finished:#?}");
        }
    }
}

#[tokio::test]
async fn errors_are_documents_where_json_is_asked_for() {
    let folder = Folder::with("[]");
    let finished = folder.run(&["list", "--json"]).await.exits(65);
    assert_eq!(finished.error()["kind"], "invalid_document");
    assert!(
        finished.error()["message"]
            .as_str()
            .unwrap()
            .contains("expected an object")
    );
}

#[tokio::test]
async fn no_other_command_needs_a_store_and_keys_need_no_endpoint() {
    let folder = Folder::with(EMPTY);
    folder
        .program(&["list"])
        .endpoint("nonsense")
        .run()
        .await
        .exits(0);
}

#[tokio::test]
async fn aws_without_a_region_or_credentials_says_what_to_set() {
    let lost = |arguments: &[&str]| program(arguments).env("AWS_EC2_METADATA_DISABLED", "true");
    let list = ["keys", "list", "--secret-id", "mcp/keys"];
    let finished = lost(&list)
        .env("AWS_REGION", "eu-west-1")
        .run()
        .await
        .exits(77);
    finished.complains(&["no AWS credentials are found", "AWS_PROFILE"]);
    let keyed = lost(&list)
        .env("AWS_ACCESS_KEY_ID", "a")
        .env("AWS_SECRET_ACCESS_KEY", "b");
    keyed
        .run()
        .await
        .exits(64)
        .complains(&["no AWS region is configured", "set AWS_REGION"]);
}

#[tokio::test]
async fn aws_that_cannot_be_reached_is_unreachable() {
    let (closed, _reserved) = crate::stub::closed();
    let finished = program(&["keys", "list", "--secret-id", "mcp/keys"])
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ACCESS_KEY_ID", "a")
        .env("AWS_SECRET_ACCESS_KEY", "b")
        .env("AWS_ENDPOINT_URL", closed.trim_end_matches("/mcp"))
        .run()
        .await;
    finished
        .exits(69)
        .complains(&["cannot reach the secret mcp/keys", "AWS_ENDPOINT_URL"]);
}
