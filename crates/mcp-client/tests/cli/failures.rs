//! What goes wrong between here and a server: exit code, cause and hint of each.

use axum::body::Body;
use axum::response::IntoResponse;
use futures_util::{StreamExt, stream};
use http::{StatusCode, header};
use insta::assert_snapshot;
use serde_json::json;

use crate::program::{Finished, program, run};
use crate::stub;

/// Standard error without the endpoint's port and the system's error numbers, which differ from run to run.
fn told(finished: &Finished, endpoint: &str) -> String {
    let text = finished.stderr.replace(endpoint, "ENDPOINT");
    let number = |line: &str| line.split(" (os error").next().map(ToOwned::to_owned);
    text.lines()
        .filter_map(number)
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn nothing_listens() {
    let (endpoint, _reserved) = stub::closed();
    let finished = run(&endpoint, &["info"]).await.exits(69);
    assert_snapshot!(told(&finished, &endpoint));
}

#[tokio::test]
async fn the_other_side_does_not_speak_tls() {
    let endpoint = stub::silent().await.replace("http:", "https:");
    let finished = run(&endpoint, &["info"]).await.exits(69);
    finished.complains(&["cannot reach https://", "hint: ", "http:// URL"]);
}

#[tokio::test]
async fn a_key_is_missing() {
    let endpoint = stub::status(401, "application/json", r#"{"message":"Unauthorized"}"#).await;
    let finished = run(&endpoint, &["info"]).await.exits(77);
    assert_snapshot!(told(&finished, &endpoint));
}

#[tokio::test]
async fn a_key_is_not_accepted() {
    for (code, hint) in [
        (401, "did not accept what MCP_API_KEY holds"),
        (403, "the key is unknown, expired or disabled"),
    ] {
        let body = r#"{"jsonrpc":"2.0","error":{"code":-32001,"message":"no"},"id":null}"#;
        let endpoint = stub::status(code, "application/json", body).await;
        let finished = program(&["info"]).endpoint(&endpoint).key("mcp_0123456789");
        let finished = finished.run().await.exits(77);
        finished.complains(&[&format!("HTTP {code}"), ": no\n", hint]);
    }
}

#[tokio::test]
async fn the_path_is_wrong() {
    for code in [404, 405] {
        let endpoint = stub::status(code, "application/json", r#"{"message":"Not Found"}"#).await;
        let finished = run(&endpoint, &["info"]).await.exits(76);
        finished.complains(&[
            "Not Found",
            "check --endpoint: the host, the stage and the path",
        ]);
        let elsewhere = endpoint.replace("/mcp", "/");
        let finished = run(&elsewhere, &["info"]).await.exits(76);
        finished.complains(&["the endpoint usually ends in /mcp"]);
    }
}

#[tokio::test]
async fn the_path_is_wrong_on_a_server_that_says_so_in_json_rpc() {
    let body = r#"{"jsonrpc":"2.0","error":{"code":-32000,"message":"Not Found"},"id":null}"#;
    let endpoint = stub::status(404, "application/json", body).await;
    let finished = run(&endpoint.replace("/mcp", "/"), &["info"]).await;
    finished.exits(76).complains(&[
        "HTTP 404 Not Found: Not Found",
        "the endpoint usually ends in /mcp",
    ]);
}

#[tokio::test]
async fn the_method_is_unknown() {
    let endpoint = stub::legacy(|method| match method {
        "prompts/get" => {
            let body = r#"{"jsonrpc":"2.0","error":{"code":-32601,"message":"no prompts"},"id":1}"#;
            let content_type = [(header::CONTENT_TYPE, "application/json")];
            Some((StatusCode::NOT_FOUND, content_type, body).into_response())
        }
        _ => None,
    })
    .await;
    let finished = run(&endpoint, &["prompts", "get", "x"]).await.exits(76);
    finished.complains(&[
        "getting prompt `x`",
        "error -32601: no prompts",
        "mcp-client info",
    ]);
}

#[tokio::test]
async fn there_are_too_many_requests() {
    let endpoint = stub::always(|| {
        let headers = [(header::RETRY_AFTER, "7")];
        (StatusCode::TOO_MANY_REQUESTS, headers).into_response()
    })
    .await;
    let finished = run(&endpoint, &["info"]).await.exits(75);
    assert_snapshot!(told(&finished, &endpoint));
}

#[tokio::test]
async fn there_are_too_many_requests_for_a_notification() {
    for era in ["legacy", "auto"] {
        let endpoint = stub::legacy(|method| match method {
            "notifications/initialized" => {
                let headers = [(header::RETRY_AFTER, "Fri, 01 Jan 2027 00:00:00 GMT")];
                Some((StatusCode::TOO_MANY_REQUESTS, headers).into_response())
            }
            _ => None,
        })
        .await;
        let finished = run(&endpoint, &["info", "--protocol", era]).await;
        finished
            .exits(75)
            .complains(&["HTTP 429", "try again after Fri, 01 Jan 2027 00:00:00 GMT"]);
    }
}

#[tokio::test]
async fn an_event_stream_breaks() {
    let endpoint = stub::legacy(|method| match method {
        "tools/list" => {
            let begun = stream::once(async { Ok(": begun\n\n") });
            let broken = stream::once(async {
                // Waiting once lets the beginning leave.
                tokio::task::yield_now().await;
                Err(std::io::Error::other("power cut"))
            });
            let content_type = [(header::CONTENT_TYPE, "text/event-stream")];
            Some((content_type, Body::from_stream(begun.chain(broken))).into_response())
        }
        _ => None,
    })
    .await;
    let finished = run(&endpoint, &["tools", "list"]).await.exits(69);
    finished.complains(&[
        "the connection broke in the middle of the answer",
        "dropped the connection",
    ]);
}

#[tokio::test]
async fn the_gateway_fails() {
    for code in [500, 502, 503, 504] {
        let body = r#"{"message":"Internal Server Error"}"#;
        let endpoint = stub::status(code, "application/json", body).await;
        let finished = run(&endpoint, &["info"]).await.exits(69);
        finished.complains(&["Internal Server Error", "look at its logs"]);
    }
}

#[tokio::test]
async fn the_gateway_is_busy() {
    let endpoint = stub::always(|| {
        let headers = [(header::RETRY_AFTER, "3")];
        (StatusCode::SERVICE_UNAVAILABLE, headers).into_response()
    })
    .await;
    let finished = run(&endpoint, &["info"]).await.exits(69);
    finished.complains(&["HTTP 503", "try again in 3 s"]);
}

#[tokio::test]
async fn the_server_reports_its_own_failure() {
    let body = r#"{"jsonrpc":"2.0","error":{"code":-32603,"message":"no disk"},"id":null}"#;
    let endpoint = stub::status(500, "application/json", body).await;
    let finished = run(&endpoint, &["info"]).await.exits(76);
    finished.complains(&["error -32603: no disk", "hint: "]);
}

#[tokio::test]
async fn the_answer_is_a_web_page() {
    let endpoint = stub::status(200, "text/html; charset=utf-8", "<html>hello</html>").await;
    let finished = run(&endpoint, &["info"]).await.exits(76);
    assert_snapshot!(told(&finished, &endpoint));
}

#[tokio::test]
async fn the_answer_is_other_json() {
    let endpoint = stub::status(200, "application/json", r#"{"status":"ok"}"#).await;
    let finished = run(&endpoint, &["info"]).await.exits(76);
    finished.complains(&["no JSON-RPC message", "hint: "]);
}

#[tokio::test]
async fn the_answer_is_too_large() {
    for content_type in ["application/json", "text/event-stream"] {
        let endpoint = stub::always(move || {
            let content_type = [(header::CONTENT_TYPE, content_type)];
            (content_type, vec![b'x'; 2 * 1024 * 1024]).into_response()
        })
        .await;
        let finished = run(&endpoint, &["info", "--max-answer", "1"])
            .await
            .exits(76);
        finished.complains(&["larger than 1 MiB"]);
    }
}

#[tokio::test]
async fn an_answer_never_ends() {
    let endpoint = stub::legacy(|method| match method {
        "tools/list" => {
            let content_type = [(header::CONTENT_TYPE, "application/json")];
            let body = Body::from_stream(stream::pending::<Result<&str, std::io::Error>>());
            Some((content_type, body).into_response())
        }
        _ => None,
    })
    .await;
    let finished = run(&endpoint, &["tools", "list", "--timeout", "2"]).await;
    finished
        .exits(75)
        .complains(&["tools/list: no answer within 2 s", "raise --timeout"]);
}

#[tokio::test]
async fn there_is_no_answer() {
    let endpoint = stub::silent().await;
    let finished = run(&endpoint, &["info", "--timeout", "0.2"]).await;
    let finished = finished.exits(75);
    assert_snapshot!(told(&finished, &endpoint));
}

#[tokio::test]
async fn the_server_points_elsewhere_and_is_not_followed() {
    let elsewhere = stub::Seen::default();
    let other = stub::serve(elsewhere.watching(axum::Router::new())).await;
    let location = other.clone();
    let endpoint = stub::always(move || {
        let headers = [(header::LOCATION, location.clone())];
        (StatusCode::TEMPORARY_REDIRECT, headers).into_response()
    })
    .await;
    let finished = run(&endpoint, &["info"]).await.exits(76);
    finished.complains(&["HTTP 307", &format!("--endpoint {other}\n")]);
    assert!(elsewhere.methods().is_empty());
}

#[tokio::test]
async fn an_error_is_a_document_where_json_is_asked_for() {
    let endpoint = stub::status(403, "application/json", r#"{"message":"Forbidden"}"#).await;
    let finished = run(&endpoint, &["info", "--output", "json"]).await;
    let finished = finished.exits(77);
    assert_eq!(finished.stdout, "");
    assert_snapshot!(finished.stderr);
}

#[tokio::test]
async fn the_request_id_is_the_servers_or_else_the_gateways() {
    const REFUSED: (StatusCode, &str) = (StatusCode::FORBIDDEN, r#"{"message":"Forbidden"}"#);
    const FAILED: (StatusCode, &str) = (
        StatusCode::INTERNAL_SERVER_ERROR,
        r#"{"jsonrpc":"2.0","error":{"code":-32603,"message":"no disk"},"id":null}"#,
    );
    for ((code, body), exit) in [(REFUSED, 77), (FAILED, 76)] {
        for (headers, label, id) in [
            (
                &[("apigw-requestid", "Lj1T=")][..],
                "apigw-requestid",
                "Lj1T=",
            ),
            (
                &[("apigw-requestid", "Lj1T="), ("x-request-id", "0a-1b")],
                "x-request-id",
                "0a-1b",
            ),
        ] {
            let endpoint = stub::always(move || {
                let headers = axum::response::AppendHeaders(headers.iter().copied());
                (code, headers, body).into_response()
            })
            .await;
            let finished = run(&endpoint, &["info"]).await.exits(exit);
            finished.complains(&[&format!("\n  request id: {id} ({label})\nhint: ")]);
            let error = run(&endpoint, &["info", "--json"])
                .await
                .exits(exit)
                .error();
            assert_eq!(error["request_id"], json!({"header": label, "value": id}));
            let smoke = run(&endpoint, &["--json"]).await.exits(exit).json();
            assert_eq!(smoke["steps"][0]["error"]["request_id"]["value"], id);
        }
    }
}

#[tokio::test]
async fn our_server_names_the_request_that_it_refuses() {
    let endpoint = crate::server::own().await;
    let arguments = ["tools", "call", "no_such_tool", "--unchecked", "--json"];
    let error = run(&endpoint, &arguments).await.exits(76).error();
    assert_eq!(error["request_id"]["header"], "x-request-id", "{error}");
}
