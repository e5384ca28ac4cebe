//! Every kind of bad request over real HTTP, in both eras: an answer, in JSON-RPC, with the request's id.

use mcp_front_door::HttpConfig;
use serde_json::{Value, json};

use crate::counter::Counter;
use crate::support::{Answer, BOTH, Era, MODERN, TestServer, message};

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let server = TestServer::counter().await;
    for method in ["GET", "DELETE", "PUT", "PATCH", "OPTIONS"] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let answer = Answer::of(server.client.request(method.clone(), &server.url)).await;
        assert_eq!(answer.error_without_id(), (405, -32000), "{method}");
        assert_eq!(answer.headers["allow"], "POST");
        assert_eq!(answer.text(), "Method not allowed.");
    }
}

#[tokio::test]
async fn malformed_json_is_a_parse_error() {
    let server = TestServer::counter().await;
    for body in ["", "{", "nonsense", "{\"jsonrpc\":\"2.0\",}", "\u{0}"] {
        let answer = Answer::of(server.post(body)).await;
        assert_eq!(answer.error_without_id(), (400, -32700), "{body:?}");
        assert!(answer.body.get("id").is_none());
    }
    let answer = Answer::of(server.post(vec![b'"', 0xff, b'"'])).await;
    assert_eq!(answer.error_without_id(), (400, -32700));
}

#[tokio::test]
async fn what_is_not_a_message_is_an_invalid_request() {
    let server = TestServer::counter().await;
    for body in [
        json!([message(Era::Legacy, "ping", json!({}))]),
        json!([]),
        json!(7),
        json!({ "jsonrpc": "2.0", "id": null, "method": "ping" }),
        json!({ "jsonrpc": "2.0", "id": 1.5, "method": "ping" }),
    ] {
        let answer = Answer::of(server.post(body.to_string())).await;
        assert_eq!(answer.error_without_id(), (400, -32600), "{body}");
        assert!(answer.body.get("id").is_none(), "{body}");
    }
    for body in [
        json!({ "id": 7, "method": "ping" }),
        json!({ "jsonrpc": "2.0", "id": 7 }),
        json!({ "jsonrpc": "2.0", "id": 7, "result": {} }),
        json!({ "jsonrpc": "2.0", "id": 7, "method": ["ping"] }),
    ] {
        assert_eq!(
            Answer::of(server.post(body.to_string())).await.error(),
            (400, -32600),
            "{body}"
        );
    }
}

#[tokio::test]
async fn wrong_media_types_are_named() {
    let server = TestServer::counter().await;
    for era in BOTH {
        let body = message(era, "tools/list", json!({})).to_string();
        let post = || server.client.post(&server.url).body(body.clone());
        let wrong = post()
            .header("content-type", "text/plain")
            .header("accept", "*/*");
        let answer = Answer::of(wrong).await;
        assert_eq!(answer.error(), (415, -32000));
        assert!(answer.text().contains("application/json"), "{answer:?}");
        let wrong = post()
            .header("content-type", "application/json")
            .header("accept", "text/event-stream");
        let answer = Answer::of(wrong).await;
        assert_eq!(answer.error(), (406, -32000));
        assert!(answer.text().contains("application/json"), "{answer:?}");
    }
    for accept in ["*/*", "application/json", "application/*"] {
        let body = message(Era::Legacy, "tools/list", json!({})).to_string();
        let request = server.client.post(&server.url).body(body);
        let answer = Answer::of(
            request
                .header("content-type", "application/json; charset=utf-8")
                .header("accept", accept),
        )
        .await;
        assert_eq!(answer.status, 200, "{accept}");
    }
}

#[tokio::test]
async fn an_unknown_version_is_named_with_those_that_are_served() {
    let server = TestServer::counter().await;
    let body = message(Era::Legacy, "tools/list", json!({})).to_string();
    let answer = Answer::of(
        server
            .post(body)
            .header("mcp-protocol-version", "2099-01-01"),
    )
    .await;
    assert_eq!(answer.error(), (400, -32022));
    assert_eq!(answer.body["error"]["data"]["requested"], "2099-01-01");
    assert!(
        answer.body["error"]["data"]["supported"]
            .as_array()
            .unwrap()
            .contains(&json!(MODERN))
    );

    for era in BOTH {
        let value = reqwest::header::HeaderValue::from_bytes(b"2026-07-28\xff").unwrap();
        let body = message(era, "tools/list", json!({})).to_string();
        let answer = Answer::of(server.post(body).header("mcp-protocol-version", value)).await;
        assert_eq!(answer.error(), (400, -32022));
    }

    let mut body = message(Era::Modern, "tools/list", json!({}));
    body["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!("2099-01-01");
    let request = server
        .post(body.to_string())
        .header("mcp-protocol-version", "2099-01-01")
        .header("mcp-method", "tools/list");
    let answer = Answer::of(request).await;
    assert_eq!(answer.error(), (400, -32022));
    assert_eq!(answer.body["error"]["data"]["requested"], "2099-01-01");
}

#[tokio::test]
async fn headers_that_contradict_the_body_are_a_mismatch() {
    let server = TestServer::counter().await;
    let body = || message(Era::Modern, "tools/list", json!({})).to_string();
    for request in [
        server.post(body()),
        server
            .post(body())
            .header("mcp-protocol-version", "2025-11-25"),
        server.post(body()).header("mcp-protocol-version", MODERN),
        server
            .post(body())
            .header("mcp-protocol-version", MODERN)
            .header("mcp-method", "tools/call"),
    ] {
        assert_eq!(Answer::of(request).await.error(), (400, -32020));
    }
    let params = json!({ "name": "value", "arguments": {} });
    let request = server
        .post(message(Era::Modern, "tools/call", params).to_string())
        .header("mcp-protocol-version", MODERN)
        .header("mcp-method", "tools/call")
        .header("mcp-name", "increment");
    assert_eq!(Answer::of(request).await.error(), (400, -32020));
}

#[tokio::test]
async fn a_known_method_with_malformed_parameters_says_so() {
    let server = TestServer::counter().await;
    for (method, params) in [
        ("tools/call", json!({ "arguments": {} })),
        ("tools/call", json!({ "name": 5 })),
        ("tools/call", json!({ "name": "value", "arguments": [] })),
        ("tools/list", json!({ "cursor": 5 })),
    ] {
        for era in BOTH {
            let mut request = server.request(era, method, params.clone());
            if params.get("name").and_then(Value::as_str).is_none() && era == Era::Modern {
                request = request.header("mcp-name", "value");
            }
            let answer = Answer::of(request).await;
            // In the modern era the header names what the body does not: that is found first.
            assert!(
                [-32602, -32020].contains(&answer.error().1),
                "{method} {params} {era:?}"
            );
            if era == Era::Legacy {
                assert_eq!(answer.error().1, -32602, "{method} {params}");
            }
        }
    }
    let answer = Answer::of(server.request(Era::Legacy, "tools/call", json!({ "name": 5 }))).await;
    assert_eq!(answer.error(), (200, -32602));
    assert!(answer.text().contains("tools/call"));
    let array = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/list", "params": [] });
    assert_eq!(
        Answer::of(server.post(array.to_string())).await.error(),
        (400, -32602)
    );
}

#[tokio::test]
async fn a_notification_is_accepted_without_a_body() {
    let server = TestServer::counter().await;
    let body = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    let response = server.post(body.to_string()).send().await.unwrap();
    assert_eq!(response.status(), 202);
    assert_eq!(response.text().await.unwrap(), "");
}

#[tokio::test]
async fn calls_need_no_earlier_initialize_and_ignore_a_session_id() {
    let server = TestServer::counter().await;
    let body = message(Era::Legacy, "tools/list", json!({})).to_string();
    for request in [
        server.post(body.clone()),
        server.post(body).header("mcp-session-id", "made-up"),
    ] {
        let answer = Answer::of(request).await;
        assert_eq!(answer.body["result"]["tools"].as_array().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_foreign_host_or_origin_is_forbidden() {
    let server = TestServer::counter().await;
    for era in BOTH {
        for (header, value) in [
            ("host", "attacker.example"),
            ("origin", "https://attacker.example"),
            ("origin", "null"),
        ] {
            let answer = Answer::of(
                server
                    .request(era, "tools/list", json!({}))
                    .header(header, value),
            )
            .await;
            assert_eq!(answer.error(), (403, -32000), "{header}: {value}");
            assert!(answer.text().to_lowercase().contains(header), "{answer:?}");
        }
    }
    let get = server
        .client
        .get(&server.url)
        .header("host", "attacker.example");
    assert_eq!(Answer::of(get).await.error_without_id(), (403, -32000));
}

#[tokio::test]
async fn configured_origins_are_served_with_cors() {
    let config = HttpConfig {
        allowed_origins: vec!["https://app.example.com".parse().unwrap()],
        ..HttpConfig::default()
    };
    let server = TestServer::start(Counter::new(), config).await;
    let preflight = |origin: &str| {
        server
            .client
            .request(reqwest::Method::OPTIONS, &server.url)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "x-api-key, mcp-protocol-version",
            )
            .send()
    };
    let allowed = preflight("https://app.example.com").await.unwrap();
    assert_eq!(allowed.status(), 200);
    assert_eq!(
        allowed.headers()["access-control-allow-origin"],
        "https://app.example.com"
    );
    let headers = allowed.headers()["access-control-allow-headers"]
        .to_str()
        .unwrap()
        .to_owned();
    for name in [
        "x-api-key",
        "content-type",
        "mcp-protocol-version",
        "mcp-method",
        "mcp-name",
        "mcp-session-id",
        "last-event-id",
    ] {
        assert!(headers.contains(name), "{name} is missing in {headers}");
    }
    let rebound = server
        .client
        .request(reqwest::Method::OPTIONS, &server.url)
        .header("host", "attacker.example")
        .header("origin", "https://app.example.com")
        .header("access-control-request-method", "POST");
    assert_eq!(Answer::of(rebound).await.error_without_id(), (403, -32000));
    let foreign = preflight("https://attacker.example").await.unwrap();
    assert!(
        !foreign
            .headers()
            .contains_key("access-control-allow-origin")
    );

    let request = || server.request(Era::Legacy, "tools/list", json!({}));
    let answer = Answer::of(request().header("origin", "https://app.example.com")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.headers["access-control-allow-origin"],
        "https://app.example.com"
    );
    let answer = Answer::of(request().header("origin", "https://attacker.example")).await;
    assert_eq!(answer.error(), (403, -32000));
}

#[tokio::test]
async fn other_paths_say_where_the_endpoint_is() {
    let server = TestServer::counter().await;
    let root = server.url.trim_end_matches("/mcp");
    let answer = Answer::of(server.client.post(format!("{root}/sse"))).await;
    assert_eq!(answer.error_without_id(), (404, -32000));
    assert!(answer.text().contains("/mcp"));
    let post = Answer::of(server.client.post(format!("{root}/healthz"))).await;
    assert_eq!(post.error_without_id(), (405, -32000));
    assert_eq!(post.headers["allow"], "GET, HEAD");
    let health = server
        .client
        .get(format!("{root}/healthz"))
        .send()
        .await
        .unwrap();
    assert_eq!(health.status(), 200);
    assert_eq!(health.json::<Value>().await.unwrap()["status"], "ok");
}

#[tokio::test]
async fn every_answer_names_its_request() {
    let server = TestServer::counter().await;
    let good = Answer::of(server.request(Era::Legacy, "tools/list", json!({}))).await;
    let bad = Answer::of(server.post("nonsense")).await;
    let ids = [&good, &bad].map(|answer| answer.headers["x-request-id"].clone());
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn two_version_headers_are_refused() {
    let server = TestServer::counter().await;
    for (first, second) in [
        ("2025-06-18", "2025-11-25"),
        ("2025-11-25", "nonsense"),
        (MODERN, "2025-11-25"),
        (MODERN, MODERN),
    ] {
        let body = message(Era::Legacy, "tools/list", json!({})).to_string();
        let request = server
            .post(body)
            .header("mcp-protocol-version", first)
            .header("mcp-protocol-version", second);
        let answer = Answer::of(request).await;
        assert_eq!(answer.error(), (400, -32020), "{first} {second}");
        assert!(answer.text().contains("MCP-Protocol-Version"));
    }
}

#[tokio::test]
async fn a_parameter_that_is_there_twice_is_named() {
    let server = TestServer::counter().await;
    let body = r#"{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"cursor":5,"cursor":6}}"#;
    let answer = Answer::of(server.post(body)).await;
    assert_eq!(answer.error(), (400, -32602));
    assert!(answer.text().contains("cursor"), "{answer:?}");
}

#[tokio::test]
async fn a_number_that_nothing_holds_is_named() {
    let server = TestServer::counter().await;
    let body = r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"value","arguments":{"a":1e400}}}"#;
    let answer = Answer::of(server.post(body)).await;
    assert_eq!(answer.error(), (400, -32600));
    assert!(answer.text().contains("number out of range"), "{answer:?}");
}
