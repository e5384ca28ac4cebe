//! `tools list` and `tools call`.

use std::time::Duration;

use serde_json::json;

use crate::program::{program, run};
use crate::server::Server;
use crate::stub;

#[tokio::test]
async fn lists_every_page_as_text() {
    let endpoint = Server::default().stateless().await;
    let finished = run(&endpoint, &["tools", "list"]).await.exits(0).quiet();
    insta::assert_snapshot!(finished.stdout);
}

#[tokio::test]
async fn lists_every_page_as_the_protocols_own_result() {
    let endpoint = Server::default().stateless().await;
    let finished = run(&endpoint, &["tools", "list", "--json"]).await;
    let list = finished.exits(0).quiet().json();
    assert_eq!(list["tools"].as_array().unwrap().len(), 7);
    assert_eq!(list["tools"][0]["inputSchema"]["type"], "object");
    assert!(list.get("nextCursor").is_none());
}

#[tokio::test]
async fn gives_up_on_a_list_that_runs_in_a_circle() {
    let endpoint = stub::modern(
        |_| json!({"result": {"resultType": "complete", "tools": [], "nextCursor": "same"}}),
    )
    .await;
    run(&endpoint, &["tools", "list"])
        .await
        .exits(76)
        .complains(&["a cursor came twice", "hint: "]);
}

#[tokio::test]
async fn prints_text_as_it_is() {
    let endpoint = Server::default().stateless().await;
    let finished = run(&endpoint, &["tools", "call", "ping"]).await;
    let finished = finished.exits(0).quiet();
    assert_eq!(finished.stdout, "pong! logStream=unknown v=0.1.0 d=0\n");
}

#[tokio::test]
async fn prints_structured_content_where_there_is_no_text() {
    let endpoint = Server::default().stateless().await;
    let arguments = [
        "tools",
        "call",
        "echo",
        "--arg",
        "a=2",
        "--arg",
        "city=New York",
    ];
    let finished = run(&endpoint, &arguments).await.exits(0).quiet();
    assert_eq!(
        finished.stdout,
        "{\n  \"a\": 2,\n  \"city\": \"New York\"\n}\n"
    );
}

#[tokio::test]
async fn names_binary_content() {
    let endpoint = Server::default().stateless().await;
    let finished = run(&endpoint, &["tools", "call", "picture"]).await;
    assert_eq!(
        finished.exits(0).quiet().stdout,
        "[image image/png, 4 bytes]\n[audio audio/wav, 3 bytes]\n"
    );
}

#[tokio::test]
async fn json_is_the_protocols_own_result() {
    let endpoint = Server::default().stateless().await;
    let finished = run(&endpoint, &["--json", "tools", "call", "picture"]).await;
    assert_eq!(
        finished.exits(0).quiet().json(),
        json!({
            "resultType": "complete",
            "content": [
                {"type": "image", "data": "QUJDRA==", "mimeType": "image/png"},
                {"type": "audio", "data": "QUJD", "mimeType": "audio/wav"},
            ],
            "isError": false,
        })
    );
}

#[tokio::test]
async fn arguments_come_from_standard_input_and_from_flags() {
    let endpoint = Server::default().stateless().await;
    let arguments = [
        "--json",
        "tools",
        "call",
        "echo",
        "--json-args",
        "-",
        "--arg",
        "b=2",
    ];
    let finished = program(&arguments)
        .endpoint(&endpoint)
        .stdin(r#"{"a": {"deep": [1]}}"#)
        .run()
        .await;
    assert_eq!(
        finished.exits(0).json()["structuredContent"],
        json!({"a": {"deep": [1]}, "b": 2})
    );
}

#[tokio::test]
async fn a_failing_tool_is_an_error_and_standard_output_stays_empty() {
    let endpoint = Server::default().stateless().await;
    let finished = run(&endpoint, &["tools", "call", "fail"]).await.exits(1);
    assert_eq!(finished.stdout, "");
    insta::assert_snapshot!(finished.stderr);
}

#[tokio::test]
async fn a_failing_tools_result_is_still_the_json_document() {
    let endpoint = Server::default().stateless().await;
    let finished = run(&endpoint, &["tools", "call", "fail", "--json"]).await;
    let finished = finished.exits(1);
    assert_eq!(finished.json()["isError"], true);
    assert_eq!(finished.error()["kind"], "tool_error");
}

#[tokio::test]
async fn an_unknown_tool_is_not_called_and_the_near_miss_is_named() {
    let endpoint = Server::default().stateless().await;
    let finished = run(&endpoint, &["tools", "call", "calculat"]).await;
    let finished = finished.exits(64);
    finished.complains(&[
        "no tool `calculat`: did you mean `calculate`?",
        "`mcp-client tools list`",
    ]);
    let finished = run(&endpoint, &["tools", "call", "nonsense", "--unchecked"]).await;
    finished
        .exits(76)
        .complains(&["error -32602: no tool `nonsense`"]);
}

#[tokio::test]
async fn an_argument_that_must_also_travel_in_a_header_does() {
    let endpoint = Server::default().stateless().await;
    let arguments = ["tools", "call", "deploy", "--arg", "region=eu"];
    let finished = run(&endpoint, &arguments).await.exits(0).quiet();
    assert_eq!(finished.stdout, "deployed\n");
}

#[tokio::test]
async fn a_tool_that_asks_back_is_explained() {
    let endpoint = stub::modern(|_| {
        json!({"result": {
            "resultType": "input_required",
            "inputRequests": {"name": {"method": "elicitation/create", "params": {"message": "Who?"}}},
            "requestState": "state",
        }})
    })
    .await;
    run(&endpoint, &["tools", "call", "ask"])
        .await
        .exits(76)
        .complains(&[
            "the server wants an answer from a person",
            "run it at a terminal, or in an interactive MCP client",
        ]);
}

#[tokio::test]
async fn a_reader_that_leaves_is_no_error() {
    let endpoint = Server::default().stateless().await;
    let finished = program(&["tools", "list"]).endpoint(&endpoint);
    finished.run_unread().await.exits(0).quiet();
}

#[tokio::test]
async fn progress_is_shown_and_keeps_a_long_call_alive() {
    let endpoint = stub::working(Duration::from_millis(800)).await;
    let arguments = ["tools", "call", "bake", "--unchecked", "--timeout", "2"];
    let finished = run(&endpoint, &arguments).await.exits(0);
    assert_eq!(finished.stdout, "done\n");
    let lines: Vec<_> = finished.stderr.lines().collect();
    assert_eq!(lines.len(), 4, "{finished:?}");
    assert!(
        lines[0].starts_with("[######------------------]  25 %  baking"),
        "{finished:?}"
    );
    assert!(
        lines[3].starts_with("[########################] 100 %  baking"),
        "{finished:?}"
    );
}
