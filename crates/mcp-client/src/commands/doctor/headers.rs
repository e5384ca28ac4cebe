//! What a server makes of headers that clients send differently.

use http::{HeaderName, HeaderValue, StatusCode, header};

use super::Case;
use super::exchange::open;
use super::http::Knocks;
use super::record::{Record, Step, Stop, Trouble};

pub(super) async fn examine(
    case: &Case,
    knocks: &Knocks,
    record: &mut Record<'_, '_>,
) -> Result<(), Stop> {
    let opening = knocks.known.opening;
    let with = |name: HeaderName, value: &'static str| [(name, HeaderValue::from_static(value))];
    let origin = with(header::ORIGIN, "https://doctor.invalid");
    let origin = open(case, &case.target, opening, &origin).await;
    match (origin.speaks(), case.target.endpoint.is_loopback()) {
        (false, _) => record.ok(Step::Origin, "web pages of other origins are refused")?,
        (true, false) => record.ok(Step::Origin, "web pages of any origin are served")?,
        (true, true) => record.warning(
            Step::Origin,
            &Trouble::of_protocol(
                "web pages of any origin are served",
                "it answered to `Origin: https://doctor.invalid`: any web page open on this machine can call it",
                "let the server check `Origin`, as the specification demands (2025-11-25, basic/transports)",
            ),
        )?,
    }
    let anything = open(case, &case.target, opening, &with(header::ACCEPT, "*/*")).await;
    match (anything.speaks(), anything.status) {
        (true, _) => record.ok(Step::Accept, "`*/*` will do"),
        (false, Some(StatusCode::NOT_ACCEPTABLE)) => record.ok(
            Step::Accept,
            "both types must be named, as the specification has it",
        ),
        (false, _) => record.ok(Step::Accept, "`*/*` gets no answer, both types do"),
    }
}
