//! Many clients at once: nobody sees another's answer, and the slow do not hold up the rest.

use mcp_front_door::HttpConfig;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::fixture::Fixture;
use crate::support::{Answer, Era, TestServer, tool_error};

/// Calls of each of the two clients.
const CALLS: usize = 50_000;
/// How many each has in flight.
const IN_FLIGHT: usize = 8;

async fn echo_with_the_same_id(server: &TestServer, name: &str, calls: usize) {
    for number in 0..calls {
        let text = format!("{name}-{number}");
        let result = server
            .call(Era::Legacy, "echo", json!({ "text": text }))
            .await;
        assert_eq!(result["content"][0]["text"], text.as_str());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_thousand_interleaved_calls_with_the_same_id_keep_their_answers() {
    let server = TestServer::start(Fixture::new(), HttpConfig::default()).await;
    let workers = ["one", "two"]
        .into_iter()
        .flat_map(|client| (0..IN_FLIGHT).map(move |worker| format!("{client}-{worker}")));
    let server = &server;
    futures_util::future::join_all(workers.map(|worker| async move {
        echo_with_the_same_id(server, &worker, CALLS / IN_FLIGHT).await;
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_connections_that_say_nothing_leave_others_served() {
    let server = TestServer::start(Fixture::new(), HttpConfig::default()).await;
    let address = server
        .url
        .trim_start_matches("http://")
        .trim_end_matches("/mcp");
    let mut idle = Vec::new();
    for number in 0..1_000 {
        let mut connection = TcpStream::connect(address).await.unwrap();
        if number % 2 == 0 {
            connection
                .write_all(b"POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n")
                .await
                .unwrap();
        }
        idle.push(connection);
    }
    let result = server
        .call(Era::Modern, "echo", json!({ "text": "hello" }))
        .await;
    assert_eq!(result["content"][0]["text"], "hello");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn misbehaving_tools_under_load_leave_the_next_request_untouched() {
    let mut config = HttpConfig::default();
    config.limits.tool_timeout = std::time::Duration::from_millis(1_000);
    config.limits.response_bytes = 10_000;
    let server = &TestServer::start(Fixture::new(), config).await;
    let round = |number: usize| async move {
        let bad = match number % 3 {
            0 => {
                server
                    .call(Era::Legacy, "panic", json!({ "text": "x" }))
                    .await
            }
            1 => server.call(Era::Modern, "sleep", json!({})).await,
            _ => {
                server
                    .call(Era::Legacy, "large", json!({ "bytes": 20_000 }))
                    .await
            }
        };
        tool_error(&bad);
        echo_with_the_same_id(server, &format!("next-{number}"), 5).await;
    };
    futures_util::future::join_all((0..300).map(round)).await;
}

#[tokio::test]
async fn requests_in_flight_are_finished_at_the_end() {
    let server = TestServer::start(Fixture::new(), HttpConfig::default()).await;
    let nap = json!({ "name": "nap", "arguments": { "milliseconds": 300 } });
    let slow = server.request(Era::Legacy, "tools/call", nap);
    let (sent, answer) = tokio::sync::oneshot::channel();
    let client = server.client.clone();
    let url = server.url.clone();
    tokio::spawn(async move {
        sent.send(Answer::of(slow).await.status).ok();
    });
    // The server stops only after it has taken the request: a second one proves that it accepts.
    Answer::of(client.get(&url)).await;
    server.stop().await;
    assert_eq!(answer.await.unwrap(), 200);
    assert!(
        client.get(&url).send().await.is_err(),
        "the port is still open"
    );
}
