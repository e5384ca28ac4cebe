//! The settings that people set, in one table: what is accepted is read from it, and documents are checked against it.

use lambda_program::settings::{Accepts, Setting};
use lambda_program::telemetry::{FORMATS, LEVELS};

/// Every setting of the server. Lambda's own variables (`AWS_LAMBDA_*`, `AWS_REGION`) are read besides.
pub const SETTINGS: &[Setting] = &[
    Setting::new(
        "MCP_HOST",
        "127.0.0.1",
        "address to listen on (--host)",
        Accepts::Address,
    )
    .not_on_lambda(),
    Setting::new(
        "MCP_PORT",
        "8080",
        "port to listen on, 0 picks a free one (--port); PORT counts when this is not set",
        Accepts::number(0, 65_535),
    )
    .not_on_lambda(),
    Setting::new(
        "MCP_ALLOW_UNAUTHENTICATED",
        "false",
        "serve callers whose key nobody has checked: on an address that other machines reach, and on Lambda without an authorizer (--allow-unauthenticated)",
        Accepts::SWITCH,
    )
    .not_on_lambda(),
    Setting::new(
        "MCP_API_KEYS_FILE",
        "",
        "API keys to accept, read again when they change; on Lambda the authorizer decides instead",
        Accepts::File,
    )
    .not_on_lambda(),
    Setting::new(
        "MCP_ALLOWED_HOSTS",
        "",
        "Host headers to serve; loopback names, and on Lambda the gateway's domain, always are",
        Accepts::Hosts,
    ),
    Setting::new(
        "MCP_ALLOWED_ORIGINS",
        "",
        "web origins to serve",
        Accepts::Origins,
    ),
    Setting::new(
        "MCP_MAX_REQUEST_BYTES",
        "1048576",
        "largest request body, bytes",
        Accepts::number(1_024, 10_485_760),
    ),
    Setting::new(
        "MCP_MAX_RESPONSE_BYTES",
        "4194304",
        "largest result, bytes; on Lambda it must also fit into 6 MB once it is escaped",
        Accepts::number(256, 104_857_600),
    ),
    Setting::new(
        "MCP_MAX_JSON_DEPTH",
        "64",
        "deepest nesting of a request, levels",
        Accepts::number(8, 120),
    ),
    Setting::new(
        "MCP_TOOL_TIMEOUT_MS",
        "25000",
        "longest time for a tool, milliseconds; API Gateway gives up at 30000",
        Accepts::number(1, 900_000),
    ),
    Setting::new(
        "MCP_HEADER_TIMEOUT_MS",
        "30000",
        "longest wait for a request head, and longest idle time of a connection, milliseconds",
        Accepts::number(1, 600_000),
    )
    .not_on_lambda(),
    Setting::new(
        "MCP_BODY_TIMEOUT_MS",
        "10000",
        "longest wait for a request body, milliseconds",
        Accepts::number(1, 600_000),
    )
    .not_on_lambda(),
    Setting::new(
        "MCP_MAX_CONNECTIONS",
        "1024",
        "connections that are open at the same time, and at most 3/4 of the descriptors; one more closes the oldest idle one",
        Accepts::number(1, 100_000),
    )
    .not_on_lambda(),
    Setting::new(
        "MCP_MAX_CONCURRENT_REQUESTS",
        "512",
        "requests worked on at the same time; more get 503",
        Accepts::number(1, 100_000),
    )
    .not_on_lambda(),
    Setting::new(
        "MCP_RATE_LIMIT_PER_MINUTE",
        "0",
        "requests per caller and minute, in each instance; 0 is no limit",
        Accepts::number(0, 1_000_000),
    ),
    Setting::new(
        "MCP_RATE_LIMIT_BURST",
        "10",
        "requests per caller that may come at once, when there is a rate limit",
        Accepts::number(1, 1_000_000),
    ),
    Setting::new(
        "MCP_SHUTDOWN_GRACE_MS",
        "10000",
        "time for requests in flight after SIGTERM or SIGINT, milliseconds",
        Accepts::number(1, 600_000),
    )
    .not_on_lambda(),
    Setting::new(
        "MCP_LOG_LEVEL",
        "info",
        "least important lines that are written; fatal is error",
        LEVELS,
    ),
    Setting::new(
        "MCP_LOG_FORMAT",
        "",
        "how a line looks; by default text on a terminal, else json",
        FORMATS,
    )
    .not_on_lambda(),
    Setting::new(
        "MCP_METRICS",
        "off",
        "emf writes CloudWatch metrics by tool and outcome to standard output",
        Accepts::choice(&["off", "emf"]),
    ),
    Setting::new(
        "MCP_STACK",
        "",
        "name of the deployment: the dimension `Stack` of every metric",
        Accepts::Name,
    )
    .not_on_lambda(),
];
