//! Whether the path is that of an MCP endpoint, and which may be.

use http::StatusCode;

use super::Case;
use super::exchange::{Exchange, is_http_sse, knock};
use super::http::at;
use super::record::{Record, Step, Stop, Trouble};
use crate::endpoint::EndpointUrl;
use crate::error::hint::endpoint_option;
use crate::http::HttpFailure;

pub(super) async fn examine(
    case: &Case,
    seen: &Exchange,
    record: &mut Record<'_, '_>,
) -> Result<(), Stop> {
    let path = case.target.endpoint.path();
    let (Some(error), true) = (&seen.error, is_about_route(seen)) else {
        return record.ok(Step::Route, path);
    };
    let mut trouble = Trouble::of(error);
    trouble.detail = format!("nothing that speaks MCP at {path}");
    if is_http_sse(case).await {
        trouble.detail = format!("{path} speaks HTTP+SSE, the transport of 2024 alone");
        trouble.fix = "let the server speak Streamable HTTP: this client, and newer ones, do not speak HTTP+SSE".to_owned();
    }
    if let Some(there) = elsewhere(case).await {
        trouble.fix = format!(
            "something answers at another path: use {}",
            endpoint_option(&there)
        );
    }
    record.failed(Step::Route, &trouble)
}

fn is_about_route(seen: &Exchange) -> bool {
    match seen.failure.as_deref() {
        Some(HttpFailure::ContentType { .. }) => true,
        Some(failure) => matches!(
            failure.status().map_or(0, |status| status.as_u16()),
            404 | 405 | 410 | 421
        ),
        None => false,
    }
}

/// Another path of the same server that speaks MCP, or wants to know who asks.
async fn elsewhere(case: &Case) -> Option<EndpointUrl> {
    let endpoint = &case.target.endpoint;
    let path = endpoint.path().trim_end_matches('/');
    let other_slash = match endpoint.path().ends_with('/') {
        true => path.to_owned(),
        false => format!("{path}/"),
    };
    let without_sse = endpoint.without_sse().map(|url| url.path().to_owned());
    let candidates = [
        without_sse,
        Some(other_slash),
        Some(format!("{path}/mcp")),
        Some("/mcp".to_owned()),
    ];
    let mut tried = vec![endpoint.path().to_owned()];
    for candidate in candidates.into_iter().flatten() {
        if tried.contains(&candidate) {
            continue;
        }
        let there = endpoint.with_path(&candidate);
        let seen = knock(case, &at(case, there.clone())).await;
        let refused = matches!(
            seen.status,
            Some(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
        );
        if seen.speaks() || refused {
            return Some(there);
        }
        tried.push(candidate);
    }
    None
}
