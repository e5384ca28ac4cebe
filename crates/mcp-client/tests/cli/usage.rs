//! The command line itself: help, mistakes, environment.

use insta::assert_snapshot;

use crate::program::{Finished, program};

async fn run(arguments: &[&str]) -> Finished {
    program(arguments).run().await
}

#[tokio::test]
async fn help_goes_to_standard_output() {
    for (name, arguments) in [
        ("help", &["--help"][..]),
        ("help_tools_call", &["tools", "call", "--help"]),
        ("help_keys", &["keys", "--help"]),
        ("help_keys_create", &["keys", "create", "--help"]),
        ("help_prompts_get", &["prompts", "get", "--help"]),
    ] {
        let finished = run(arguments).await.exits(0).quiet();
        assert_snapshot!(name, finished.stdout);
    }
}

#[tokio::test]
async fn version_is_that_of_the_crate() {
    let finished = run(&["--version"]).await.exits(0).quiet();
    let version = format!("mcp-client {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(finished.stdout, version);
}

#[tokio::test]
async fn mistakes_exit_with_64() {
    for (arguments, complaint) in [
        (&["--nonsense"][..], "unexpected argument '--nonsense'"),
        (&["tools"], "Usage: mcp-client tools"),
        (&["tools", "call"], "<NAME>"),
        (&["--timeout", "0"], "expected seconds"),
        (&["--timeout", "soon"], "expected seconds"),
        (&["--connect-timeout", "-1"], "'-1'"),
        (
            &["--protocol", "future"],
            "[possible values: auto, legacy, modern]",
        ),
        (&["--json", "--output", "text"], "cannot be used with"),
        (
            &["--stack", "S", "--endpoint", "http://localhost/mcp"],
            "cannot be used with",
        ),
        (
            &["--stack", "a b"],
            "invalid stack: expected a name or an ARN",
        ),
        (&["keys", "list", "--stack", "a_b"], "invalid stack"),
        (
            &["--endpoint", "localhost:8080/mcp"],
            "expected an http:// or https:// URL",
        ),
        (
            &["tools", "call", "x", "--arg", "city"],
            "expected NAME=VALUE",
        ),
        (
            &["tools", "call", "x", "--arg", "a=1", "--arg", "a=2"],
            "`a` is given twice",
        ),
        (
            &["tools", "call", "x", "--json-args", "{"],
            "not valid JSON",
        ),
        (
            &["prompts", "get", "x", "--arg", "a=1", "--arg", "a=2"],
            "`a` is given twice",
        ),
    ] {
        let finished = run(arguments).await.exits(64).complains(&[complaint]);
        assert_eq!(finished.stdout, "", "{arguments:?}");
    }
}

#[tokio::test]
async fn mistakes_are_documents_where_json_is_asked_for() {
    for arguments in [
        &["--json", "--nonsense"][..],
        &["tools", "call", "x", "--arg", "city", "--json"],
        &["--output", "json", "--timeout", "0"],
    ] {
        let finished = run(arguments).await.exits(64);
        let error = finished.error();
        assert_eq!(error["kind"], "usage", "{error}");
        assert!(error["message"].is_string());
        assert!(error["hint"].is_string());
    }
}

#[tokio::test]
async fn a_flag_wins_over_the_environment() {
    program(&["info", "--endpoint", "ftp://flag/"])
        .endpoint("ftp://environment/")
        .run()
        .await
        .exits(64)
        .complains(&["`ftp://flag/`"]);
}

#[tokio::test]
async fn credentials_in_the_endpoint_are_refused_and_not_repeated() {
    let finished = program(&["info"])
        .endpoint("https://user:hunter2@host/mcp")
        .run()
        .await
        .exits(64)
        .complains(&["must not carry a user name or password"]);
    assert!(!finished.stderr.contains("hunter2"));
}

#[tokio::test]
async fn a_key_that_no_header_can_carry_is_refused_and_not_repeated() {
    for key in ["canary\u{1}key", "canary\nkey", " canary", "canary-ключ"] {
        let finished = program(&["info"]).key(key).run().await.exits(64);
        let finished = finished.complains(&["invalid `MCP_API_KEY`", "hint: "]);
        assert!(!finished.stderr.contains("canary"));
    }
}
