//! `resources …`

use rmcp::model::{ClientRequest, ReadResourceRequest, ReadResourceRequestParams};

use super::{Asking, show_list};
use crate::cli::{ResourceRead, ResourcesCommand};
use crate::error::Error;
use crate::output::{Printer, save, text};
use crate::reply::Reply;
use crate::session::Listing;

pub(super) async fn run(
    asking: &Asking<'_>,
    command: &ResourcesCommand,
    output: &mut Printer<'_>,
) -> Result<(), Error> {
    match command {
        ResourcesCommand::List => list(asking, Listing::RESOURCES, text::resources, output).await,
        ResourcesCommand::Templates => {
            list(asking, Listing::TEMPLATES, text::templates, output).await
        }
        ResourcesCommand::Read(read) => self::read(asking, read, output).await,
    }
}

async fn list(
    asking: &Asking<'_>,
    listing: Listing,
    text: fn(&[Reply]) -> String,
    output: &mut Printer<'_>,
) -> Result<(), Error> {
    let list = asking
        .ask(async |session| session.list(listing).await)
        .await?;
    show_list(&list, text, output)
}

async fn read(
    asking: &Asking<'_>,
    read: &ResourceRead,
    output: &mut Printer<'_>,
) -> Result<(), Error> {
    let step = format!("reading `{}`", read.uri);
    let params = ReadResourceRequestParams::new(read.uri.clone());
    let contents = asking.ask(async |session| {
        session
            .answered(&step, &|responses, state| {
                let mut params = params.clone();
                params.input_responses = responses;
                params.request_state = state;
                ClientRequest::ReadResourceRequest(ReadResourceRequest::new(params))
            })
            .await
    });
    let contents = contents.await?;
    output.show(&contents, text::contents)?;
    match &read.save {
        Some(folder) => save::contents(&contents, "contents", folder, asking.console),
        None => Ok(()),
    }
}
