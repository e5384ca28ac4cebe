//! What can be configured about the front door: plain values.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::allowed::{AllowedHost, AllowedOrigin};

/// Settings of the front door. The default serves a developer's machine.
#[derive(Debug, Clone, Default)]
pub struct HttpConfig {
    /// What stands between the network and this server.
    pub frontend: Frontend,
    /// Values of `Host` that are served, besides those that [`Frontend`] implies.
    pub allowed_hosts: Vec<AllowedHost>,
    /// Values of `Origin` that are served. A request without one is always served.
    pub allowed_origins: Vec<AllowedOrigin>,
    /// Sizes, times and counts.
    pub limits: Limits,
    /// Whether everybody may use every tool where [`Frontend::LambdaWebAdapter`] and no authorizer was asked about a
    /// request: for deployments that have none. What an authorizer says counts all the same, and a context that cannot
    /// be read is refused.
    pub allow_unauthenticated: bool,
    /// Calls per caller, or no such limit.
    pub rate_limit: Option<RateLimit>,
    /// What the program's users call the settings above.
    pub names: SettingNames,
}

/// What stands between the network and this server: it decides which headers can be believed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Frontend {
    /// Nothing, or a proxy that we know nothing about: loopback names are served, no header says who is calling.
    #[default]
    Direct,
    /// The AWS Lambda Web Adapter. It overwrites `x-amzn-request-context` and `x-amzn-lambda-context`, so both
    /// can be believed: the gateway's domain name is served, the authorizer says who is calling, and a request of which
    /// it says nothing is refused.
    LambdaWebAdapter,
}

/// Bounds on what one request, and all of them together, may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest request body, in bytes. Default: 1 MiB.
    pub request_bytes: usize,
    /// Largest result, in bytes of JSON. Behind the adapter a result must also fit into Lambda's 6 MB once it is escaped.
    /// Default: 4 MiB.
    pub response_bytes: usize,
    /// Deepest nesting of arrays and objects in a request. At most 120: the JSON parser stops at 128. Default: 64.
    pub json_depth: usize,
    /// Longest time a tool may run. On Lambda the invocation's own deadline, less a margin, counts when it is earlier.
    /// Default: 25 s.
    pub tool_timeout: Duration,
    /// Longest wait for a complete request head, also on a connection that is kept alive: an idle connection is
    /// closed after it. Keep it above the 4 s for which the Web Adapter keeps an idle connection. Default: 30 s.
    pub header_timeout: Duration,
    /// Longest wait for a complete request body. Default: 10 s.
    pub body_timeout: Duration,
    /// Connections that are open at the same time, and never more than three quarters of the descriptors that the
    /// process may have. One more closes the one that was opened first, of those on which no handler is at work and for
    /// 100 ms nothing has come or been taken. Default: 1,024.
    pub connections: usize,
    /// Requests that are worked on at the same time; one more is answered with 503. Default: 512.
    pub concurrent_requests: usize,
    /// How long requests in flight may take to finish after a signal to stop. Default: 10 s.
    pub shutdown_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_bytes: 1024 * 1024,
            response_bytes: 4 * 1024 * 1024,
            json_depth: 64,
            tool_timeout: Duration::from_secs(25),
            header_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(10),
            connections: 1024,
            concurrent_requests: 512,
            shutdown_grace: Duration::from_secs(10),
        }
    }
}

/// Calls that one caller may make: a bucket of `burst`, refilled at `per_minute`.
///
/// Counted in this process alone. On Lambda each instance counts for itself, so the limit protects an instance,
/// and the total is at most this times the instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Sustained rate, requests per minute.
    pub per_minute: NonZeroU32,
    /// Requests that may come at once.
    pub burst: NonZeroU32,
}

/// What the program's users call the settings: an answer that refuses something over a bound names the setting.
/// Environment variables, keys of a file, flags. By default the names of the fields here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the name of the setting of the same name"
)]
pub struct SettingNames {
    pub allowed_hosts: &'static str,
    pub allowed_origins: &'static str,
    pub allow_unauthenticated: &'static str,
    pub request_bytes: &'static str,
    pub response_bytes: &'static str,
    pub json_depth: &'static str,
    pub tool_timeout: &'static str,
    pub body_timeout: &'static str,
}

impl Default for SettingNames {
    fn default() -> Self {
        Self {
            allowed_hosts: "allowed_hosts",
            allowed_origins: "allowed_origins",
            allow_unauthenticated: "allow_unauthenticated",
            request_bytes: "request_bytes",
            response_bytes: "response_bytes",
            json_depth: "json_depth",
            tool_timeout: "tool_timeout",
            body_timeout: "body_timeout",
        }
    }
}
