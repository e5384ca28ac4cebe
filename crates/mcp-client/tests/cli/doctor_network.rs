//! `doctor` where no answer begins.

use axum::Router;
use insta::assert_snapshot;
use rcgen::CertificateParams;

use crate::doctor::{doctor, said};
use crate::program::{program, run};
use crate::raw::{self, authority, identity};
use crate::stub;

#[tokio::test]
async fn nothing_listens() {
    let (endpoint, _reserved) = stub::closed();
    assert_snapshot!(doctor(&endpoint, 69).await);
}

#[tokio::test]
async fn nobody_knows_the_name() {
    let report = doctor("https://mcp.invalid/mcp", 69).await;
    assert!(
        report.contains("✗ dns         nobody knows the name HOST"),
        "{report}"
    );
}

#[tokio::test]
async fn there_is_no_answer() {
    let endpoint = stub::silent().await;
    let finished = run(&endpoint, &["doctor", "--timeout", "0.4"])
        .await
        .exits(75);
    assert_snapshot!(said(&finished, &endpoint));
}

/// The report on a server elsewhere, whose proxy is this.
async fn through(proxy: &str, exit: i32) -> String {
    let proxy = proxy.replace("/mcp", "");
    let endpoint = "https://mcp.invalid/mcp";
    let finished = program(&["doctor", endpoint]).env("https_proxy", &proxy);
    let finished = finished.run().await.exits(exit);
    said(&finished, endpoint).replace(proxy.trim_start_matches("http://"), "PROXY")
}

#[tokio::test]
async fn the_proxy_is_not_there() {
    let (proxy, _reserved) = stub::closed();
    assert_snapshot!(through(&proxy, 69).await);
}

#[tokio::test]
async fn the_proxy_wants_credentials() {
    let proxy = stub::status(407, "text/plain", "").await;
    assert_snapshot!(through(&proxy, 69).await);
}

#[tokio::test]
async fn the_proxy_refuses() {
    let proxy = stub::status(403, "text/plain", "").await;
    assert_snapshot!(through(&proxy, 69).await);
}

/// The report on a server with a certificate for `names`, which is the one that is trusted.
async fn with_certificate(names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> String {
    let identity = identity(names, change);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server.pem");
    std::fs::write(&file, &identity.pem).unwrap();
    let endpoint = raw::tls(identity, &[b"http/1.1"], Router::new()).await;
    let arguments = ["doctor", "--cacert", file.to_str().unwrap()];
    let finished = run(&endpoint, &arguments).await;
    said(&finished, &endpoint)
}

#[tokio::test]
async fn certificates_are_told_apart() {
    let report = with_certificate(&["127.0.0.1"], authority).await;
    assert!(
        report.contains("✓ tls         trusted by --cacert"),
        "{report}"
    );
    assert_snapshot!(
        "for_another_host",
        with_certificate(&["mcp.example"], |_| {}).await
    );
    let expired = with_certificate(&["127.0.0.1"], |parameters| {
        parameters.not_before = rcgen::date_time_ymd(2020, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(2021, 1, 1);
    });
    let expired = expired.await;
    assert!(
        expired.contains("✗ tls         the certificate has expired"),
        "{expired}"
    );
    assert!(
        expired.contains("fix: the certificate has expired"),
        "{expired}"
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("other.pem");
    std::fs::write(&file, identity(&["other"], authority).pem).unwrap();
    for (change, name) in [
        (
            (|_| {}) as fn(&mut CertificateParams),
            "of_an_unknown_issuer",
        ),
        (authority, "self_signed"),
    ] {
        let endpoint = raw::tls(identity(&["127.0.0.1"], change), &[], Router::new()).await;
        let finished = run(&endpoint, &["doctor", "--cacert", file.to_str().unwrap()]).await;
        assert_snapshot!(name, said(&finished.exits(69), &endpoint));
    }
}

#[tokio::test]
async fn there_is_no_tls_on_that_port() {
    let endpoint = raw::answering(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    assert_snapshot!(doctor(&endpoint.replace("http:", "https:"), 69).await);
}

#[tokio::test]
async fn there_is_tls_on_that_port() {
    let endpoint = raw::tls(identity(&["127.0.0.1"], |_| {}), &[], Router::new()).await;
    assert_snapshot!(doctor(&endpoint.replace("https:", "http:"), 69).await);
}

#[tokio::test]
async fn http_2_is_all_there_is() {
    let endpoint = raw::answering(raw::HTTP2_SETTINGS).await;
    assert_snapshot!("http_2_without_tls", doctor(&endpoint, 69).await);
    let identity = identity(&["127.0.0.1"], |_| {});
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server.pem");
    std::fs::write(&file, &identity.pem).unwrap();
    let endpoint = raw::tls(identity, &[b"h2"], Router::new()).await;
    let finished = run(&endpoint, &["doctor", "--cacert", file.to_str().unwrap()]).await;
    assert_snapshot!("http_2_over_tls", said(&finished.exits(69), &endpoint));
}
