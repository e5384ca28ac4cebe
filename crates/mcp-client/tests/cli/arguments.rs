//! What a user writes is what a server gets, and what a server answers is what a user reads.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::post;
use http::header;
use serde_json::Value;

use crate::program::{Finished, program, run};
use crate::server::Server;
use crate::stub;

/// A modern server that sends the text of the arguments back as its structured content, to the character.
async fn mirror() -> String {
    let handler = post(async |request: Request| {
        let body = to_bytes(request.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        // The parser has no number as large as one of these.
        let call: Value = serde_json::from_str(&text.replace(EXACT, "{}")).unwrap();
        let result = match call["method"].as_str().unwrap() {
            "server/discover" => stub::discovery().to_string(),
            "tools/list" => {
                r#"{"tools":[{"name":"mirror","inputSchema":{"type":"object"}}]}"#.to_owned()
            }
            _ => {
                let (_, rest) = text.split_once("\"arguments\":").unwrap();
                let end = rest.find(",\"name\"").unwrap();
                format!("{{\"content\":[],\"structuredContent\":{}}}", &rest[..end])
            }
        };
        let answer = format!(
            "{{\"jsonrpc\":\"2.0\",\"id\":{},\"result\":{result}}}",
            call["id"]
        );
        (
            [(header::CONTENT_TYPE, "application/json")],
            Body::from(answer),
        )
            .into_response()
    });
    stub::serve(Router::new().fallback(handler)).await
}

const EXACT: &str =
    r#"{"z":12345678901234567890123,"a":1.10,"m":{"b":-0.0e-5,"a":[1E400,0.1000]}}"#;

#[tokio::test]
async fn numbers_and_the_order_of_members_stay_as_they_were_written() {
    let endpoint = mirror().await;
    let call = ["tools", "call", "mirror", "--json-args", EXACT];
    for more in [&["--json"][..], &["--json", "--unchecked"]] {
        let finished = run(&endpoint, &[&call, more].concat())
            .await
            .exits(0)
            .quiet();
        let compact: String = finished.stdout.split_whitespace().collect();
        assert_eq!(
            compact,
            format!("{{\"content\":[],\"structuredContent\":{EXACT}}}")
        );
    }
    let finished = run(&endpoint, &call).await.exits(0).quiet();
    let compact: String = finished.stdout.split_whitespace().collect();
    assert_eq!(compact, EXACT);
}

async fn weather(arguments: &[&str]) -> Finished {
    let endpoint = Server::default().stateless().await;
    run(
        &endpoint,
        &[&["tools", "call", "get_weather"], arguments].concat(),
    )
    .await
}

#[tokio::test]
async fn a_text_of_digits_is_a_text_where_the_schema_says_so() {
    let finished = weather(&["--arg", "city=42", "--json"])
        .await
        .exits(0)
        .quiet();
    assert_eq!(finished.json()["structuredContent"]["city"], "42");
}

#[tokio::test]
async fn what_does_not_fit_the_schema_is_named_before_the_call() {
    for (arguments, expected) in [
        (&[][..], "the tool `get_weather` needs `city`"),
        (
            &["--arg", "city=x", "--arg", "units=kelvin"],
            "argument `units`: expected celsius or fahrenheit, got `kelvin`",
        ),
        (
            &["--arg", "cty=x", "--arg", "city=x"],
            "has no argument `cty`: did you mean `city`?",
        ),
        (
            &["--json-args", r#"{"city":"x","unit":1}"#],
            "has no argument `unit`: did you mean `units`?",
        ),
    ] {
        let finished = weather(arguments).await.exits(64);
        finished.complains(&[expected, "`mcp-client tools show NAME`", "--unchecked"]);
    }
    // The server's own answer, as nothing was checked.
    weather(&["--unchecked", "--arg", "city=x", "--arg", "unit=1"])
        .await
        .exits(0);
}

#[tokio::test]
async fn a_tool_is_shown_whole() {
    let endpoint = Server::default().stateless().await;
    let finished = run(&endpoint, &["tools", "show", "calculate"]).await;
    insta::assert_snapshot!(finished.exits(0).quiet().stdout);
    let finished = run(&endpoint, &["tools", "show", "calculate", "--json"]).await;
    assert_eq!(finished.exits(0).json()["title"], "Calculator");
    let finished = run(&endpoint, &["tools", "show", "calc"]).await;
    finished.exits(64).complains(&["no tool `calc`"]);
}

#[tokio::test]
async fn an_endpoint_can_be_named_without_an_option() {
    let endpoint = Server::default().stateless().await;
    let finished = program(&[&endpoint, "tools", "call", "ping"]).run().await;
    assert_eq!(
        finished.exits(0).quiet().stdout,
        "pong! logStream=unknown v=0.1.0 d=0\n"
    );
    let finished = program(&["tolls"]).run().await;
    finished
        .exits(64)
        .complains(&["expected a command, or a URL"]);
    let finished = program(&[&endpoint, "--endpoint", &endpoint]).run().await;
    finished.exits(64).complains(&["cannot be used with"]);
}

#[tokio::test]
async fn an_empty_endpoint_is_a_mistake() {
    let finished = program(&["info"]).endpoint("").run().await.exits(64);
    finished.complains(&["`MCP_SERVER_ENDPOINT` is set, but empty"]);
}

#[tokio::test]
async fn binary_content_is_saved() {
    let endpoint = Server::default().stateless().await;
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("saved");
    let arguments = ["tools", "call", "picture", "--save", into.to_str().unwrap()];
    let finished = run(&endpoint, &arguments).await.exits(0);
    finished.complains(&["content-1.png (4 bytes)", "content-2.wav (3 bytes)"]);
    assert_eq!(std::fs::read(into.join("content-1.png")).unwrap(), b"ABCD");
}
