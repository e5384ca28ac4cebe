//! What the shipped server offers, as clients see it: a changed or forgotten tool shows in review.

use serde_json::{Value, json};

use crate::support::{Answer, BOTH, Era, TestServer, tool_error};

async fn result(server: &TestServer, era: Era, method: &str, params: Value) -> Value {
    let answer = Answer::of(server.request(era, method, params)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["result"].clone()
}

#[tokio::test]
async fn the_lists_are_as_reviewed() {
    let server = TestServer::shipped().await;
    insta::assert_json_snapshot!(
        "tools",
        result(&server, Era::Modern, "tools/list", json!({})).await
    );
    insta::assert_json_snapshot!(
        "prompts",
        result(&server, Era::Modern, "prompts/list", json!({})).await
    );
    insta::assert_json_snapshot!(
        "discover",
        result(&server, Era::Modern, "server/discover", json!({})).await
    );
}

#[tokio::test]
async fn initialize_negotiates_every_legacy_version_and_offers_the_newest_otherwise() {
    let server = TestServer::shipped().await;
    for (asked, given) in [
        ("2024-11-05", "2024-11-05"),
        ("2025-03-26", "2025-03-26"),
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2026-07-28", "2025-11-25"),
        ("1999-01-01", "2025-11-25"),
    ] {
        let initialize = json!({
            "jsonrpc": "2.0", "id": 7, "method": "initialize",
            "params": { "protocolVersion": asked, "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } },
        });
        let answer = Answer::of(server.post(initialize.to_string())).await;
        let result = &answer.body["result"];
        assert_eq!(result["protocolVersion"], given, "{answer:?}");
        assert_eq!(
            result["capabilities"],
            json!({ "tools": {}, "prompts": {} })
        );
        assert_eq!(result["serverInfo"]["name"], "mcp-server");
        assert!(!answer.headers.contains_key("mcp-session-id"), "stateless");
    }
}

/// One good call and the wrong ones of each tool: (tool, arguments, whether it succeeds).
fn calls() -> Vec<(&'static str, Value, bool)> {
    vec![
        ("ping", json!({}), true),
        ("ping", json!({ "delay_ms": 1 }), true),
        ("ping", json!({ "delay_ms": 10_001 }), false),
        ("ping", json!({ "delay_ms": -1 }), false),
        ("ping", json!({ "delay": 1 }), false),
        ("get_weather", json!({ "city": "Kyiv" }), true),
        (
            "get_weather",
            json!({ "city": "Kyiv", "units": "fahrenheit" }),
            true,
        ),
        (
            "get_weather",
            json!({ "city": "Kyiv", "units": "kelvin" }),
            false,
        ),
        ("get_weather", json!({ "city": "" }), false),
        ("get_weather", json!({ "city": "   " }), false),
        ("get_weather", json!({ "city": "x".repeat(101) }), false),
        (
            "calculate",
            json!({ "operation": "divide", "a": 1, "b": 3 }),
            true,
        ),
        (
            "calculate",
            json!({ "operation": "divide", "a": 1, "b": 0 }),
            false,
        ),
        (
            "calculate",
            json!({ "operation": "multiply", "a": 1e308, "b": 10 }),
            false,
        ),
        (
            "calculate",
            json!({ "operation": "power", "a": 1, "b": 0 }),
            false,
        ),
        (
            "calculate",
            json!({ "operation": "add", "a": "1", "b": 0 }),
            false,
        ),
        ("get_server_status", json!({}), true),
        ("get_server_status", json!({ "verbose": true }), false),
        ("lookup_user", json!({ "user_id": "u-1001" }), true),
        ("lookup_user", json!({ "user_id": "u-9999" }), false),
        ("lookup_user", json!({ "user_id": "x".repeat(65) }), false),
    ]
}

#[tokio::test]
async fn every_result_fits_its_schema_and_every_refusal_is_a_tool_error() {
    let server = TestServer::shipped().await;
    let list = result(&server, Era::Legacy, "tools/list", json!({})).await;
    let calls = calls();
    for tool in list["tools"].as_array().unwrap() {
        let name = tool["name"].as_str().unwrap();
        let input = jsonschema::draft202012::new(&tool["inputSchema"]).unwrap();
        let output = jsonschema::draft202012::new(&tool["outputSchema"]).unwrap();
        assert!(
            calls
                .iter()
                .any(|(called, _, succeeds)| *called == name && *succeeds),
            "no call of {name}"
        );
        for (_, arguments, succeeds) in calls.iter().filter(|(called, ..)| *called == name) {
            for era in BOTH {
                let result = server.call(era, name, arguments.clone()).await;
                if *succeeds {
                    assert_eq!(result["isError"], false, "{name} {arguments} {result}");
                    assert!(
                        input.is_valid(arguments),
                        "{name} {arguments} does not fit the published schema"
                    );
                    output
                        .validate(&result["structuredContent"])
                        .unwrap_or_else(|error| panic!("{name}: {error}"));
                } else {
                    assert!(!tool_error(&result).is_empty(), "{name} {arguments}");
                    assert!(result.get("structuredContent").is_none());
                }
            }
        }
    }
}

#[tokio::test]
async fn answers_are_what_the_documentation_says() {
    let server = TestServer::shipped().await;
    let era = Era::Legacy;
    let ping = server.call(era, "ping", json!({ "delay_ms": 20 })).await;
    let text = ping["content"][0]["text"].as_str().unwrap();
    let elapsed: u64 = text
        .strip_prefix("pong! logStream=unknown v=0.1.0 d=")
        .unwrap()
        .parse()
        .unwrap();
    assert!(elapsed >= 20, "{text}");
    assert_eq!(ping["structuredContent"]["elapsedMs"], elapsed);

    let sum = server
        .call(
            era,
            "calculate",
            json!({ "operation": "add", "a": 2, "b": 3 }),
        )
        .await;
    assert_eq!(sum["structuredContent"]["result"], 5.0);
    let zero = server
        .call(
            era,
            "calculate",
            json!({ "operation": "divide", "a": 2, "b": 0 }),
        )
        .await;
    assert!(tool_error(&zero).starts_with("division by zero"));
    let large = server
        .call(
            era,
            "calculate",
            json!({ "operation": "multiply", "a": 1e300, "b": 1e300 }),
        )
        .await;
    assert!(tool_error(&large).starts_with("overflow"));

    let status = |result: Value| result["structuredContent"].clone();
    let first = status(server.call(era, "get_server_status", json!({})).await);
    let second = status(server.call(era, "get_server_status", json!({})).await);
    assert_eq!(
        (&first["status"], &first["region"]),
        (&json!("ok"), &json!("local"))
    );
    assert_eq!(second["firstCallSinceStart"], false);
    assert_eq!(first["protocolVersions"].as_array().unwrap().len(), 5);
    first["time"]
        .as_str()
        .unwrap()
        .parse::<jiff::Timestamp>()
        .unwrap();
    assert!(first["time"].as_str().unwrap().ends_with('Z'));

    let unknown = server
        .call(era, "lookup_user", json!({ "user_id": "u-0" }))
        .await;
    assert_eq!(tool_error(&unknown), "no user with the id `u-0`");

    let celsius = status(
        server
            .call(era, "get_weather", json!({ "city": "Oslo" }))
            .await,
    );
    let fahrenheit = status(
        server
            .call(
                era,
                "get_weather",
                json!({ "city": "Oslo", "units": "fahrenheit" }),
            )
            .await,
    );
    let (c, f) = (
        celsius["temperature"].as_f64().unwrap(),
        fahrenheit["temperature"].as_f64().unwrap(),
    );
    assert!((c * 1.8 + 32.0 - f).abs() < 0.06, "{c} {f}");
    assert!(celsius["source"].as_str().unwrap().contains("sample data"));
}

#[tokio::test]
async fn the_prompt_is_one_user_message() {
    let server = TestServer::shipped().await;
    for era in BOTH {
        let params = json!({ "name": "greeting-template", "arguments": { "name": "Ada" } });
        let prompt = result(&server, era, "prompts/get", params).await;
        assert_eq!(
            prompt["messages"],
            json!([{ "role": "user", "content": { "type": "text", "text": "Please greet Ada in a friendly manner." } }])
        );
        for arguments in [
            json!({}),
            json!({ "name": "" }),
            json!({ "name": "x".repeat(201) }),
        ] {
            let params = json!({ "name": "greeting-template", "arguments": arguments });
            let answer = Answer::of(server.request(era, "prompts/get", params)).await;
            assert_eq!(answer.error().1, -32602, "{answer:?}");
            assert!(answer.text().contains("name"), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn modern_results_name_the_server_and_lists_say_how_long_they_keep() {
    let server = TestServer::shipped().await;
    let ping = json!({ "name": "ping", "arguments": {} });
    let greeting = json!({ "name": "greeting-template", "arguments": { "name": "Ada" } });
    for (method, params) in [
        ("server/discover", json!({})),
        ("tools/list", json!({})),
        ("prompts/list", json!({})),
        ("tools/call", ping),
        ("prompts/get", greeting),
    ] {
        let result = result(&server, Era::Modern, method, params).await;
        assert_eq!(result["resultType"], "complete", "{method}");
        assert_eq!(
            result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "mcp-server",
            "{method}"
        );
        if method.ends_with("list") || method.ends_with("discover") {
            assert_eq!(
                (&result["ttlMs"], &result["cacheScope"]),
                (&json!(300_000), &json!("public")),
                "{method}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_not_offered_is_not_found() {
    let server = TestServer::shipped().await;
    for method in [
        "resources/list",
        "resources/templates/list",
        "resources/read",
        "completion/complete",
        "logging/setLevel",
        "resources/subscribe",
        "subscriptions/listen",
        "tasks/get",
        "skills/list",
        "no/such/method",
    ] {
        for (era, status) in [(Era::Legacy, 200), (Era::Modern, 404)] {
            let answer = Answer::of(server.request(era, method, json!({}))).await;
            assert_eq!(answer.error(), (status, -32601), "{method} {era:?}");
        }
    }
}

#[tokio::test]
async fn unknown_names_and_cursors_are_invalid_parameters() {
    let server = TestServer::shipped().await;
    for (method, params) in [
        (
            "tools/call",
            json!({ "name": "no_such_tool", "arguments": {} }),
        ),
        ("prompts/get", json!({ "name": "no-such-prompt" })),
        ("tools/list", json!({ "cursor": "tools-1" })),
        ("prompts/list", json!({ "cursor": "" })),
    ] {
        for era in BOTH {
            let answer = Answer::of(server.request(era, method, params.clone())).await;
            assert_eq!(answer.error(), (200, -32602), "{method} {params} {era:?}");
        }
    }
}
