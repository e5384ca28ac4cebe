//! Certificates: which are trusted with `--cacert`, and what is said about the others.

use std::path::PathBuf;

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::any;
use insta::assert_snapshot;
use rcgen::CertificateParams;
use serde_json::json;

use crate::failures::told;
use crate::program::{Finished, run};
use crate::raw::{Identity, authority, identity, tls};
use crate::stub::{discovery, json_answer};

/// Says who it is, whatever it is asked.
fn server() -> Router {
    let answer = any(async || {
        json_answer(&json!({"jsonrpc": "2.0", "id": 0, "result": discovery()})).into_response()
    });
    Router::new().fallback(answer)
}

/// A server with `identity`, and a folder with its certificate in a file.
async fn served(identity: Identity) -> (String, tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server.pem");
    std::fs::write(&file, &identity.pem).unwrap();
    (tls(identity, &[b"http/1.1"], server()).await, folder, file)
}

/// What `info` says to a server whose own certificate is trusted.
async fn trusting(identity: Identity) -> (String, Finished) {
    let (endpoint, _folder, file) = served(identity).await;
    let arguments = [
        "info",
        "--protocol",
        "modern",
        "--cacert",
        file.to_str().unwrap(),
    ];
    let finished = run(&endpoint, &arguments).await;
    (endpoint, finished)
}

fn of_this_machine(change: impl FnOnce(&mut CertificateParams)) -> Identity {
    identity(&["localhost", "127.0.0.1"], change)
}

#[tokio::test]
async fn a_certificate_that_is_named_is_trusted() {
    for identity in [of_this_machine(|_| {}), of_this_machine(authority)] {
        trusting(identity).await.1.exits(0);
    }
}

#[tokio::test]
async fn a_named_certificate_that_has_expired_is_not_trusted() {
    let identity = of_this_machine(|parameters| {
        authority(parameters);
        parameters.not_before = rcgen::date_time_ymd(2020, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(2021, 1, 1);
    });
    let (_, finished) = trusting(identity).await;
    finished
        .exits(69)
        .complains(&["certificate expired", "hint: the certificate has expired"]);
}

#[tokio::test]
async fn a_named_certificate_that_is_for_the_future_is_not_trusted() {
    let identity = of_this_machine(|parameters| {
        authority(parameters);
        parameters.not_before = rcgen::date_time_ymd(2090, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(2091, 1, 1);
    });
    let (_, finished) = trusting(identity).await;
    finished.exits(69).complains(&["is not valid yet"]);
}

#[tokio::test]
async fn a_named_certificate_for_another_host_is_not_trusted() {
    let (endpoint, finished) = trusting(identity(&["mcp.example"], authority)).await;
    assert_snapshot!(told(&finished.exits(69), &endpoint));
    let (_, finished) = trusting(identity(&[], authority)).await;
    finished
        .exits(69)
        .complains(&["names no host", "subjectAltName=IP:127.0.0.1"]);
}

#[tokio::test]
async fn another_certificate_is_not_trusted() {
    let (_, _folder, other) = served(of_this_machine(authority)).await;
    let (endpoint, _folder, _) = served(of_this_machine(authority)).await;
    let arguments = ["info", "--cacert", other.to_str().unwrap()];
    let finished = run(&endpoint, &arguments).await.exits(69);
    finished.complains(&["the certificate is self-signed", "--cacert FILE"]);
    let (endpoint, _folder, _) = served(of_this_machine(|_| {})).await;
    let finished = run(&endpoint, &arguments).await.exits(69);
    assert_snapshot!(told(&finished, &endpoint));
}

#[tokio::test]
async fn a_self_signed_certificate_is_not_trusted_unasked() {
    let (endpoint, _folder, file) = served(of_this_machine(authority)).await;
    // The system's own certificates, wherever they are, are not needed for this.
    let other = identity(&["x"], |_| {}).pem;
    std::fs::write(&file, other).unwrap();
    let finished = crate::program::program(&["info"])
        .endpoint(&endpoint)
        .env("SSL_CERT_FILE", file.to_str().unwrap());
    let finished = finished.run().await.exits(69);
    assert_snapshot!(told(&finished, &endpoint));
}

#[tokio::test]
async fn a_file_without_certificates_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("not.pem");
    std::fs::write(&file, "no certificate").unwrap();
    let arguments = ["info", "--cacert", file.to_str().unwrap()];
    let finished = run("https://127.0.0.1:1/mcp", &arguments).await.exits(69);
    finished.complains(&["there is no certificate in it", "hint: name a file"]);
}

#[tokio::test]
async fn a_server_that_speaks_http_2_only_is_told() {
    let identity = of_this_machine(|_| {});
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server.pem");
    std::fs::write(&file, &identity.pem).unwrap();
    let endpoint = tls(identity, &[b"h2"], server()).await;
    let arguments = ["info", "--cacert", file.to_str().unwrap()];
    let finished = run(&endpoint, &arguments).await.exits(69);
    assert_snapshot!(told(&finished, &endpoint));
}
