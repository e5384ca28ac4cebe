//! `ping`

use std::time::Instant;

use serde::Serialize;

use super::Asking;
use crate::error::Error;
use crate::output::Printer;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Pong {
    endpoint: String,
    /// What was asked: the newer era has no `ping`.
    method: &'static str,
    /// Milliseconds, to the microsecond, on the connection that is open already.
    duration_ms: f64,
}

pub(super) async fn run(asking: &Asking<'_>, output: &mut Printer<'_>) -> Result<(), Error> {
    let (method, duration) = asking
        .ask(async |session| {
            let begin = Instant::now();
            let method = session.ping().await?;
            Ok((method, begin.elapsed()))
        })
        .await?;
    let pong = Pong {
        endpoint: output.without_keys(asking.target.endpoint.as_str()),
        method,
        duration_ms: duration.as_micros() as f64 / 1000.0,
    };
    output.show(&pong, |pong| {
        format!(
            "{} answered {} in {:.1} ms",
            pong.endpoint, pong.method, pong.duration_ms
        )
    })
}
