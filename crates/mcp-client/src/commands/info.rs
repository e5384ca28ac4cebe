//! `info`

use super::ask;
use crate::error::Error;
use crate::output::{Info, Printer};
use crate::target::Target;

pub(super) async fn run(target: &Target, output: &mut Printer<'_>) -> Result<(), Error> {
    let server = ask(target, async |session| Ok(session.server().clone())).await?;
    let endpoint = output.without_keys(target.endpoint.as_str());
    output.show(&Info::new(&endpoint, &server), Info::to_text)
}
