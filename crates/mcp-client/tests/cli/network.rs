//! Proxies, and where a key may go.

use axum::Router;
use axum::routing::any;
use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::program::program;
use crate::server::Server;
use crate::stub::{self, Seen};

/// Something that takes every request a proxy would get, notes it, and refuses it.
async fn proxy(seen: &Seen) -> String {
    let refuse = any(|| std::future::ready(StatusCode::FORBIDDEN));
    let url = stub::serve(seen.watching(Router::new().fallback(refuse))).await;
    url.replace("/mcp", "")
}

#[tokio::test]
async fn this_machine_is_never_proxied() {
    let seen = Seen::default();
    let proxy = proxy(&seen).await;
    let endpoint = Server::default().stateless().await;
    program(&["info"])
        .endpoint(&endpoint)
        .env("HTTP_PROXY", &proxy)
        .env("http_proxy", &proxy)
        .env("ALL_PROXY", &proxy)
        .run()
        .await
        .exits(0);
    assert!(seen.methods().is_empty());
}

#[tokio::test]
async fn another_machine_is_reached_through_the_proxy() {
    let seen = Seen::default();
    let proxy = proxy(&seen).await;
    program(&["info", "--protocol", "modern"])
        .endpoint("http://mcp.invalid/mcp")
        .env("http_proxy", &proxy)
        .run()
        .await
        .exits(77);
    let hosts = seen.header("host");
    assert!(
        !hosts.is_empty()
            && hosts
                .iter()
                .all(|host| host.as_deref() == Some("mcp.invalid"))
    );
}

#[tokio::test]
async fn a_key_does_not_cross_the_network_in_clear_text() {
    let seen = Seen::default();
    let proxy = proxy(&seen).await;
    let run = |arguments: &'static [&str]| {
        program(arguments)
            .endpoint("http://mcp.invalid/mcp")
            .key("mcp_0123456789")
            .env("http_proxy", &proxy)
            .run()
    };
    run(&["info"]).await.exits(64).complains(&[
        "refusing to send what `MCP_API_KEY` holds",
        "--insecure-http",
    ]);
    assert!(seen.methods().is_empty());
    run(&["info", "--insecure-http"]).await.exits(77);
    let keys = seen.header("x-api-key");
    assert!(!keys.is_empty());
    assert!(
        keys.iter()
            .all(|key| key.as_deref() == Some("mcp_0123456789"))
    );
}

#[tokio::test]
async fn a_container_without_certificates_reaches_this_machine() {
    let endpoint = Server::default().stateless().await;
    program(&["info"])
        .endpoint(&endpoint)
        .env("SSL_CERT_FILE", "/nonexistent")
        .env("SSL_CERT_DIR", "/nonexistent")
        .run()
        .await
        .exits(0);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    let (proxy, _reserved) = stub::closed();
    let proxy = proxy.replace("/mcp", "");
    for (endpoint, variable) in [
        ("http://mcp.invalid/mcp", "http_proxy"),
        ("https://mcp.invalid/mcp", "https_proxy"),
    ] {
        let program = program(&["info"]).endpoint(endpoint).env(variable, &proxy);
        program.run().await.exits(69).complains(&[
            &format!("nothing listens at the proxy {proxy}"),
            &variable.to_uppercase(),
            "NO_PROXY",
        ]);
    }
}

#[tokio::test]
async fn a_proxy_that_wants_credentials_is_named() {
    let proxy = stub::status(407, "text/plain", "who are you").await;
    let proxy = proxy.replace("/mcp", "");
    for (endpoint, variable, code) in [
        ("http://mcp.invalid/mcp", "http_proxy", 76),
        ("https://mcp.invalid/mcp", "https_proxy", 69),
    ] {
        let program = program(&["info"]).endpoint(endpoint).env(variable, &proxy);
        let finished = program.run().await.exits(code);
        finished.complains(&[
            "the proxy wants credentials",
            "http://USER:PASSWORD@HOST:PORT",
        ]);
    }
}

#[tokio::test]
async fn a_proxy_that_opens_no_connection_is_named() {
    let proxy = stub::status(403, "text/plain", "no")
        .await
        .replace("/mcp", "");
    let program = program(&["info"]).endpoint("https://mcp.invalid/mcp");
    let finished = program.env("https_proxy", &proxy).run().await.exits(69);
    finished.complains(&["opens no connection to mcp.invalid", "NO_PROXY"]);
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_told() {
    let program = program(&["info"]).endpoint("http://mcp.invalid/mcp");
    let finished = program.run().await.exits(69);
    finished.complains(&["nobody knows that name", "--endpoint"]);
}

/// A SOCKS5 proxy (RFC 1928) for one connection, which leads to `target` whatever it is asked for; what it was asked for.
async fn socks(target: String) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut greeting = [0; 2];
        client.read_exact(&mut greeting).await.unwrap();
        let mut methods = vec![0; usize::from(greeting[1])];
        client.read_exact(&mut methods).await.unwrap();
        client.write_all(&[5, 0]).await.unwrap();
        let mut request = [0; 5];
        client.read_exact(&mut request).await.unwrap();
        assert_eq!(request[..4], [5, 1, 0, 3], "CONNECT to a name");
        let mut name = vec![0; usize::from(request[4]) + 2];
        client.read_exact(&mut name).await.unwrap();
        client
            .write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
            .await
            .unwrap();
        let mut server = TcpStream::connect(target).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
        String::from_utf8_lossy(&name[..name.len() - 2]).into_owned()
    });
    (format!("socks5h://{address}"), asked)
}

#[tokio::test]
async fn another_machine_is_reached_through_socks_and_that_is_said() {
    let server = stub::modern(|_| serde_json::json!({"result": {}})).await;
    let target = server
        .trim_start_matches("http://")
        .trim_end_matches("/mcp");
    let (proxy, asked) = socks(target.to_owned()).await;
    let call = program(&["info", "--protocol", "modern"]).endpoint("http://mcp.invalid/mcp");
    let finished = call.env("ALL_PROXY", &proxy).run().await.exits(0);
    finished.complains(&[&format!("note: requests go through the proxy {proxy}")]);
    assert_eq!(asked.await.unwrap(), "mcp.invalid");
}
