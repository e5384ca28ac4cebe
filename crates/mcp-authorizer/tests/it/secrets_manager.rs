//! The real client, against servers that answer oddly.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use api_keys::MAX_DOCUMENT_BYTES;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_secretsmanager::config::Credentials;
use mcp_authorizer::key_source::{FetchError, SecretStore, SecretsManager};

use crate::http;

async fn fetch(address: SocketAddr) -> Result<String, FetchError> {
    let config = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("a", "s", None, None, "test"))
        .endpoint_url(format!("http://{address}"));
    let store = SecretsManager::load(config, "keys".to_owned()).await;
    store.fetch().await
}

#[tokio::test]
async fn the_longest_secret_is_read_however_it_is_escaped() {
    let address = http::serve(|request, stream| {
        assert!(request.body.contains("AWSCURRENT"), "{}", request.body);
        let secret = "\\u0061".repeat(MAX_DOCUMENT_BYTES);
        let body = format!(r#"{{"Name":"keys","SecretString":"{secret}"}}"#);
        stream.write_all(http::ok("", &body).as_bytes())
    });
    assert_eq!(fetch(address).await, Ok("a".repeat(MAX_DOCUMENT_BYTES)));
}

/// It used to be read to its end and parsed, beyond every time-out.
#[tokio::test]
async fn an_answer_without_end_is_broken_off() {
    let sent = Arc::new(AtomicUsize::new(0));
    let address = http::serve({
        let sent = Arc::clone(&sent);
        move |_, stream| {
            let length = 30_000_000;
            write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n"
            )?;
            stream.write_all(br#"{"SecretString":""#)?;
            let piece = [b'a'; 10_000];
            for _ in 0..length / piece.len() {
                sent.fetch_add(stream.write(&piece)?, Ordering::Relaxed);
            }
            Ok(())
        }
    });
    let error = fetch(address).await.unwrap_err();
    assert!(matches!(error, FetchError::Transient(_)), "{error}");
    let sent = sent.load(Ordering::Relaxed);
    assert!(sent < 20_000_000, "two attempts took {sent} bytes");
}
