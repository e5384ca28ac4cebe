//! Who may ask: the key, the host; and whether what answers then is MCP.

use api_keys::KEY_HEADER;
use http::{HeaderValue, StatusCode, header};

use super::Case;
use super::exchange::{Exchange, knock, open};
use super::http::Knocks;
use super::record::{Record, Step, Stop, Trouble};
use crate::credential::Credential;
use crate::error::hint::is_about_host;
use crate::http::{HttpFailure, Speaker};
use crate::target::Target;

pub(super) async fn examine(
    case: &Case,
    knocks: &Knocks,
    record: &mut Record<'_, '_>,
) -> Result<(), Stop> {
    key(case, knocks, record).await?;
    host(case, &knocks.known, record).await?;
    answer(&knocks.known, record)
}

async fn key(case: &Case, knocks: &Knocks, record: &mut Record<'_, '_>) -> Result<(), Stop> {
    let Knocks { anonymous, known } = knocks;
    let sources: Vec<_> = case
        .target
        .credentials
        .iter()
        .map(Credential::source)
        .collect();
    let sources = sources.join(", ");
    if is_host(known) {
        return record.skipped(Step::Key, "the host is refused before it counts");
    }
    if let (Some(error), true) = (&known.error, is_refused(known)) {
        let mut trouble = Trouble::of(error);
        trouble.detail = match (known.status, sources.is_empty()) {
            (Some(StatusCode::UNAUTHORIZED), true) => wanted(known).to_owned(),
            (_, true) => "refused without a key".to_owned(),
            (_, false) => format!("what {sources} holds is not accepted"),
        };
        return record.failed(Step::Key, &trouble);
    }
    if is_gateway_failure(known) && is_refused(anonymous) && made_up_key_fails_too(case).await {
        return authorizer_failed(known, record);
    }
    // Whatever is let through to the function had an authorizer's blessing.
    let let_through = is_gateway_failure(known) && is_refused(anonymous);
    if !known.speaks() && !let_through {
        return record.skipped(Step::Key, "not judged: no MCP answers");
    }
    match (sources.is_empty(), is_refused(anonymous)) {
        (true, _) => record.ok(Step::Key, "none sent, none wanted"),
        (false, true) => record.ok(
            Step::Key,
            &format!("what {sources} holds is wanted, and accepted"),
        ),
        (false, false) if case.target.endpoint.is_loopback() => record.ok(
            Step::Key,
            &format!("what {sources} holds is sent, but not wanted"),
        ),
        (false, false) => record.warning(
            Step::Key,
            &Trouble::of_protocol(
                "the server answers without a key, too",
                "a request without credentials got the same answer",
                "if that is not meant, put an authorizer before the server",
            ),
        ),
    }
}

/// What a server asks for with its 401.
fn wanted(seen: &Exchange) -> &'static str {
    let challenges = seen
        .failure
        .as_deref()
        .map_or(&[][..], HttpFailure::challenges);
    let bearer = challenges.iter().find(|challenge| challenge.is_bearer());
    match bearer.map(|bearer| bearer.resource_metadata().is_some()) {
        Some(true) => "the server wants an OAuth token",
        Some(false) => "the server wants a bearer token",
        None => "the server wants a key",
    }
}

fn is_refused(seen: &Exchange) -> bool {
    matches!(
        seen.status,
        Some(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
    ) && !seen.speaks()
}

fn is_host(seen: &Exchange) -> bool {
    seen.status == Some(StatusCode::FORBIDDEN) && seen.failure.as_deref().is_some_and(is_about_host)
}

fn is_gateway_failure(seen: &Exchange) -> bool {
    seen.failure.as_deref().is_some_and(|failure| {
        failure.speaker() == Speaker::ApiGateway
            && failure.status() == Some(StatusCode::INTERNAL_SERVER_ERROR)
    })
}

/// The gateway answers alike whether its authorizer fails or the function. A key that nobody has gets no further than
/// the authorizer: if that works, the answer is a refusal.
async fn made_up_key_fails_too(case: &Case) -> bool {
    let Some(credential) = made_up_key() else {
        return false;
    };
    let target = Target {
        credentials: vec![credential],
        ..case.anonymous.clone()
    };
    knock(case, &target).await.status == Some(StatusCode::INTERNAL_SERVER_ERROR)
}

fn made_up_key() -> Option<Credential> {
    let id = "doctor".parse().ok()?;
    let key = api_keys::generate(&id, jiff::Timestamp::UNIX_EPOCH)
        .ok()?
        .key;
    Credential::given(KEY_HEADER, key.expose(), "a made-up key").ok()?
}

fn authorizer_failed(seen: &Exchange, record: &mut Record<'_, '_>) -> Result<(), Stop> {
    let Some(error) = &seen.error else {
        return Ok(());
    };
    let mut trouble = Trouble::of(error);
    trouble.detail = "the gateway's authorizer fails".to_owned();
    trouble.cause =
        "a key that nobody has gets 500 as well, so the function was never asked".to_owned();
    trouble.fix = "look at the authorizer's logs: it cannot read the keys, is not allowed to be called, or is too slow"
        .to_owned();
    record.failed(Step::Key, &trouble)
}

async fn host(case: &Case, known: &Exchange, record: &mut Record<'_, '_>) -> Result<(), Stop> {
    let endpoint = &case.target.endpoint;
    let host = endpoint.host();
    if let (Some(error), true) = (&known.error, is_host(known)) {
        let mut trouble = Trouble::of(error);
        trouble.detail = format!("the server does not serve the host {host}");
        return record.failed(Step::Host, &trouble);
    }
    if !known.speaks() {
        return record.skipped(Step::Host, "not judged: no MCP answers");
    }
    if !endpoint.is_loopback() {
        return record.ok(Step::Host, &format!("{host} is served"));
    }
    let other = [(header::HOST, HeaderValue::from_static("doctor.invalid"))];
    match open(case, &case.target, known.opening, &other).await.speaks() {
        false => record.ok(Step::Host, &format!("{host} is served, and other names are not")),
        true => record.warning(
            Step::Host,
            &Trouble::of_protocol(
                "the server serves any host name",
                "it answered to `Host: doctor.invalid`: a web page can make a browser of this machine call it (DNS rebinding)",
                "let the server check `Host`",
            ),
        ),
    }
}

fn answer(known: &Exchange, record: &mut Record<'_, '_>) -> Result<(), Stop> {
    match &known.error {
        None => record.ok(Step::Answer, "JSON-RPC"),
        Some(error) => {
            let mut trouble = Trouble::of(error);
            if is_gateway_failure(known) {
                trouble.detail = "the function behind the gateway fails".to_owned();
                trouble.fix = "look at the function's logs: it crashed, did not start, or ran out of time or memory; \
                               --verbose shows the request's id"
                    .to_owned();
            }
            record.failed(Step::Answer, &trouble)
        }
    }
}
