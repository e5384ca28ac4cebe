//! What is sent to a server besides the question, and that it is seen nowhere else.

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::any;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use crate::program::{Program, program};
use crate::stub::{self, Seen};

fn info(more: &[&str]) -> Program {
    program(&[&["info", "--protocol", "modern"], more].concat())
}

async fn server(seen: &Seen) -> String {
    let discover = stub::modern_router(|_| json!({"result": {}}));
    stub::serve(seen.watching(discover)).await
}

#[tokio::test]
async fn a_bearer_token_is_sent_as_one() {
    let seen = Seen::default();
    let endpoint = server(&seen).await;
    info(&[])
        .endpoint(&endpoint)
        .env("MCP_BEARER_TOKEN", "t0ken")
        .run()
        .await
        .exits(0);
    assert_eq!(
        seen.header("authorization"),
        [Some("Bearer t0ken".to_owned())]
    );
}

#[tokio::test]
async fn any_header_comes_from_a_variable_or_a_file() {
    let seen = Seen::default();
    let endpoint = server(&seen).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("key"), "from-a-file\n").unwrap();
    let options = [
        "--header",
        "X-Custom=@TEAM_KEY",
        "--header",
        "x-api-key=@./key",
    ];
    let call = info(&options)
        .endpoint(&endpoint)
        .env("TEAM_KEY", "from-a-variable");
    // What is named wins over the variable that is always read.
    call.key("mcp_0123456789")
        .folder(folder.path())
        .run()
        .await
        .exits(0);
    assert_eq!(
        seen.header("x-custom"),
        [Some("from-a-variable".to_owned())]
    );
    assert_eq!(seen.header("x-api-key"), [Some("from-a-file".to_owned())]);
}

#[tokio::test]
async fn a_value_on_the_command_line_is_refused_and_not_repeated() {
    for (header, expected) in [
        (
            "authorization=Bearer s3cret",
            "expected NAME=@VARIABLE or NAME=@./FILE",
        ),
        (
            "authorization: s3cret",
            "expected NAME=@VARIABLE or NAME=@./FILE",
        ),
        ("x=@NOT_SET", "the variable `NOT_SET` is not set"),
        ("host=@HOME", "`host` is set by the protocol itself"),
    ] {
        let finished = info(&["--header", header]).run().await.exits(64);
        assert!(!finished.stderr.contains("s3cret"), "{finished:?}");
        finished.complains(&[expected, "hint: "]);
    }
    let twice = ["--header", "a=@HOME", "--header", "A=@HOME"];
    let finished = info(&twice).env("HOME", "x").run().await.exits(64);
    finished.complains(&["`--header` gives `a` twice"]);
}

#[tokio::test]
async fn any_credential_is_kept_from_a_network_in_the_clear() {
    for (name, arguments) in [
        ("MCP_BEARER_TOKEN", &[][..]),
        ("TEAM_KEY", &["--header", "x=@TEAM_KEY"]),
    ] {
        let call = info(arguments)
            .endpoint("http://mcp.invalid/mcp")
            .env(name, "value");
        let finished = call.run().await.exits(64);
        finished.complains(&["refusing to send", name, "--insecure-http"]);
    }
}

/// A server that answers 401 with this challenge.
async fn challenging(challenge: &'static str) -> String {
    stub::always(move || {
        let challenge = [(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static(challenge),
        )];
        (StatusCode::UNAUTHORIZED, challenge).into_response()
    })
    .await
}

#[tokio::test]
async fn what_a_server_asks_for_is_explained() {
    let oauth = r#"Bearer resource_metadata="https://host/.well-known/oauth-protected-resource""#;
    let expired = r#"Bearer error="invalid_token", error_description="it has expired""#;
    for (challenge, token, expected) in [
        (
            oauth,
            "",
            &[
                "OAuth token",
                "https://host/.well-known/oauth-protected-resource",
                "MCP_BEARER_TOKEN",
            ][..],
        ),
        (
            "Bearer",
            "",
            &["the server wants a bearer token: set MCP_BEARER_TOKEN"],
        ),
        (
            expired,
            "old",
            &["did not accept what MCP_BEARER_TOKEN holds (it has expired)"],
        ),
        ("Basic realm=\"x\"", "", &["--header NAME=@VARIABLE"]),
    ] {
        let call = info(&[]).endpoint(&challenging(challenge).await);
        let finished = call.env("MCP_BEARER_TOKEN", token).run().await;
        finished.exits(77).complains(expected);
    }
}

/// A modern server that sends the key back in every form that it can think of.
async fn echo() -> String {
    let handler = any(async |request: Request| {
        let key = request.headers()["x-api-key"].to_str().unwrap().to_owned();
        let body = axum::body::to_bytes(request.into_body(), usize::MAX)
            .await
            .unwrap();
        let call: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let hexadecimal: String = key.bytes().map(|byte| format!("{byte:02x}")).collect();
        let percent: String = key.bytes().map(|byte| format!("%{byte:02X}")).collect();
        use base64::Engine;
        let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
        let (alone, inside) = (encode(&key), encode(&format!("user:{key}!")));
        let escaped: String = key
            .chars()
            .map(|c| format!("\\u{:04x}", u32::from(c)))
            .collect();
        let text = format!(
            "{key} {} {hexadecimal} {percent} {alone} {inside}",
            key.to_uppercase()
        );
        let result = match call["method"].as_str().unwrap() {
            "server/discover" => stub::discovery().to_string(),
            _ => format!(
                r#"{{"content":[{{"type":"text","text":"{text}"}},{{"type":"text","text":"{escaped}"}}]}}"#
            ),
        };
        let answer = format!(
            r#"{{"jsonrpc":"2.0","id":{},"result":{result}}}"#,
            call["id"]
        );
        ([(header::CONTENT_TYPE, "application/json")], answer)
    });
    stub::serve(Router::new().fallback(handler)).await
}

#[tokio::test]
async fn a_key_that_a_server_sends_back_is_not_shown() {
    let endpoint = echo().await;
    for key in ["mcp_canary-d41d8cd98f00b204", "c4nary7"] {
        for more in [&[][..], &["--json"], &["--dump-wire"], &["-v"]] {
            let call = ["tools", "call", "x", "--unchecked", "--protocol", "modern"];
            let finished = program(&[&call, more].concat())
                .endpoint(&endpoint)
                .key(key)
                .run()
                .await;
            let finished = finished.exits(0);
            assert!(finished.stdout.contains("[api key]"), "{finished:?}");
            for shown in [&finished.stdout, &finished.stderr] {
                let shown = shown.to_lowercase();
                let hexadecimal: String = key.bytes().map(|byte| format!("{byte:02x}")).collect();
                assert!(
                    !shown.contains(key) && !shown.contains(&hexadecimal),
                    "{shown}"
                );
            }
        }
    }
}

#[tokio::test]
async fn the_wire_is_shown_without_secrets() {
    let seen = Seen::default();
    let endpoint = server(&seen).await;
    let call = info(&["--dump-wire"])
        .endpoint(&endpoint)
        .key("mcp_canary-d41d8cd98f00b204");
    let finished = call
        .env("MCP_BEARER_TOKEN", "t0ken-d41d8cd9")
        .run()
        .await
        .exits(0);
    for secret in ["canary", "t0ken"] {
        assert!(!finished.stderr.contains(secret), "{finished:?}");
    }
    finished.complains(&[
        "> POST http://127.0.0.1:",
        "> x-api-key: [secret]",
        "> authorization: [secret]",
        "> mcp-method: server/discover",
        "> {\"jsonrpc\":\"2.0\"",
        "< 200 OK, application/json",
        "< {\"",
        "\"supportedVersions\":[\"2026-07-28\"]",
    ]);
}
