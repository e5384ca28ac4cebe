//! No command: the smoke test. It connects, lists the tools, calls some, and believes only the right answers.

mod checks;
mod transcript;

use self::checks::PROBES;
use self::transcript::Transcript;
use crate::console::Console;
use crate::error::Error;
use crate::members::Members;
use crate::output::Printer;
use crate::reply::Reply;
use crate::session::{Listing, Session};
use crate::target::Target;

pub(crate) async fn run(
    target: &Target,
    console: &Console,
    output: &mut Printer<'_>,
) -> Result<(), Error> {
    let mut transcript = Transcript::begin(output, target.endpoint.as_str())?;
    let outcome = steps(target, console, &mut transcript).await;
    transcript.end(outcome)
}

async fn steps(
    target: &Target,
    console: &Console,
    transcript: &mut Transcript<'_, '_>,
) -> Result<(), Error> {
    let session = transcript
        .connect(Session::connect(target, console))
        .await?;
    let outcome = questions(&session, transcript).await;
    session.close().await;
    outcome
}

async fn questions(
    session: &Session<'_>,
    transcript: &mut Transcript<'_, '_>,
) -> Result<(), Error> {
    transcript
        .step("listTools", tools(session), checks::tools)
        .await?;
    for probe in &PROBES {
        let answer = call(session, probe.tool, probe.arguments);
        transcript.step(probe.name, answer, probe.check).await?;
    }
    Ok(())
}

async fn tools(session: &Session<'_>) -> Result<Reply, Error> {
    let list = session.list(Listing::TOOLS).await?;
    list.cut
        .map_or(Ok(list.reply), |cut| Err(Error::ListCut(cut)))
}

async fn call(session: &Session<'_>, tool: &str, arguments: &str) -> Result<Reply, Error> {
    let arguments: Members = serde_json::from_str(arguments).unwrap_or_default();
    session.call_tool(tool, &arguments).await
}
