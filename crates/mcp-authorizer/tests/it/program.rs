//! The executable, without Lambda.

use std::process::Command;

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
    error: invalid `MCP_STALE_SECONDS`: expected a whole number of seconds from 0 to 900, got `soon`
    ");
}
