//! MCP: eras, introduction, lists.

use super::Case;
use super::http::Knocks;
use super::record::{Record, Step, Stop, Trouble};
use super::{calls, schemas};
use crate::cli::Protocol;
use crate::error::Error;
use crate::reply::Reply;
use crate::session::{Listing, Session};

/// The lists, each with its name here and the capability that says that it is there.
const LISTINGS: [(Listing, &str, &str); 4] = [
    (Listing::TOOLS, "tools", "tools"),
    (Listing::PROMPTS, "prompts", "prompts"),
    (Listing::RESOURCES, "resources", "resources"),
    (Listing::TEMPLATES, "templates", "resources"),
];

/// Connects in both eras, and keeps the one that the user asked for, or the newer one.
pub(super) async fn examine<'c>(
    case: &'c Case,
    record: &mut Record<'_, '_>,
) -> Result<Session<'c>, Stop> {
    let modern = Session::connect(&case.modern, &case.console).await;
    let legacy = Session::connect(&case.legacy, &case.console).await;
    let prefers_legacy = case.target.protocol == Protocol::Legacy;
    match (modern, legacy) {
        (Ok(modern), Ok(legacy)) => {
            let versions = format!("{} and {}", version(&modern), version(&legacy));
            record.ok(Step::Era, &versions)?;
            let (kept, other) = if prefers_legacy {
                (legacy, modern)
            } else {
                (modern, legacy)
            };
            other.close().await;
            Ok(kept)
        }
        (Ok(modern), Err(error)) => {
            let mut trouble = Trouble::of(&error);
            trouble.detail = format!("{} only", version(&modern));
            trouble.fix = "many clients still begin with `initialize`, and cannot connect: let the server answer both".to_owned();
            record.warning(Step::Era, &trouble)?;
            Ok(modern)
        }
        (Err(error), Ok(legacy)) => {
            only_legacy(&error, &version(&legacy), record)?;
            Ok(legacy)
        }
        (Err(modern), Err(legacy)) => {
            let asked_for_modern = case.target.protocol == Protocol::Modern;
            if let (Error::Rejected { .. }, Error::Rejected { .. }) = (&modern, &legacy) {
                return record.failed(Step::Era, &neither(&modern, &legacy));
            }
            record.error(Step::Era, if asked_for_modern { modern } else { legacy })
        }
    }
}

fn neither(modern: &Error, legacy: &Error) -> Trouble {
    Trouble::of_protocol(
        "it begins a conversation in neither era",
        &format!("server/discover: {modern}; initialize: {legacy}"),
        "look at the server's logs for why it refuses to begin",
    )
}

fn version(session: &Session<'_>) -> String {
    session.server().protocol_version.to_string()
}

/// That a server does not know the newer era is fine, if it says so.
fn only_legacy(error: &Error, version: &str, record: &mut Record<'_, '_>) -> Result<(), Stop> {
    let detail = format!("{version} only");
    if !matches!(
        error,
        Error::TimedOut { .. } | Error::Unreachable { .. } | Error::Broken { .. }
    ) {
        return record.ok(Step::Era, &detail);
    }
    let mut trouble = Trouble::of(error);
    trouble.detail = detail;
    trouble.fix = "newer clients ask `server/discover` first, which should be an error at once; `--protocol legacy` does not ask".to_owned();
    record.warning(Step::Era, &trouble)
}

/// What is asked in a session.
pub(super) async fn ask(
    case: &Case,
    session: &Session<'_>,
    knocks: &Knocks,
    record: &mut Record<'_, '_>,
) -> Result<(), Stop> {
    introduction(session, record)?;
    let tools = lists(session, record).await?;
    schemas::examine(&tools, record)?;
    calls::examine(case, session, &tools, knocks, record).await
}

fn introduction(session: &Session<'_>, record: &mut Record<'_, '_>) -> Result<(), Stop> {
    let server = session.server();
    let name = server.server_info.as_ref();
    let name = name.map(|server| format!("{} {}", server.name, server.version));
    let capabilities = serde_json::to_value(&server.capabilities).unwrap_or_default();
    let names: Vec<_> = capabilities
        .as_object()
        .into_iter()
        .flat_map(|all| all.keys())
        .collect();
    let names: Vec<_> = names.into_iter().map(String::as_str).collect();
    let offers = match names.is_empty() {
        true => "offers nothing".to_owned(),
        false => format!("offers {}", names.join(", ")),
    };
    let name = name.unwrap_or_else(|| "it has no name".to_owned());
    record.ok(Step::Server, &format!("{name}, {offers}"))
}

/// Reads every list, and returns the tools.
async fn lists(session: &Session<'_>, record: &mut Record<'_, '_>) -> Result<Vec<Reply>, Stop> {
    let (mut tools, mut counts) = (Vec::new(), Vec::new());
    let mut cut: Option<String> = None;
    let capabilities = serde_json::to_value(&session.server().capabilities).unwrap_or_default();
    for (listing, name, capability) in LISTINGS {
        let list = match session.list(listing).await {
            Ok(list) => list,
            Err(Error::Interrupted) => return Err(Error::Interrupted.into()),
            // Nobody said that it is there.
            Err(_) if capabilities.get(capability).is_none() => continue,
            Err(error) => return record.error(Step::Lists, error),
        };
        counts.push(format!("{name} {}", list.items.len()));
        cut = cut.or(list.cut.map(|cut| format!("{name}: {cut}")));
        if name == "tools" {
            tools = list.items;
        }
    }
    let counts = match counts.is_empty() {
        true => "none offered".to_owned(),
        false => counts.join(", "),
    };
    match cut {
        None => record.ok(Step::Lists, &counts)?,
        Some(cut) => record.warning(
            Step::Lists,
            &Trouble::of_protocol(
                &counts,
                &cut,
                "tell who runs the server: clients see a part of the list, or wait for good",
            ),
        )?,
    }
    Ok(tools)
}
