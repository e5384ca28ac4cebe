//! Answers that are odd, large or endless: what can be shown is shown, and the rest is named.

use axum::Router;
use axum::response::{IntoResponse, Response};
use http::header;
use serde_json::{Value, json};

use crate::program::run;
use crate::stub;

/// A modern server that lists one tool, `odd`, which answers with this result.
async fn answering(result: fn() -> Value) -> String {
    stub::modern(move |method| match method {
        "tools/list" => {
            json!({"result": {"tools": [{"name": "odd", "inputSchema": {"type": "object"}}]}})
        }
        _ => json!({"result": result()}),
    })
    .await
}

const CALL: [&str; 3] = ["tools", "call", "odd"];

#[tokio::test]
async fn content_of_an_unknown_kind_hides_nothing_else() {
    let endpoint = answering(|| {
        json!({"content": [
            {"type": "text", "text": "before"},
            {"type": "hologram", "layers": [1, 2]},
            {"type": "image", "data": 7},
            "after",
        ]})
    })
    .await;
    let finished = run(&endpoint, &CALL).await.exits(0).quiet();
    assert_eq!(
        finished.stdout,
        "before\n[content of type `hologram`, which this client does not know: --output json has it]\n\
         [image of unknown type, 0 bytes]\n[content without a type: --output json has it]\n"
    );
    let finished = run(&endpoint, &[&CALL[..], &["--json"]].concat()).await;
    assert_eq!(
        finished.exits(0).json()["content"][1]["layers"],
        json!([1, 2])
    );
}

#[tokio::test]
async fn one_odd_tool_hides_no_other() {
    let endpoint = stub::modern(|_| {
        json!({"result": {"tools": [
            {"name": "good", "inputSchema": {"type": "object"}},
            {"name": "odd", "inputSchema": "none", "annotations": 7},
            {"name": 5},
            {"name": "header", "inputSchema": {"type": "object", "properties": {"a": {"type": "string", "x-mcp-header": ""}}}},
        ]}})
    })
    .await;
    let finished = run(&endpoint, &["tools", "list"]).await.exits(0);
    assert_eq!(
        finished.stdout,
        "good\n\nodd\n\n(without a name)\n\nheader\n    a  string  optional\n"
    );
    finished.complains(&["note: `header` cannot be called", "x-mcp-header"]);
    let finished = run(&endpoint, &["tools", "call", "header", "--arg", "a=x"]).await;
    finished
        .exits(76)
        .complains(&["the tool `header` cannot be called"]);
    run(&endpoint, &["tools", "call", "good"]).await.exits(0);
}

#[tokio::test]
async fn an_answer_beyond_the_limit_is_named_as_that() {
    let endpoint =
        answering(|| json!({"content": [{"type": "text", "text": "x".repeat(20 << 20)}]})).await;
    let finished = run(&endpoint, &CALL).await.exits(0).quiet();
    assert_eq!(finished.stdout.len(), (20 << 20) + 1);
    let finished = run(&endpoint, &[&CALL[..], &["--max-answer", "16"]].concat()).await;
    finished.exits(76).complains(&[
        "calling tool `odd`: the server did it, but its answer is lost",
        "larger than 16 MiB",
        "hint: --max-answer MIB",
    ]);
}

/// A modern server whose list of tools has a tool a page, and never ends, or ends after so many.
async fn pages(end: Option<u64>) -> String {
    let handler = axum::routing::post(async move |body: String| -> Response {
        let call: Value = serde_json::from_str(&body).unwrap();
        let result = match call["method"].as_str().unwrap() {
            "server/discover" => stub::discovery(),
            _ => {
                let page = call["params"]["cursor"]
                    .as_str()
                    .map_or(0, |page| page.parse().unwrap());
                let mut result = json!({"tools": [{"name": format!("t{page}"), "inputSchema": {"type": "object"}}]});
                if Some(page + 1) != end {
                    result["nextCursor"] = (page + 1).to_string().into();
                }
                result
            }
        };
        let answer = json!({"jsonrpc": "2.0", "id": call["id"], "result": result});
        (
            [(header::CONTENT_TYPE, "application/json")],
            answer.to_string(),
        )
            .into_response()
    });
    stub::serve(Router::new().fallback(handler)).await
}

#[tokio::test]
async fn a_list_of_many_pages_is_whole() {
    let finished = run(&pages(Some(150)).await, &["tools", "list", "--json"]).await;
    let list = finished.exits(0).quiet().json();
    assert_eq!(list["tools"].as_array().unwrap().len(), 150);
    assert_eq!(list["tools"][149]["name"], "t149");
}

#[tokio::test]
async fn of_a_list_without_end_what_was_read_is_shown() {
    let finished = run(&pages(None).await, &["tools", "list", "--json"])
        .await
        .exits(76);
    let list = finished.json();
    assert_eq!(list["tools"].as_array().unwrap().len(), 1000);
    assert_eq!(list["nextCursor"], "1000");
    assert_eq!(
        finished.error()["message"],
        "the list is not complete: the server's list did not end after 1000 pages"
    );
}

#[tokio::test]
async fn a_server_without_prompts_has_no_prompts() {
    let endpoint = stub::modern(|_| json!({"error": {"code": -32601, "message": "what?"}})).await;
    for (command, expected) in [
        (["prompts", "list"], "no prompts\n"),
        (["resources", "list"], "no resources\n"),
        (["resources", "templates"], "no templates\n"),
    ] {
        let finished = run(&endpoint, &command).await.exits(0);
        assert_eq!(finished.stdout, expected);
        finished.complains(&["note: the server does not offer"]);
    }
    // One that says it has tools, and has not, breaks its word.
    run(&endpoint, &["tools", "list"]).await.exits(76);
}
