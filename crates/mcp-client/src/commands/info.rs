//! `info`

use super::ask;
use crate::error::Error;
use crate::output::{Info, Printer};
use crate::target::Target;

pub(super) async fn run(target: &Target, output: &mut Printer<'_>) -> Result<(), Error> {
    let server = ask(target, async |session| Ok(session.server().clone())).await?;
    output.show(&Info::new(target.endpoint.as_str(), &server), Info::to_text)
}
