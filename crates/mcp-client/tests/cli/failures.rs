//! What goes wrong between here and a server: exit code, cause and hint of each.

use axum::body::Body;
use axum::response::IntoResponse;
use futures_util::{StreamExt, stream};
use http::{StatusCode, header};
use insta::assert_snapshot;
use serde_json::json;

use crate::program::{Finished, program, run};
use crate::{raw, stub};

/// Standard error without the endpoint's port and the system's error numbers, which differ from run to run.
pub(crate) fn told(finished: &Finished, endpoint: &str) -> String {
    let text = finished.stderr.replace(endpoint, "ENDPOINT");
    // Numbers of an operating system, and times.
    let stable = |line: &str| -> Option<String> {
        let line = line.split(" (os error").next()?;
        Some(line.split(": verification time ").next()?.to_owned())
    };
    text.lines()
        .filter_map(stable)
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
    let endpoint = raw::answering(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let endpoint = endpoint.replace("http:", "https:");
    let finished = run(&endpoint, &["info"]).await.exits(69);
    finished.complains(&[
        "cannot reach https://",
        "there is no TLS on that port",
        "http:// URL",
    ]);
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
        (403, "the key is unknown to the server, expired or disabled"),
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
    for (code, hint) in [
        (500, "the gateway, or the server behind it, failed"),
        (
            502,
            "got no answer from the server behind it: is it running",
        ),
        (503, "the server is busy, or down"),
        (504, "took longer than what stands before it waits"),
    ] {
        let page = "<html>\r\n<head><title>Bad day</title></head>\r\n</html>";
        let endpoint = stub::status(code, "text/html", page).await;
        let finished = run(&endpoint, &["info"]).await.exits(69);
        finished.complains(&["Bad day", hint, "its logs"]);
    }
}

/// As API Gateway answers by itself.
async fn api_gateway(code: u16, body: &'static str) -> String {
    let code = StatusCode::from_u16(code).unwrap();
    stub::always(move || {
        let headers = [
            (header::CONTENT_TYPE.as_str(), "application/json"),
            ("apigw-requestid", "Lj1T="),
        ];
        (code, headers, body).into_response()
    })
    .await
}

#[tokio::test]
async fn api_gateway_answers_by_itself() {
    for (code, body, exit, hint) in [
        (
            403,
            r#"{"message":"Forbidden"}"#,
            77,
            "the key is unknown to the gateway's authorizer",
        ),
        (
            404,
            r#"{"message":"Not Found"}"#,
            76,
            "the gateway has no such route: check the stage",
        ),
        (
            500,
            r#"{"message":"Internal Server Error"}"#,
            69,
            "`mcp-client doctor` tells",
        ),
        (
            503,
            r#"{"message":"Service Unavailable"}"#,
            69,
            "within the gateway's 30 s, or could not be called",
        ),
    ] {
        let endpoint = api_gateway(code, body).await;
        let finished = program(&["info"]).endpoint(&endpoint).key("mcp_0123456789");
        finished.run().await.exits(exit).complains(&[hint]);
    }
}

#[tokio::test]
async fn the_host_is_not_served() {
    let body = r#"{"jsonrpc":"2.0","error":{"code":-32000,"message":"Forbidden: Host header is not allowed"},"id":null}"#;
    for (content_type, body) in [
        ("application/json", body),
        ("text/plain", "Invalid Host header"),
    ] {
        let endpoint = stub::status(403, content_type, body).await;
        let finished = run(&endpoint, &["info"]).await.exits(77);
        finished.complains(&[
            "call the server by the host name that it serves",
            "MCP_ALLOWED_HOSTS",
        ]);
    }
}

#[tokio::test]
async fn the_request_is_not_taken() {
    for (code, hint) in [
        (400, "`--protocol legacy`"),
        (402, "wants to be paid"),
        (406, "changes `accept`"),
        (407, "HTTPS_PROXY"),
        (413, "larger than the server"),
        (415, "changes `content-type`"),
    ] {
        let endpoint = stub::status(code, "text/plain", "no").await;
        let finished = run(&endpoint, &["info"]).await.exits(76);
        finished.complains(&[
            "the server did not take the request",
            &format!("HTTP {code}"),
            hint,
        ]);
    }
}

#[tokio::test]
async fn the_server_speaks_tls_on_that_port() {
    let nginx =
        "<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>";
    for (content_type, body) in [
        ("text/html", nginx),
        (
            "text/plain",
            "Client sent an HTTP request to an HTTPS server.\n",
        ),
    ] {
        let endpoint = stub::status(400, content_type, body).await;
        let finished = run(&endpoint, &["info"]).await.exits(76);
        finished.complains(&["speaks TLS on that port: use an https:// URL"]);
    }
}

#[tokio::test]
async fn what_answers_is_no_http_1() {
    // A TLS alert, and the first frame of HTTP/2.
    for answer in [&[21, 3, 1, 0, 2, 2, 22][..], raw::HTTP2_SETTINGS] {
        let endpoint = raw::answering(answer).await;
        let finished = run(&endpoint, &["info"]).await.exits(69);
        finished.complains(&[
            "does not speak HTTP/1.1",
            "https:// URL",
            "`mcp-client doctor`",
        ]);
    }
}

#[tokio::test]
async fn the_url_is_of_the_transport_of_2024() {
    for code in [404, 405] {
        let endpoint = stub::status(code, "text/plain", "no").await;
        let old = endpoint.replace("/mcp", "/v1/sse");
        let finished = run(&old, &["info"]).await.exits(76);
        let there = endpoint.replace("/mcp", "/v1/mcp");
        finished.complains(&["HTTP+SSE", &format!("try --endpoint {there}\n")]);
    }
}

#[tokio::test]
async fn a_compressed_answer_is_read_or_named() {
    for encoding in ["br", "zstd", "deflate"] {
        let endpoint = stub::always(move || {
            let headers = [
                (header::CONTENT_TYPE, "application/json"),
                (header::CONTENT_ENCODING, encoding),
            ];
            (headers, "\u{1}\u{2}").into_response()
        })
        .await;
        let finished = run(&endpoint, &["info"]).await.exits(76);
        finished.complains(&[&format!("switch the compression `{encoding}` off")]);
    }
}

#[tokio::test]
async fn the_server_forgets_the_session() {
    let endpoint = stub::legacy(|method| match method {
        "initialize" => {
            let result = json!({
                "protocolVersion": "2025-06-18",
                "capabilities": {"tools": {}},
                "serverInfo": {"name": "forgetful", "version": "1"},
            });
            let message = json!({"jsonrpc": "2.0", "id": 0, "result": result});
            Some(([("mcp-session-id", "s1")], stub::json_answer(&message)).into_response())
        }
        "tools/list" => Some((StatusCode::NOT_FOUND, "Session not found").into_response()),
        _ => None,
    })
    .await;
    let finished = run(&endpoint, &["tools", "list", "--protocol", "legacy"]).await;
    finished
        .exits(76)
        .complains(&["the server has ended the session", "forgets sessions"]);
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
