//! How the era of a server is found out, whatever it says to a question that it does not know.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::json;

use crate::program::{Finished, run};
use crate::stub::{self, json_answer};

/// A legacy server that says this to `server/discover`.
async fn legacy_but(discover: fn() -> Response) -> Finished {
    let endpoint = stub::legacy(move |method| (method == "server/discover").then(discover)).await;
    run(&endpoint, &["info", "--timeout", "2"]).await
}

fn html() -> Response {
    ([(header::CONTENT_TYPE, "text/html")], "<html>hello</html>").into_response()
}

#[tokio::test]
async fn whatever_discover_ends_in_the_older_era_is_tried_and_it_is_said() {
    type Answer = fn() -> Response;
    let answers: [(Answer, &str); 9] = [
        (
            || (StatusCode::INTERNAL_SERVER_ERROR, "oops").into_response(),
            "HTTP 500",
        ),
        (
            || StatusCode::SERVICE_UNAVAILABLE.into_response(),
            "HTTP 503",
        ),
        (|| ().into_response(), "the answer is empty"),
        (
            || StatusCode::ACCEPTED.into_response(),
            "the answer is empty",
        ),
        (html, "expected JSON or an event stream, got `text/html`"),
        (
            || (StatusCode::FORBIDDEN, html()).into_response(),
            "HTTP 403",
        ),
        (
            || json_answer(&json!({"hello": "world"})),
            "no JSON-RPC message",
        ),
        (
            || json_answer(&json!({"jsonrpc": "2.0", "id": 0, "result": {}})),
            "not what introduces a server",
        ),
        (
            || {
                json_answer(
                    &json!({"jsonrpc": "2.0", "id": 0, "result": {"supportedVersions": []}}),
                )
            },
            "",
        ),
    ];
    for (answer, reason) in answers {
        let finished = legacy_but(answer).await.exits(0);
        assert!(
            finished.stdout.contains("2025-11-25 (legacy)"),
            "{finished:?}"
        );
        if !reason.is_empty() {
            finished.complains(&["note: server/discover failed", "--protocol legacy", reason]);
        }
    }
}

#[tokio::test]
async fn a_server_that_refuses_properly_is_not_remarked_upon() {
    let finished = legacy_but(|| (StatusCode::BAD_REQUEST, "what?").into_response()).await;
    finished.exits(0).quiet();
}

#[tokio::test]
async fn a_server_that_never_answers_discover_is_legacy() {
    let endpoint = stub::slow_discover(Duration::from_secs(60)).await;
    let finished = run(&endpoint, &["info", "--timeout", "2"]).await.exits(0);
    assert!(finished.stdout.contains("2025-11-25 (legacy)"));
    finished.complains(&["note: server/discover failed", "no answer within 1 s"]);
}

#[tokio::test]
async fn a_version_that_nobody_knows_is_refused() {
    for version in ["2099-01-01", "2026-07-28", "", "latest"] {
        let endpoint = stub::versioned(version).await;
        let finished = run(&endpoint, &["info", "--protocol", "legacy"])
            .await
            .exits(76);
        finished.complains(&["no version of the protocol in common", "2025-11-25"]);
    }
    let finished = run(&stub::versioned("2025-03-26").await, &["info"])
        .await
        .exits(0);
    assert!(finished.stdout.contains("2025-03-26 (legacy)"));
}

#[tokio::test]
async fn a_question_for_a_person_is_refused_and_the_call_has_failed() {
    let endpoint = stub::asking().await;
    let finished = run(&endpoint, &["tools", "call", "ask", "--protocol", "legacy"]).await;
    finished
        .exits(76)
        .complains(&["the server wants an answer from a person"]);
}
