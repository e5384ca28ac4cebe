//! The settings that people set, in one table: `--help` and `.env.example` are checked against it.

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The environment variable.
    pub name: &'static str,
    /// The value that counts when it is not set; empty when there is none.
    pub default: &'static str,
    /// What it does, with its unit.
    pub help: &'static str,
}

const fn setting(name: &'static str, default: &'static str, help: &'static str) -> Setting {
    Setting {
        name,
        default,
        help,
    }
}

/// Every setting of the server. Lambda's own variables (`AWS_LAMBDA_*`, `AWS_REGION`) are read besides.
pub const SETTINGS: &[Setting] = &[
    setting("MCP_HOST", "127.0.0.1", "address to listen on (--host)"),
    setting(
        "MCP_PORT",
        "8080",
        "port to listen on, 0 picks a free one (--port); PORT counts when this is not set",
    ),
    setting(
        "MCP_ALLOW_UNAUTHENTICATED",
        "false",
        "listen on an address that other machines reach, though nobody checks keys (--allow-unauthenticated)",
    ),
    setting(
        "MCP_API_KEYS_FILE",
        "",
        "file with the API keys to accept, read again when it changes; on Lambda the authorizer decides instead",
    ),
    setting(
        "MCP_ALLOWED_HOSTS",
        "",
        "Host headers to serve, separated by commas; loopback names, and on Lambda the gateway's domain, always are",
    ),
    setting(
        "MCP_ALLOWED_ORIGINS",
        "",
        "web origins to serve, separated by commas, such as https://app.example.com or http://localhost:*",
    ),
    setting(
        "MCP_MAX_REQUEST_BYTES",
        "1048576",
        "largest request body, bytes",
    ),
    setting(
        "MCP_MAX_RESPONSE_BYTES",
        "4194304",
        "largest result, bytes; on Lambda it must also fit into 6 MB once it is escaped",
    ),
    setting(
        "MCP_MAX_JSON_DEPTH",
        "64",
        "deepest nesting of a request, levels",
    ),
    setting(
        "MCP_TOOL_TIMEOUT_MS",
        "25000",
        "longest time for a tool, milliseconds; API Gateway gives up at 30000",
    ),
    setting(
        "MCP_HEADER_TIMEOUT_MS",
        "30000",
        "longest wait for a request head, and longest idle time of a connection, milliseconds",
    ),
    setting(
        "MCP_BODY_TIMEOUT_MS",
        "10000",
        "longest wait for a request body, milliseconds",
    ),
    setting(
        "MCP_MAX_CONCURRENT_REQUESTS",
        "512",
        "requests worked on at the same time; more get 503",
    ),
    setting(
        "MCP_RATE_LIMIT_PER_MINUTE",
        "0",
        "requests per caller and minute, in each instance; 0 is no limit",
    ),
    setting(
        "MCP_RATE_LIMIT_BURST",
        "10",
        "requests per caller that may come at once, when there is a rate limit",
    ),
    setting(
        "MCP_SHUTDOWN_GRACE_MS",
        "10000",
        "time for requests in flight after SIGTERM or SIGINT, milliseconds",
    ),
    setting(
        "MCP_LOG_LEVEL",
        "info",
        "off, error, warn, info, debug or trace",
    ),
    setting(
        "MCP_LOG_FORMAT",
        "",
        "json or text; by default text on a terminal, else json",
    ),
    setting(
        "MCP_METRICS",
        "off",
        "emf writes CloudWatch metrics by tool and outcome to standard output; off does not",
    ),
];
