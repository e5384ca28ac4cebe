//! The first request of a conversation.

use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::{Value, json};

use crate::http::ACCEPTED;

/// How a conversation begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening {
    /// 2026-07-28.
    Discover,
    /// 2025-11-25 and older.
    Initialize,
}

impl Opening {
    pub(super) fn body(self) -> Value {
        let client = json!({"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")});
        match self {
            Self::Discover => json!({
                "jsonrpc": "2.0", "id": 0, "method": "server/discover",
                "params": {"_meta": {
                    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                    "io.modelcontextprotocol/clientInfo": client,
                    "io.modelcontextprotocol/clientCapabilities": {},
                }},
            }),
            Self::Initialize => json!({
                "jsonrpc": "2.0", "id": 0, "method": "initialize",
                "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client},
            }),
        }
    }

    pub(super) fn headers(self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, ACCEPTED);
        let json = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json);
        if self == Self::Discover {
            for (name, value) in [
                ("mcp-protocol-version", "2026-07-28"),
                ("mcp-method", "server/discover"),
            ] {
                headers.insert(
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                );
            }
        }
        headers
    }
}
