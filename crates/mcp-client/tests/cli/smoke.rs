//! No command: the smoke test.

use rmcp::model::Tool;
use serde_json::json;

use crate::program::{program, run};
use crate::server::{self, Server};
use crate::stub;

#[tokio::test]
async fn prints_each_step_and_its_answer() {
    let endpoint = server::own().await;
    let finished = run(&endpoint, &[])
        .await
        .exits(0)
        .ends_with("smoke test passed");
    let lines: Vec<_> = finished.stdout.lines().collect();
    assert_eq!(lines[0], format!("Connecting ENDPOINT_URL={endpoint}"));
    assert_eq!(lines[1], "connected");
    let answers = [
        ("listTools response: ", "/tools/0/name", json!("calculate")),
        (
            "callTool:ping response: ",
            "/content/0/text",
            json!("pong! logStream=unknown v=0.1.0 d=0"),
        ),
        (
            "callTool:ping response: ",
            "/content/0/text",
            json!("pong! logStream=unknown v=0.1.0 d=0"),
        ),
        (
            "callTool:get_weather response: ",
            "/structuredContent/city",
            json!("Kyiv"),
        ),
        (
            "callTool:calculate response: ",
            "/structuredContent/result",
            json!(5.0),
        ),
    ];
    assert_eq!(lines.len(), 2 + answers.len());
    for (line, (prefix, pointer, expected)) in lines[2..].iter().zip(answers) {
        let answer = line
            .strip_prefix(prefix)
            .unwrap_or_else(|| panic!("{line}"));
        let answer: serde_json::Value = serde_json::from_str(answer).unwrap();
        assert_eq!(answer.pointer(pointer), Some(&expected), "{line}");
    }
}

#[tokio::test]
async fn passes_in_both_eras_and_over_event_streams() {
    let stateless = server::own().await;
    let stateful = Server::default().stateful(|router| router).await;
    for endpoint in [&stateless, &stateful] {
        for era in ["auto", "legacy", "modern"] {
            run(endpoint, &["--protocol", era])
                .await
                .exits(0)
                .ends_with("smoke test passed");
        }
    }
}

#[tokio::test]
async fn json_is_one_document_with_every_step() {
    let endpoint = server::own().await;
    let finished = run(&endpoint, &["--json"]).await.exits(0).quiet();
    let summary = finished.json();
    assert_eq!(summary["endpoint"], endpoint);
    assert_eq!(summary["ok"], true);
    let steps = summary["steps"].as_array().unwrap();
    let names: Vec<_> = steps
        .iter()
        .map(|step| step["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "connect",
            "listTools",
            "callTool:ping",
            "callTool:ping",
            "callTool:get_weather",
            "callTool:calculate"
        ]
    );
    for step in steps {
        assert_eq!(step["ok"], true);
        assert!(step["duration_ms"].as_f64().unwrap() > 0.0, "{step}");
    }
}

#[tokio::test]
async fn a_wrong_answer_names_the_check() {
    let server = Server {
        pong: "pang",
        ..Server::default()
    };
    let endpoint = server.stateless().await;
    let finished = run(&endpoint, &[]).await.exits(1);
    assert!(finished.stdout.contains("callTool:ping response: "));
    assert!(!finished.stdout.contains("get_weather response"));
    insta::assert_snapshot!(finished.stderr);
}

#[tokio::test]
async fn a_wrong_answer_is_marked_in_the_document() {
    let server = Server {
        pong: "pang",
        ..Server::default()
    };
    let endpoint = server.stateless().await;
    let finished = run(&endpoint, &["--json"]).await.exits(1);
    let summary = finished.json();
    assert_eq!(summary["ok"], false);
    let last = summary["steps"].as_array().unwrap().last().unwrap();
    assert_eq!(last["name"], "callTool:ping");
    assert_eq!(last["ok"], false);
    assert_eq!(last["response"]["content"][0]["text"], "pang");
    assert_eq!(last["error"]["kind"], "check_failed");
    assert_eq!(finished.error()["kind"], "check_failed");
}

#[tokio::test]
async fn a_server_with_other_tools_gets_advice() {
    let own = Server {
        tools: vec![Tool::new(
            "own",
            "A tool of one's own.",
            serde_json::Map::new(),
        )],
        ..Server::default()
    };
    let endpoint = own.stateless().await;
    let finished = run(&endpoint, &[]).await.exits(1);
    insta::assert_snapshot!(finished.stderr);
}

#[tokio::test]
async fn an_unreachable_server_is_a_failed_step() {
    let (endpoint, _reserved) = stub::closed();
    let finished = run(&endpoint, &["--json"]).await.exits(69);
    let summary = finished.json();
    assert_eq!(summary["ok"], false);
    assert_eq!(summary["steps"][0]["name"], "connect");
    assert_eq!(summary["steps"][0]["error"]["kind"], "unreachable");
}

#[tokio::test]
async fn goes_on_checking_when_nobody_reads() {
    let good = server::own().await;
    let finished = program(&[]).endpoint(&good).run_unread().await;
    finished.exits(0).ends_with("smoke test passed");
    let server = Server {
        pong: "pang",
        ..Server::default()
    };
    let bad = server.stateless().await;
    let finished = program(&[]).endpoint(&bad).run_unread().await;
    finished
        .exits(1)
        .complains(&["check `callTool:ping` failed"]);
}
