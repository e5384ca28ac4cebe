//! Which era a server speaks.

use std::time::Duration;

use rmcp::model::ProtocolVersion;
use rmcp::service::{ClientLifecycleMode, ClientServiceExt};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use tokio::time::timeout;

use super::Session;
use super::activity::Activity;
use super::diagnosis::Diagnosis;
use super::handler::Handler;
use crate::cli::Protocol;
use crate::console::Console;
use crate::error::Error;
use crate::target::Target;
use crate::transport::Transport;

/// How long `server/discover` may take when there is another way to begin.
const LONGEST_PROBE: Duration = Duration::from_secs(10);

/// Connects in the era that the user named, or in the one that is found out.
pub(super) async fn start<'t>(target: &'t Target, console: &Console) -> Result<Session<'t>, Error> {
    match target.protocol {
        Protocol::Modern => modern(target, console, target.timeout).await,
        Protocol::Legacy => legacy(target, console).await,
        Protocol::Auto => either(target, console).await,
    }
}

/// Asks for the newer era first. Whatever else comes than its answer, the older one may still work, as servers and
/// what stands before them reject an unknown method in every possible way.
async fn either<'t>(target: &'t Target, console: &Console) -> Result<Session<'t>, Error> {
    let limit = LONGEST_PROBE.min(target.timeout / 2);
    let failed = match modern(target, console, limit).await {
        Ok(session) => return Ok(session),
        Err(error) if is_final(&error) => return Err(error),
        Err(error) => error,
    };
    let fallback = legacy(target, console).await;
    let reason = std::iter::once(failed.to_string()).chain(failed.causes());
    let reason = reason.collect::<Vec<_>>().join(": ");
    match &fallback {
        Ok(_) if is_expected(&failed) => {
            console.detail(&format!("no server/discover here, so the older protocol: {reason}"));
        }
        Ok(_) => console.remark(&format!(
            "server/discover failed, so the older protocol is spoken (--protocol legacy asks for it at once): {reason}"
        )),
        Err(error) if error.causes() == failed.causes() => {}
        Err(_) => console.remark(&format!("before, server/discover failed too: {reason}")),
    }
    fallback
}

/// Whether the other era cannot do better.
fn is_final(error: &Error) -> bool {
    match error {
        Error::Client(_) | Error::Interrupted | Error::RateLimited { .. } => true,
        Error::TimedOut { connecting, .. } => *connecting,
        Error::Unreachable { cause, .. } => cause.status().is_none() && !cause.is_read(),
        Error::Refused { cause, .. } => cause.status() != Some(http::StatusCode::FORBIDDEN),
        Error::NotMcp { cause, .. } => cause.location().is_some(),
        _ => false,
    }
}

/// Whether it is how a server of the older era should answer (2026-07-28, basic/transports/streamable-http).
fn is_expected(error: &Error) -> bool {
    match error {
        Error::Rejected { .. } | Error::NoSharedVersion { .. } => true,
        Error::NotMcp { cause, .. } | Error::NotAccepted { cause, .. } => cause
            .status()
            .is_some_and(|status| status.is_client_error()),
        _ => false,
    }
}

async fn modern<'t>(
    target: &'t Target,
    console: &Console,
    limit: Duration,
) -> Result<Session<'t>, Error> {
    let preferred_versions = vec![ProtocolVersion::LATEST];
    let lifecycle = ClientLifecycleMode::Discover { preferred_versions };
    begin(target, console, lifecycle, limit).await
}

async fn legacy<'t>(target: &'t Target, console: &Console) -> Result<Session<'t>, Error> {
    let session = begin(
        target,
        console,
        ClientLifecycleMode::Initialize,
        target.timeout,
    )
    .await?;
    let version = &session.server.protocol_version;
    let known = ProtocolVersion::KNOWN_VERSIONS.iter();
    let mut known = known.filter(|known| known.has_initialize());
    if known.any(|known| known == version) {
        return Ok(session);
    }
    let server = vec![version.to_string()];
    session.close().await;
    Err(Error::NoSharedVersion { server })
}

async fn begin<'t>(
    target: &'t Target,
    console: &Console,
    lifecycle: ClientLifecycleMode,
    limit: Duration,
) -> Result<Session<'t>, Error> {
    let step = "connecting";
    let transport =
        Transport::new(target, console.trace()).map_err(|error| Error::Client(error.into()))?;
    let diagnosis = Diagnosis::new(target, transport.last_exchange());
    let payloads = transport.payloads();
    let config = StreamableHttpClientTransportConfig::with_uri(target.endpoint.as_str());
    let transport = StreamableHttpClientTransport::with_client(transport, config);
    let activity = Activity::new();
    let handler = Handler {
        console: console.clone(),
        activity: activity.clone(),
    };
    let serving = handler.serve_with_lifecycle(transport, lifecycle);
    let service = match timeout(limit, serving).await {
        Ok(Ok(service)) => service,
        Ok(Err(error)) => return Err(diagnosis.of_start(step, error)),
        Err(_) => return Err(diagnosis.of_silence_within(step, limit)),
    };
    let Some(server) = service.peer_info() else {
        return Err(diagnosis.of_nothing(step));
    };
    Ok(Session {
        service,
        server,
        target,
        console: console.clone(),
        activity,
        payloads,
        diagnosis,
    })
}
