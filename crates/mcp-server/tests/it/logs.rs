//! What is written about a request, and what never is.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::process::Command;

/// A text that stands in for every secret and every argument.
const CANARY: &str = "canary-7f3a91";

/// Runs the program at its most talkative, sends `bodies` with a canary in every header that a client chooses, and
/// returns everything that it wrote.
async fn output_of(bodies: &[String], level: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mcp-server"))
        .args(["--port", "0"])
        .env_clear()
        .env("MCP_LOG_LEVEL", level)
        .env("MCP_METRICS", "emf")
        .env("MCP_MAX_RESPONSE_BYTES", "1024")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut stdout = tokio::io::BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    tokio::io::AsyncBufReadExt::read_line(&mut stdout, &mut first)
        .await
        .unwrap();
    let listening: Value = serde_json::from_str(&first).unwrap();
    let url = listening["url"].as_str().unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for body in bodies {
        for (header, value) in [
            ("x-api-key", CANARY),
            ("authorization", CANARY),
            ("origin", "https://canary-7f3a91.example"),
            ("host", "canary-7f3a91.example"),
            ("mcp-protocol-version", CANARY),
            ("mcp-session-id", CANARY),
            ("mcp-name", CANARY),
            ("traceparent", CANARY),
            ("x-amzn-trace-id", CANARY),
            ("accept", CANARY),
            ("content-type", "text/canary-7f3a91"),
            ("x-amzn-request-context", r#"{"requestId":"canary-7f3a91"}"#),
        ] {
            let request = client.post(url).header("content-type", "application/json");
            request
                .header(header, value)
                .body(body.clone())
                .send()
                .await
                .unwrap();
        }
    }
    let id = child.id().unwrap().to_string();
    Command::new("kill")
        .args(["-s", "TERM", &id])
        .status()
        .await
        .unwrap();
    let mut written = first;
    tokio::io::AsyncReadExt::read_to_string(&mut stdout, &mut written)
        .await
        .unwrap();
    let rest = child.wait_with_output().await.unwrap();
    written + &String::from_utf8(rest.stderr).unwrap()
}

fn call(method: &str, params: &Value) -> String {
    json!({ "jsonrpc": "2.0", "id": CANARY, "method": method, "params": params }).to_string()
}

#[tokio::test]
async fn no_argument_result_header_or_key_is_ever_logged() {
    let bodies = [
        call(
            "tools/call",
            &json!({ "name": "get_weather", "arguments": { "city": CANARY } }),
        ),
        call(
            "tools/call",
            &json!({ "name": "get_weather", "arguments": { "city": CANARY.repeat(7) } }),
        ),
        call(
            "tools/call",
            &json!({ "name": "lookup_user", "arguments": { "user_id": CANARY } }),
        ),
        call("tools/call", &json!({ "name": CANARY, "arguments": {} })),
        call(
            "tools/call",
            &json!({ "name": "ping", "arguments": { CANARY: 1 } }),
        ),
        call(
            "prompts/get",
            &json!({ "name": "greeting-template", "arguments": { "name": CANARY } }),
        ),
        call("prompts/get", &json!({ "name": CANARY })),
        call("tools/list", &json!({ "cursor": CANARY })),
        call(
            "initialize",
            &json!({ "protocolVersion": CANARY, "capabilities": {}, "clientInfo": { "name": "x", "version": CANARY } }),
        ),
        call(CANARY, &json!({})),
        call("tools/call", &json!(CANARY)),
        format!("{{ {CANARY}"),
        json!([CANARY]).to_string(),
    ];
    let written = output_of(&bodies, "trace").await;
    assert!(written.lines().count() > bodies.len(), "{written}");
    assert!(
        !written.contains("canary"),
        "{}",
        written
            .lines()
            .find(|line| line.contains("canary"))
            .unwrap()
    );
}

#[tokio::test]
async fn a_request_is_one_line_with_what_an_operator_needs() {
    let params = json!({ "name": "calculate", "arguments": { "operation": "divide", "a": 1, "b": 0 }, "_meta": {
        "io.modelcontextprotocol/clientInfo": { "name": "editor\u{1b}[31m", "version": "1" },
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    } });
    let written = output_of(&[call("tools/call", &params)], "info").await;
    let lines: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let served: Vec<&Value> = lines
        .iter()
        .filter(|line| line["message"] == "request served")
        .collect();
    let good = served
        .iter()
        .find(|line| line["outcome"] == "tool_error")
        .expect("no tool error was logged");
    assert_eq!(good["mcp.method"], "tools/call");
    assert_eq!(good["mcp.tool.name"], "calculate");
    assert_eq!(good["mcp.era"], "legacy");
    assert_eq!(good["mcp.client.name"], "editor[31m");
    assert_eq!(good["http.status_code"], 200);
    assert_eq!(
        good["traceparent"],
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    );
    assert!(good["duration_ms"].is_number() && good["request_id"].is_string());
    // Twelve requests, twelve lines, and nothing of rmcp's own.
    assert_eq!(served.len(), 12);
    assert_eq!(
        lines
            .iter()
            .filter(|line| line.get("_aws").is_none())
            .count(),
        12 + 2,
        "{written}"
    );
    let metrics = lines
        .iter()
        .find(|line| line["Tool"] == "calculate")
        .unwrap();
    assert_eq!(
        (&metrics["Outcome"], &metrics["Calls"]),
        (&json!("tool_error"), &json!(1))
    );
}

/// Lambda's filter takes a line without a level, or with a time that it cannot read, for one of level `INFO`.
fn assert_lambda_can_judge(written: &str) {
    for line in written.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        let level = line["level"].as_str().unwrap_or_default();
        let levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
        assert!(levels.contains(&level), "{line}");
        let time = line["timestamp"].as_str().unwrap_or_default();
        assert!(time.parse::<api_keys::Timestamp>().is_ok(), "{line}");
    }
}

#[tokio::test]
async fn every_line_has_a_level_and_a_time_metrics_too() {
    let bodies = [
        call("tools/call", &json!({ "name": "ping", "arguments": {} })),
        call("tools/list", &json!({})),
    ];
    let written = output_of(&bodies, "trace").await;
    assert!(written.contains("\"_aws\""), "{written}");
    assert_lambda_can_judge(&written);
}

/// Why it does not start is said where nothing else is.
#[tokio::test]
async fn on_lambda_every_way_to_fail_at_the_start_is_one_line_of_json_at_every_level() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for (arguments, variable, said) in [
        (&[][..], ("MCP_MAX_JSON_DEPTH", "x"), "MCP_MAX_JSON_DEPTH"),
        (&["--prot"], ("PORT", "0"), "--prot"),
        (&[], ("MCP_PORT", port.as_str()), "cannot listen on"),
    ] {
        for level in ["off", "fatal", "trace"] {
            let output = Command::new(env!("CARGO_BIN_EXE_mcp-server"))
                .args(arguments)
                .env_clear()
                .env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1")
                .env("AWS_LAMBDA_LOG_FORMAT", "JSON")
                .env("MCP_LOG_LEVEL", level)
                .env(variable.0, variable.1)
                .output()
                .await
                .unwrap();
            let written = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert_lambda_can_judge(&written);
            let fatal: Vec<&str> = written
                .lines()
                .filter(|line| line.contains("\"FATAL\""))
                .collect();
            assert!(
                fatal.len() == 1 && fatal[0].contains(said),
                "{level}: {written}"
            );
        }
    }
}

#[tokio::test]
async fn errors_found_before_the_handler_are_logged_with_their_code() {
    let bodies = [
        call("resources/list", &json!({})),
        call("tasks/get", &json!({ "taskId": "t" })),
        call("tools/call", &json!({})),
    ];
    let written = output_of(&bodies, "info").await;
    let codes = |method: &str| -> Vec<i64> {
        let lines = written
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut codes: Vec<i64> = lines
            .filter(|line| line["mcp.method"] == method && line["http.status_code"] == 200)
            .map(|line| line["rpc.error_code"].as_i64().unwrap_or(0))
            .collect();
        codes.dedup();
        codes
    };
    assert_eq!(codes("resources/list"), [-32601]);
    assert_eq!(codes("tasks/get"), [-32601]);
    assert_eq!(codes("tools/call"), [-32602]);
}
