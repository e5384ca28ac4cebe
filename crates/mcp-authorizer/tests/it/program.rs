//! The executable, without Lambda.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::http;

#[test]
fn a_bad_configuration_is_reported_whole_and_exits_64() {
    let output = Command::new(env!("CARGO_BIN_EXE_mcp-authorizer"))
        .env_clear()
        .env("MCP_STALE_SECONDS", "soon")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(64));
    assert!(output.stdout.is_empty());
    insta::assert_snapshot!(String::from_utf8(output.stderr).unwrap(), @r"
    error: missing `AWS_LAMBDA_RUNTIME_API`: expected Lambda's runtime interface; this program runs on AWS Lambda or its emulator
    error: missing `MCP_SECRET_ID`: expected the name or ARN of the secret with the keys
    error: invalid `MCP_STALE_SECONDS`: expected a whole number from 0 to 900, got `soon`
    ");
}

/// Lambda's filter takes a line without a level for one of level `INFO`, and drops it at any higher one.
#[test]
fn on_lambda_every_way_to_fail_at_the_start_is_a_fatal_line_at_every_level() {
    let named = [
        ("AWS_LAMBDA_FUNCTION_NAME", "f"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
    ];
    for (variables, code, said) in [
        (
            &[("MCP_STALE_SECONDS", "soon")][..],
            64,
            "MCP_STALE_SECONDS",
        ),
        // Lambda's runtime panics where it does not find its variables.
        (&[], 101, "panic.location"),
        (&named, 70, "message"),
    ] {
        for level in ["off", "fatal", "info"] {
            let output = Command::new(env!("CARGO_BIN_EXE_mcp-authorizer"))
                .env_clear()
                .env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1")
                .env("AWS_LAMBDA_LOG_FORMAT", "JSON")
                .env("AWS_REGION", "eu-west-1")
                .env("AWS_ACCESS_KEY_ID", "a")
                .env("AWS_SECRET_ACCESS_KEY", "s")
                .env("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
                .env("MCP_SECRET_ID", "keys")
                .env("MCP_LOG_LEVEL", level)
                .envs(variables.iter().copied())
                .output()
                .unwrap();
            assert_eq!(output.status.code(), Some(code), "{output:?}");
            let written = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            let lines: Vec<Value> = written
                .lines()
                .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{written}")))
                .collect();
            assert!(
                lines.iter().all(|line| line["timestamp"].is_string()),
                "{written}"
            );
            let fatal: Vec<_> = lines
                .iter()
                .filter(|line| line["level"] == "FATAL")
                .collect();
            assert!(
                fatal.len() == 1 && fatal[0].to_string().contains(said),
                "{written}"
            );
        }
    }
}

/// What the function answers, and what it has logged by then, for an event with these bytes.
fn answer_to(event: &'static str) -> (Value, String) {
    let (answered, answer) = mpsc::channel();
    let runtime = http::serve(move |request, stream| {
        if request.line.contains("/invocation/next") {
            let id = "lambda-runtime-aws-request-id: r1\r\nlambda-runtime-deadline-ms: 4102444800000\r\n";
            return stream.write_all(http::ok(id, event).as_bytes());
        }
        answered.send(request.body.clone()).ok();
        thread::sleep(Duration::from_secs(60));
        Ok(())
    });
    let mut function = Command::new(env!("CARGO_BIN_EXE_mcp-authorizer"))
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", runtime.to_string())
        .env("AWS_LAMBDA_FUNCTION_NAME", "f")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ACCESS_KEY_ID", "a")
        .env("AWS_SECRET_ACCESS_KEY", "s")
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .env("MCP_SECRET_ID", "keys")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let answer = answer.recv_timeout(Duration::from_secs(20)).unwrap();
    function.kill().unwrap();
    let log = function.wait_with_output().unwrap().stdout;
    (
        serde_json::from_str(&answer).unwrap(),
        String::from_utf8(log).unwrap(),
    )
}

#[test]
fn what_is_no_json_is_no_event_and_is_logged_once_in_our_own_words() {
    for event in [r#"{"headers":{"x-api-key":canary"#, "", "\u{1}"] {
        let (answer, log) = answer_to(event);
        assert_eq!(answer["errorType"], "NotAnEvent", "{answer}");
        assert!(log.contains("\"outcome\":\"error\""), "{log}");
        for text in [answer.to_string(), log] {
            assert!(
                !text.contains("canary") && !text.contains("eserialize"),
                "{text}"
            );
        }
    }
}
