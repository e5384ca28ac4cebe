//! `info`

use super::Asking;
use crate::error::Error;
use crate::output::{Info, Printer};

pub(super) async fn run(asking: &Asking<'_>, output: &mut Printer<'_>) -> Result<(), Error> {
    let (server, introduction) = asking
        .ask(async |session| Ok((session.server().clone(), session.introduction())))
        .await?;
    let endpoint = output.without_keys(asking.target.endpoint.as_str());
    output.show(
        &Info::new(&endpoint, &server, introduction.as_ref()),
        Info::to_text,
    )
}
