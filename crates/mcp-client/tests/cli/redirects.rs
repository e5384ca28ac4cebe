//! Where a server sends people, which is a stranger's word.

use axum::response::IntoResponse;
use http::{HeaderValue, StatusCode, header};

use crate::program::run;
use crate::stub;

async fn redirecting(to: &'static str) -> String {
    stub::always(move || {
        let location = [(header::LOCATION, HeaderValue::from_static(to))];
        (StatusCode::TEMPORARY_REDIRECT, location).into_response()
    })
    .await
}

#[tokio::test]
async fn what_a_shell_would_run_is_quoted() {
    let endpoint = redirecting("http://127.0.0.1:1/$(touch$IFS$9PWNED)/`id`;x'y/mcp").await;
    let finished = run(&endpoint, &["info"]).await.exits(76);
    let (_, suggested) = finished.stderr.split_once("use --endpoint ").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let script = format!("printf %s {suggested}");
    let shell = std::process::Command::new("/bin/sh")
        .args(["-c", &script])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let word = String::from_utf8(shell.stdout).unwrap();
    assert!(
        word.starts_with("http://127.0.0.1:1/$(touch$IFS$9PWNED)/"),
        "{word}"
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn only_a_web_address_is_suggested() {
    for to in [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://u:p@host/mcp",
        "data:text/plain,x",
    ] {
        let finished = run(&redirecting(to).await, &["info"]).await.exits(76);
        assert!(!finished.stderr.contains(to), "{finished:?}");
        finished.complains(&["it redirects to what is no http(s) URL"]);
    }
}
