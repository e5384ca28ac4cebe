//! No command: the smoke test. It connects, lists the tools, calls some, and believes only the right answers.

mod checks;
mod transcript;

use self::checks::PROBES;
use self::transcript::Transcript;
use crate::error::Error;
use crate::output::Printer;
use crate::session::Session;
use crate::target::Target;

pub(crate) async fn run(target: &Target, output: &mut Printer<'_>) -> Result<(), Error> {
    let mut transcript = Transcript::begin(output, target.endpoint.as_str())?;
    let outcome = steps(target, &mut transcript).await;
    transcript.end(outcome)
}

async fn steps(target: &Target, transcript: &mut Transcript<'_, '_>) -> Result<(), Error> {
    let session = transcript.connect(Session::connect(target)).await?;
    let outcome = questions(&session, transcript).await;
    session.close().await;
    outcome
}

async fn questions(
    session: &Session<'_>,
    transcript: &mut Transcript<'_, '_>,
) -> Result<(), Error> {
    transcript
        .step("listTools", session.tools(), checks::tools)
        .await?;
    for probe in &PROBES {
        let arguments = (probe.arguments)();
        let answer = session.call_tool(probe.tool, arguments);
        transcript.step(probe.name, answer, probe.check).await?;
    }
    Ok(())
}
