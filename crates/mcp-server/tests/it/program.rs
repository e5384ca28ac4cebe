//! The executable itself: flags, messages, exit codes, signals.

use std::process::{Output, Stdio};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

const PROGRAM: &str = env!("CARGO_BIN_EXE_mcp-server");

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env_clear().kill_on_drop(true);
    command
}

async fn run(arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command(arguments)
        .envs(variables.iter().copied())
        .output()
        .await
        .unwrap();
    (
        status.code().unwrap(),
        String::from_utf8(stdout).unwrap(),
        String::from_utf8(stderr).unwrap(),
    )
}

/// A running program, and its log from the first line on.
struct Running {
    child: Child,
    log: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
    url: String,
}

async fn start(port: &str) -> Running {
    let mut child = command(&["--port", port])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stdout.take().unwrap()).lines();
    let first: Value = serde_json::from_str(&log.next_line().await.unwrap().unwrap()).unwrap();
    assert_eq!(first["message"], "listening");
    let url = first["url"].as_str().unwrap().to_owned();
    Running { child, log, url }
}

async fn signal(child: &Child, name: &str) {
    let id = child.id().unwrap().to_string();
    assert!(
        Command::new("kill")
            .args(["-s", name, &id])
            .status()
            .await
            .unwrap()
            .success()
    );
}

#[tokio::test]
async fn help_and_version_succeed_and_name_every_setting() {
    let (code, stdout, _) = run(&["--help"], &[]).await;
    assert_eq!(code, 0);
    for setting in mcp_server::config::SETTINGS {
        assert!(stdout.contains(setting.name), "{}", setting.name);
    }
    assert!(stdout.contains("Examples:") && stdout.contains("Exit codes:"));
    let (code, stdout, _) = run(&["--version"], &[]).await;
    assert_eq!(
        (code, stdout.trim()),
        (0, concat!("mcp-server ", env!("CARGO_PKG_VERSION")))
    );
}

#[tokio::test]
async fn every_bad_setting_is_reported_before_anything_starts() {
    let (code, stdout, stderr) = run(
        &["--port", "http"],
        &[("MCP_HOST", "x"), ("MCP_LOG_LEVEL", "loud")],
    )
    .await;
    assert_eq!((code, stdout.as_str()), (64, ""));
    for name in ["--port", "MCP_HOST", "MCP_LOG_LEVEL"] {
        assert!(
            stderr.contains(&format!("error: invalid `{name}`: expected ")),
            "{stderr}"
        );
    }
    let (code, _, stderr) = run(&["--prot", "1"], &[]).await;
    assert_eq!(code, 64);
    assert!(stderr.contains("--port"), "{stderr}");
    let (code, _, stderr) = run(&["--host", "0.0.0.0", "--port", "0"], &[]).await;
    assert_eq!(code, 64);
    assert!(stderr.contains("--allow-unauthenticated"), "{stderr}");
    let (code, _, stderr) = run(&[], &[("MCP_API_KEYS_FILE", "no/such/file")]).await;
    assert_eq!(code, 64);
    assert!(
        stderr.contains("`MCP_API_KEYS_FILE`") && stderr.contains("no/such/file"),
        "{stderr}"
    );
}

#[tokio::test]
async fn a_key_in_the_wrong_place_is_not_repeated() {
    let generated = format!("mcp_ci_{}_777777", "7".repeat(43));
    let base64 = format!("Ab/{}=", "7".repeat(40));
    for key in [&generated, &"7".repeat(64), &base64] {
        let long = format!("--{key}");
        let value = format!("--host={key}");
        for arguments in [
            &[key.as_str()][..],
            &[long.as_str()],
            &[value.as_str()],
            &["--port", key],
            &["--allow-unauthenticated", key],
        ] {
            let (code, stdout, stderr) = run(arguments, &[]).await;
            assert_eq!((code, stdout.as_str()), (64, ""));
            assert!(stderr.starts_with("error: "), "{stderr}");
            assert!(!stderr.contains("777777"), "{stderr}");
        }
        for setting in mcp_server::config::SETTINGS {
            let (_, stdout, stderr) = run(&["--port", "x"], &[(setting.name, key)]).await;
            assert!(stderr.starts_with("error: "), "{stderr}");
            assert!(!format!("{stdout}{stderr}").contains("777777"), "{stderr}");
        }
    }
}

#[tokio::test]
async fn settings_are_printed_for_people_and_for_programs() {
    let (code, text, _) = run(&["settings"], &[]).await;
    assert!(
        code == 0 && text.contains("a whole number from 8 to 120"),
        "{text}"
    );
    let (code, json, _) = run(&["settings", "--json"], &[("MCP_PORT", "not read")]).await;
    let json: Value = serde_json::from_str(&json).unwrap();
    let settings = mcp_server::config::SETTINGS;
    assert_eq!((code, json), (0, serde_json::to_value(settings).unwrap()));
}

/// On Lambda, with a domain of one's own that is served whatever the gateway says.
#[tokio::test]
async fn on_lambda_nobody_is_served_whom_no_authorizer_knows_unless_a_setting_says_so() {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for (allowed, status) in [("false", 403), ("true", 200)] {
        let mut child = command(&["--port", "0"])
            .env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1")
            .env("MCP_ALLOWED_HOSTS", "127.0.0.1")
            .env("MCP_ALLOW_UNAUTHENTICATED", allowed)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stdout.take().unwrap()).lines();
        let first: Value = serde_json::from_str(&log.next_line().await.unwrap().unwrap()).unwrap();
        let url = first["url"].as_str().unwrap();
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
        let request = client.post(url).header("content-type", "application/json");
        let answer = request.body(call.to_string()).send().await.unwrap();
        assert_eq!(answer.status(), status);
        let answer: Value = answer.json().await.unwrap();
        let named = answer["error"]["message"]
            .to_string()
            .contains("MCP_ALLOW_UNAUTHENTICATED");
        assert_eq!(named, allowed == "false", "{answer}");
        let second: Value = serde_json::from_str(&log.next_line().await.unwrap().unwrap()).unwrap();
        assert_eq!(second["level"], "WARN", "{second}");
        assert!(
            second["message"]
                .to_string()
                .contains("MCP_ALLOW_UNAUTHENTICATED"),
            "{second}"
        );
    }
}

#[tokio::test]
async fn a_taken_port_is_named_with_the_way_out() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, _, stderr) = run(&[], &[("PORT", &port)]).await;
    assert_eq!(code, 69);
    assert!(
        stderr.starts_with(&format!("error: cannot listen on 127.0.0.1:{port}: ")),
        "{stderr}"
    );
    assert!(
        stderr.contains("hint: ") && stderr.contains("--port"),
        "{stderr}"
    );
}

#[tokio::test]
async fn a_signal_lets_requests_finish_and_ends_the_program() {
    for name in ["TERM", "INT"] {
        let mut running = start("0").await;
        let call = json!({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": "ping", "arguments": { "delay_ms": 300 } },
        });
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client
            .post(&running.url)
            .header("content-type", "application/json")
            .body(call.to_string());
        let answer = tokio::spawn(request.send());
        // A second request proves that the first connection was accepted.
        client.get(&running.url).send().await.unwrap();
        signal(&running.child, name).await;
        assert_eq!(answer.await.unwrap().unwrap().status(), 200, "{name}");
        assert_eq!(
            running.child.wait().await.unwrap().code(),
            Some(0),
            "{name}"
        );
    }
}

#[tokio::test]
async fn kill_and_restart_under_load_loses_only_what_was_in_flight() {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let call = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": "calculate", "arguments": { "operation": "add", "a": 2, "b": 3 } },
    });
    let mut port = "0".to_owned();
    for _ in 0..3 {
        let mut running = start(&port).await;
        let (url, body) = (running.url.clone(), call.to_string());
        let load = futures_util::future::join_all((0..4).map(|_| {
            let (client, url, body) = (client.clone(), url.clone(), body.clone());
            tokio::spawn(async move {
                let mut answered = 0_u32;
                loop {
                    let request = client
                        .post(&url)
                        .header("content-type", "application/json")
                        .body(body.clone());
                    let Ok(response) = request.send().await else {
                        return answered;
                    };
                    let Ok(answer) = response.json::<Value>().await else {
                        return answered;
                    };
                    assert_eq!(answer["result"]["structuredContent"]["result"], 5.0);
                    answered += 1;
                }
            })
        }));
        for _ in 0..200 {
            running.log.next_line().await.unwrap().unwrap();
        }
        signal(&running.child, "KILL").await;
        running.child.wait().await.unwrap();
        let answered: u32 = load.await.into_iter().map(Result::unwrap).sum();
        assert!(answered > 0);
        port = url
            .rsplit(':')
            .next()
            .unwrap()
            .trim_end_matches("/mcp")
            .to_owned();
    }
}

/// Calls a tool of the running program.
async fn call(client: &reqwest::Client, url: &str, tool: &str) -> Value {
    let call = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": tool, "arguments": {} },
    });
    let request = client.post(url).header("content-type", "application/json");
    let response = request.body(call.to_string()).send().await.unwrap();
    response.json().await.unwrap()
}

#[tokio::test]
async fn the_first_call_of_the_status_is_said_to_be_the_first() {
    let running = start("0").await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for first in [true, false] {
        let answer = call(&client, &running.url, "get_server_status").await;
        let status = &answer["result"]["structuredContent"];
        assert_eq!(status["firstCallSinceStart"], first);
    }
}

#[tokio::test]
async fn a_log_that_nobody_reads_holds_no_request_up() {
    let mut running = start("0").await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    // A pipe takes 64 KiB, some 240 lines; the program's output is not read from here on.
    for _ in 0..1_000 {
        let answer = call(&client, &running.url, "ping").await;
        assert_eq!(answer["id"], 1);
    }
    // Once it is read again, a line says how many are missing.
    let lost = loop {
        let line: Value =
            serde_json::from_str(&running.log.next_line().await.unwrap().unwrap()).unwrap();
        if line["message"] != "request served" {
            break line;
        }
        if line["duration_ms"].as_f64().is_some() {
            call(&client, &running.url, "ping").await;
        }
    };
    assert!(lost.to_string().contains("lost"), "{lost}");
}
