//! `doctor` of servers that work, more or less; and what all its reports have in common.

use axum::Router;
use axum::response::IntoResponse;
use http::StatusCode;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::program::{Finished, program, run};
use crate::server::{self, Server};
use crate::stub::{self, Seen, json_answer};

/// What `doctor` says of what it judged, without what differs from run to run.
pub(crate) fn said(finished: &Finished, endpoint: &str) -> String {
    let authority = endpoint.split('/').nth(2).unwrap();
    let judged = |line: &&str| !line.starts_with("- not judged, ");
    let lines = finished.stdout.lines().filter(judged);
    let lines = lines.map(|line| {
        let line = line
            .replace(endpoint, "ENDPOINT")
            .replace(authority, "HOST");
        let line = line.split(" (os error").next().unwrap().to_owned();
        let words = line.split(' ').collect::<Vec<_>>();
        let number = |index: usize| {
            words
                .get(index + 1)
                .is_some_and(|unit| unit.starts_with("ms"))
        };
        let words = words.iter().enumerate();
        let words = words.map(|(index, word)| if number(index) { "N" } else { *word });
        words.collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The report on `endpoint`, which ends with this exit code.
pub(crate) async fn doctor(endpoint: &str, exit: i32) -> String {
    said(
        &run(endpoint, &["doctor", "--timeout", "4"])
            .await
            .exits(exit)
            .quiet(),
        endpoint,
    )
}

#[tokio::test]
async fn a_server_of_this_project_has_nothing() {
    let endpoint = server::own().await;
    let report = doctor(&endpoint, 0).await;
    // A project made from this one has other tools.
    let lines = report
        .lines()
        .map(|line| match line.split_whitespace().nth(1) {
            Some("lists") => "✓ lists",
            Some("call") => "✓ call",
            _ => line,
        });
    assert!(
        report.contains("✓ lists ") && report.contains("✓ call "),
        "{report}"
    );
    assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn the_url_may_follow_the_command() {
    let endpoint = server::own().await;
    let finished = program(&["doctor", &endpoint]).run().await.exits(0);
    assert!(finished.stdout.contains("works"));
    let both = program(&["doctor", &endpoint, "--endpoint", &endpoint]);
    both.run().await.exits(64);
}

#[tokio::test]
async fn a_report_is_one_document_for_programs() {
    let endpoint = server::own().await;
    let report = run(&endpoint, &["doctor", "--json"])
        .await
        .exits(0)
        .quiet()
        .json();
    assert_eq!(
        (&report["endpoint"], &report["ok"]),
        (&json!(endpoint), &json!(true))
    );
    let steps = report["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 18);
    assert!(steps.iter().all(|step| step["detail"].is_string()));
    assert!(steps[17]["duration_ms"].is_number());

    let (endpoint, _reserved) = stub::closed();
    let finished = run(&endpoint, &["doctor", "--json"]).await.exits(69);
    let report = finished.json();
    assert_eq!(
        (&report["ok"], report["steps"].as_array().unwrap().len()),
        (&json!(false), 18)
    );
    let failed = &report["steps"][2];
    assert_eq!(
        (&failed["name"], &failed["status"]),
        (&json!("connection"), &json!("failed"))
    );
    let error = finished.error();
    assert_eq!(error["kind"], "unreachable");
    assert_eq!(error["hint"], failed["fix"]);
}

#[tokio::test]
async fn a_server_with_sessions_and_streams_works() {
    let seen = Seen::default();
    let endpoint = Server::default()
        .stateful(|router| seen.watching(router))
        .await;
    assert_snapshot!(doctor(&endpoint, 0).await);
}

#[tokio::test]
async fn a_server_of_the_older_era_works() {
    let server = stub::legacy_post(|method, call| Some(answer_of_old(method)?.with_id(call)));
    let endpoint = stub::serve(Router::new().fallback(server)).await;
    assert_snapshot!(doctor(&endpoint, 0).await);
}

/// A result that has no id yet.
struct Unsent(Value);

impl Unsent {
    fn with_id(self, call: &Value) -> axum::response::Response {
        json_answer(&json!({"jsonrpc": "2.0", "id": call["id"], "result": self.0}))
    }
}

fn answer_of_old(method: &str) -> Option<Unsent> {
    let result = match method {
        "tools/list" => json!({"tools": [{
            "name": "no.good",
            "inputSchema": {"type": "object", "oneOf": [], "properties": {"n": {"type": "integer", "format": "uint8"}}},
        }]}),
        "prompts/list" => json!({"prompts": []}),
        "resources/list" => json!({"resources": []}),
        "resources/templates/list" => json!({"resourceTemplates": []}),
        "ping" => json!({}),
        _ => return None,
    };
    Some(Unsent(result))
}

#[tokio::test]
async fn a_server_of_the_newer_era_alone_gets_a_warning() {
    let endpoint = stub::modern(|method| match method {
        "server/discover" => json!({"result": stub::discovery()}),
        "tools/list" => json!({"result": {
            "resultType": "complete", "ttlMs": 0, "cacheScope": "private",
            "tools": [{
                "name": "look", "description": "Looks.", "annotations": {"readOnlyHint": true},
                "inputSchema": {"type": "object", "properties": {}},
            }],
        }}),
        "tools/call" => json!({"result": {
            "resultType": "complete", "isError": true, "content": [{"type": "text", "text": "no light"}],
        }}),
        _ => json!({"error": {"code": -32601, "message": "what is that"}}),
    })
    .await;
    assert_snapshot!(doctor(&endpoint, 0).await);
}

#[tokio::test]
async fn a_server_that_speaks_neither_era_fails() {
    let endpoint = stub::always(|| {
        let error = json!({"code": -32600, "message": "not today"});
        let body = json!({"jsonrpc": "2.0", "id": null, "error": error}).to_string();
        (
            StatusCode::BAD_REQUEST,
            [("content-type", "application/json")],
            body,
        )
            .into_response()
    })
    .await;
    assert_snapshot!(doctor(&endpoint, 76).await);
}

#[tokio::test]
async fn a_strangers_words_stay_on_their_line() {
    let endpoint = stub::status(400, "text/plain", "x\u{1b}[2J\u{2028}✓ forged").await;
    let finished = run(&endpoint, &["doctor"]).await.exits(76);
    assert!(!finished.stdout.contains('\u{1b}'));
    assert!(
        !finished
            .stdout
            .lines()
            .any(|line| line.starts_with("✓ forged"))
    );
}

#[tokio::test]
async fn help_has_examples() {
    let finished = program(&["doctor", "--help"]).run().await.exits(0).quiet();
    let own = finished.stdout.split("Global options:").next().unwrap();
    assert_snapshot!(own);
    assert!(finished.stdout.contains("Examples:\n  mcp-client doctor"));
}
