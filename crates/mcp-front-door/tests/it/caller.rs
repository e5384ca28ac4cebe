//! Who is calling: believed behind the adapter, and nowhere else.

use mcp_front_door::{Frontend, HttpConfig};
use serde_json::{Value, json};

use crate::fixture::Fixture;
use crate::support::{Answer, BOTH, Era, TestServer};

async fn behind(frontend: Frontend) -> TestServer {
    let config = HttpConfig {
        frontend,
        allowed_hosts: vec!["127.0.0.1".parse().unwrap()],
        ..HttpConfig::default()
    };
    TestServer::start(Fixture::new(), config).await
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
    let context = json!({ "domainName": "abc.execute-api.eu-west-1.amazonaws.com" }).to_string();
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
