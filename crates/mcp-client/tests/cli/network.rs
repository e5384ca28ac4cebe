//! Proxies, and where a key may go.

use axum::Router;
use axum::routing::any;
use http::StatusCode;

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
    program(&["info"])
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
