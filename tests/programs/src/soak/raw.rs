//! Connections that no HTTP client library would make.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::kinds::Kind;

/// Longer than the server's patience with either half of a request.
const PATIENCE: Duration = Duration::from_secs(10);

/// The head of a request of a hundred bytes, and one of them.
const BROKEN_OFF: &str = "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                          content-length: 100\r\nconnection: close\r\n\r\n{";

/// Opens a connection, says something unfinished, and checks what the server makes of it.
pub(crate) async fn misbehave(address: &str, kind: Kind) -> Result<(), String> {
    let connection = TcpStream::connect(address);
    let mut stream = connection
        .await
        .map_err(|error| format!("cannot connect: {error}"))?;
    match kind {
        Kind::StalledHead => {
            let heard = stall(stream, "POST /mcp HTTP/1.1\r\nhost: localhost\r\nx-").await?;
            expect(heard.is_empty(), &heard)
        }
        Kind::StalledBody => {
            let heard = stall(stream, BROKEN_OFF).await?;
            expect(
                heard.starts_with("HTTP/1.1 408 ") && heard.contains(r#""jsonrpc":"2.0""#),
                &heard,
            )
        }
        _ => stream
            .write_all(BROKEN_OFF.as_bytes())
            .await
            .map_err(|error| format!("cannot write: {error}")),
    }
}

/// Sends `beginning` and nothing more, and returns what the server says until it closes.
async fn stall(mut stream: TcpStream, beginning: &str) -> Result<String, String> {
    let talk = async {
        stream.write_all(beginning.as_bytes()).await?;
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).await?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&heard).into_owned())
    };
    match timeout(PATIENCE, talk).await {
        Ok(heard) => heard.map_err(|error| format!("the connection broke: {error}")),
        Err(_) => Err("the server waited for more than 10 s".to_owned()),
    }
}

fn expect(right: bool, heard: &str) -> Result<(), String> {
    if right {
        Ok(())
    } else {
        Err(format!("the server said {heard:?}"))
    }
}
