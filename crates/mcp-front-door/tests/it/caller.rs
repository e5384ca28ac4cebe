//! Who is calling: believed behind the adapter, and nowhere else.

use mcp_front_door::{Frontend, HttpConfig};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::fixture::Fixture;
use crate::support::{Answer, BOTH, Era, TestServer};

/// The host is served whatever the gateway says, so that nothing but the caller is judged.
async fn behind(frontend: Frontend) -> TestServer {
    let config = HttpConfig {
        frontend,
        allowed_hosts: vec!["127.0.0.1".parse().unwrap()],
        ..HttpConfig::default()
    };
    TestServer::start(Fixture::new(), config).await
}

/// The same behind the adapter, in a deployment that has no authorizer.
async fn without_authorizer() -> TestServer {
    let config = HttpConfig {
        frontend: Frontend::LambdaWebAdapter,
        allowed_hosts: vec!["127.0.0.1".parse().unwrap()],
        allow_unauthenticated: true,
        ..HttpConfig::default()
    };
    TestServer::start(Fixture::new(), config).await
}

/// A request with these contexts, a header line each.
fn with_contexts(server: &TestServer, era: Era, contexts: &[&[u8]]) -> RequestBuilder {
    let request = server.request(era, "tools/list", json!({}));
    contexts.iter().fold(request, |request, context| {
        request.header("x-amzn-request-context", *context)
    })
}

/// Contexts in which no authorizer says anything.
const SILENT: [&[&[u8]]; 6] = [
    &[],
    &[b"{}"],
    &[br#"{"authorizer":null}"#],
    &[br#"{"authorizer":{"lambda":null}}"#],
    &[br#"{"authorizer":{"jwt":{"claims":{"sub":"admin"}}}}"#],
    &[br#"{"domainName":"127.0.0.1","requestId":"r"}"#],
];

/// Contexts that cannot be read, or not as a whole.
const UNREADABLE: [&[&[u8]]; 10] = [
    &[b""],
    &[b"{"],
    &[b"[]"],
    &[b"{\"domainName\":\"\xff\"}"],
    &[br#"{"authorizer":{"lambda":{}}}"#],
    &[br#"{"authorizer":{"lambda":{"key_id":"","tools":"*"}}}"#],
    &[br#"{"authorizer":{"lambda":{"key_id":"ci","tools":"*"}},"requestId":5}"#],
    &[br#"{"authorizer":{"lambda":{"key_id":"ci","tools":"*"}},"authorizer":null}"#],
    &[br#"{"authorizer":{"lambda":{"$serde_json::private::RawValue":"{\"key_id\":\"ci\"}"}}}"#],
    &[ALL, ALL],
];

/// A verdict that allows every tool.
const ALL: &[u8] = br#"{"authorizer":{"lambda":{"key_id":"ci","tools":"*"}}}"#;

#[tokio::test]
async fn without_a_verdict_of_the_authorizer_nobody_is_served() {
    let server = behind(Frontend::LambdaWebAdapter).await;
    for era in BOTH {
        assert_eq!(
            Answer::of(with_contexts(&server, era, &[ALL])).await.status,
            200
        );
        for (contexts, way_out) in [
            (&SILENT[..], "allow_unauthenticated"),
            (&UNREADABLE, "key_id"),
        ] {
            for context in contexts {
                let refused = Answer::of(with_contexts(&server, era, context)).await;
                let shown: Vec<_> = context.iter().map(|line| line.escape_ascii()).collect();
                assert_eq!(refused.error(), (403, -32000), "{shown:?}");
                assert!(refused.text().contains(way_out), "{refused:?}");
            }
        }
    }
    let health = server.url.replace("/mcp", "/healthz");
    let ready = server.client.get(health).send().await.unwrap();
    assert_eq!(
        ready.status(),
        200,
        "the adapter's own check has no context"
    );
}

#[tokio::test]
async fn a_deployment_without_an_authorizer_says_so_and_still_believes_no_half_of_one() {
    let server = without_authorizer().await;
    for era in BOTH {
        for context in SILENT {
            let served = Answer::of(with_contexts(&server, era, context)).await;
            assert!(names(&served.body["result"]).len() > 2, "{served:?}");
        }
        for context in UNREADABLE {
            let refused = Answer::of(with_contexts(&server, era, context)).await;
            assert_eq!(refused.error(), (403, -32000));
        }
        let restricted = with_contexts(&server, era, &[context().as_bytes()]);
        let list = Answer::of(restricted).await;
        assert_eq!(names(&list.body["result"]), ["echo", "who_am_i"]);
    }
}

#[tokio::test]
async fn tools_that_the_verdict_does_not_name_are_not_there() {
    let server = behind(Frontend::LambdaWebAdapter).await;
    for (tools, seen) in [
        (r#","tools":"*""#, true),
        ("", false),
        (r#","tools":null"#, false),
        (r#","tools":"""#, false),
        (r#","tools":7"#, false),
        (r#","tools":" * ""#, false),
        (r#","tools":["*"]"#, false),
        (r#","tools":"*,no-such-tool""#, false),
        (
            r#","tools":{"$serde_json::private::RawValue":"\"*\""}"#,
            false,
        ),
    ] {
        let context = format!(r#"{{"authorizer":{{"lambda":{{"key_id":"ci"{tools}}}}}}}"#);
        let list = Answer::of(with_contexts(&server, Era::Modern, &[context.as_bytes()])).await;
        assert_eq!(!names(&list.body["result"]).is_empty(), seen, "{tools}");
        let call = server.request(Era::Modern, "tools/call", json!({ "name": "who_am_i" }));
        let call = Answer::of(call.header("x-amzn-request-context", context)).await;
        assert_eq!(call.body["error"].is_null(), seen, "{tools}");
    }
}

/// What the adapter adds for a key that may echo only.
fn context() -> String {
    json!({
        "domainName": "127.0.0.1",
        "requestId": "gateway-id",
        "authorizer": { "lambda": { "key_id": "ci", "tools": "echo,who_am_i" } },
    })
    .to_string()
}

fn names(list: &Value) -> Vec<&str> {
    let tools = list["tools"].as_array().unwrap();
    tools
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn the_allow_list_filters_the_list_and_refuses_the_call() {
    let server = behind(Frontend::LambdaWebAdapter).await;
    for era in BOTH {
        let request = |method, params| {
            server
                .request(era, method, params)
                .header("x-amzn-request-context", context())
        };
        let list = Answer::of(request("tools/list", json!({}))).await;
        assert_eq!(names(&list.body["result"]), ["echo", "who_am_i"]);
        assert_eq!(list.body["result"]["cacheScope"], "private");

        let who = Answer::of(request("tools/call", json!({ "name": "who_am_i" }))).await;
        assert_eq!(who.body["result"]["content"][0]["text"], "ci");

        let refused = Answer::of(request(
            "tools/call",
            json!({ "name": "large", "arguments": { "bytes": 1 } }),
        ))
        .await;
        assert_eq!(refused.error(), (200, -32602));
        assert!(refused.text().contains("not allowed"), "{refused:?}");
    }
}

#[tokio::test]
async fn a_forged_context_changes_nothing_elsewhere() {
    let server = behind(Frontend::Direct).await;
    let forged = json!({
        "domainName": "attacker.example",
        "authorizer": { "lambda": { "key_id": "admin", "tools": "echo" } },
    });
    for era in BOTH {
        let request = |method, params| {
            server
                .request(era, method, params)
                .header("x-amzn-request-context", forged.to_string())
        };
        let list = Answer::of(request("tools/list", json!({}))).await;
        assert!(names(&list.body["result"]).len() > 2);
        let who = Answer::of(request("tools/call", json!({ "name": "who_am_i" }))).await;
        assert_eq!(who.body["result"]["content"][0]["text"], "anonymous");
        let foreign = request("tools/list", json!({})).header("host", "attacker.example");
        assert_eq!(Answer::of(foreign).await.error(), (403, -32000));
    }
}

#[tokio::test]
async fn on_lambda_the_gateways_domain_is_the_host_that_is_served() {
    let server = behind(Frontend::LambdaWebAdapter).await;
    let context = json!({
        "domainName": "abc.execute-api.eu-west-1.amazonaws.com",
        "authorizer": { "lambda": { "key_id": "ci", "tools": "*" } },
    })
    .to_string();
    let request = |host: &str| {
        server
            .request(Era::Legacy, "tools/list", json!({}))
            .header("x-amzn-request-context", context.clone())
            .header("host", host)
    };
    assert_eq!(
        Answer::of(request("abc.execute-api.eu-west-1.amazonaws.com"))
            .await
            .status,
        200
    );
    assert_eq!(
        Answer::of(request("attacker.example")).await.error(),
        (403, -32000)
    );
    assert_eq!(
        Answer::of(request("localhost")).await.error(),
        (403, -32000)
    );
}

#[tokio::test]
async fn the_invocations_deadline_comes_first() {
    let server = behind(Frontend::LambdaWebAdapter).await;
    let now = api_keys::Timestamp::now().as_millisecond();
    let request = server
        .request(Era::Legacy, "tools/call", json!({ "name": "sleep" }))
        .header(
            "x-amzn-request-context",
            context().replace("echo,", "sleep,"),
        )
        .header(
            "x-amzn-lambda-context",
            json!({ "deadline": now + 700 }).to_string(),
        );
    let answer = Answer::of(request).await;
    assert!(
        crate::support::tool_error(&answer.body["result"]).starts_with("timed out"),
        "{answer:?}"
    );
}
