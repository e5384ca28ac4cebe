//! `info`

use super::Asking;
use crate::error::Error;
use crate::output::{Info, Printer};

pub(super) async fn run(asking: &Asking<'_>, output: &mut Printer<'_>) -> Result<(), Error> {
    let server = asking
        .ask(async |session| Ok(session.server().clone()))
        .await?;
    let endpoint = output.without_keys(asking.target.endpoint.as_str());
    output.show(&Info::new(&endpoint, &server), Info::to_text)
}
