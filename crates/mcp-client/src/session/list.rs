//! Lists, page by page, with an end.

use std::collections::HashSet;

use rmcp::model::{
    ClientRequest, ErrorCode, Extensions, JsonObject, PaginatedRequestParams, RequestOptionalParam,
    ServerResult,
};
use serde_json::value::{RawValue, to_raw_value};

use super::Session;
use crate::error::Error;
use crate::members::Members;
use crate::reply::Reply;

/// A server that needs more pages than this does not paginate, it runs away.
const MOST_PAGES: usize = 1000;

/// What can be listed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listing {
    pub(crate) method: &'static str,
    /// The member of the result that has the items.
    pub(crate) items: &'static str,
    /// The capability that says that there is such a list.
    capability: &'static str,
    request: fn(Option<PaginatedRequestParams>) -> ClientRequest,
}

impl Listing {
    pub(crate) const TOOLS: Self = Self {
        method: "tools/list",
        items: "tools",
        capability: "tools",
        request: |page| ClientRequest::ListToolsRequest(of_page(page)),
    };
    pub(crate) const PROMPTS: Self = Self {
        method: "prompts/list",
        items: "prompts",
        capability: "prompts",
        request: |page| ClientRequest::ListPromptsRequest(of_page(page)),
    };
    pub(crate) const RESOURCES: Self = Self {
        method: "resources/list",
        items: "resources",
        capability: "resources",
        request: |page| ClientRequest::ListResourcesRequest(of_page(page)),
    };
    pub(crate) const TEMPLATES: Self = Self {
        method: "resources/templates/list",
        items: "resourceTemplates",
        capability: "resources",
        request: |page| ClientRequest::ListResourceTemplatesRequest(of_page(page)),
    };
}

fn of_page<M: Default>(
    page: Option<PaginatedRequestParams>,
) -> RequestOptionalParam<M, PaginatedRequestParams> {
    RequestOptionalParam {
        method: M::default(),
        params: page,
        extensions: Extensions::default(),
    }
}

/// A list as far as it could be had.
#[derive(Debug)]
pub(crate) struct List {
    /// The first page with the items of all, and where it goes on if that was not read.
    pub(crate) reply: Reply,
    pub(crate) items: Vec<Reply>,
    /// Why it was not read to its end.
    pub(crate) cut: Option<Cut>,
    /// Tools that must not be called, as their `x-mcp-header` annotations break the rules (2026-07-28, SEP-2243).
    pub(crate) unusable: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Cut {
    #[error("the server's list runs in a circle: a cursor came twice")]
    Circle,
    #[error("the server's list did not end after {MOST_PAGES} pages")]
    TooLong,
    #[error("the server's list is larger than {} MiB", limit >> 20)]
    TooLarge {
        /// In bytes.
        limit: usize,
    },
}

/// Fetches every page and joins them. A server that neither declares such lists nor knows the method has none.
pub(super) async fn whole(session: &Session<'_>, listing: Listing) -> Result<List, Error> {
    let fetch = async |cursor: Option<String>| {
        let page = cursor.map(|cursor| PaginatedRequestParams::default().with_cursor(Some(cursor)));
        let (reply, seen) = session
            .exchange(listing.method, (listing.request)(page))
            .await?;
        Page::read(&reply, &seen, listing).map_err(|cause| Error::Broken {
            step: listing.method.to_owned(),
            cause: cause.into(),
        })
    };
    let capabilities = serde_json::to_value(&session.server().capabilities).unwrap_or_default();
    let declared = capabilities.get(listing.capability).is_some();
    match pages(listing, fetch, session.target.largest_answer).await {
        Err(Error::Rejected { code, .. }) if !declared && code == ErrorCode::METHOD_NOT_FOUND.0 => {
            let text = format!("the server does not offer {}", listing.capability);
            session.console.remark(&text);
            Ok(joined(Page::default(), listing, None))
        }
        other => other,
    }
}

#[derive(Default)]
struct Page {
    members: Members,
    items: Vec<Reply>,
    next: Option<String>,
    unusable: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
#[error("the result has no array `{0}`")]
struct NoList(&'static str);

impl Page {
    /// Reads a result, of which rmcp has `seen` what it passes on: no tool that must not be called.
    fn read(reply: &Reply, seen: &ServerResult, listing: Listing) -> Result<Self, NoList> {
        let items = reply
            .member(listing.items)
            .and_then(|items| items.elements());
        let items = items.ok_or(NoList(listing.items))?;
        let members = serde_json::from_str(reply.json()).unwrap_or_default();
        let unusable = match seen {
            ServerResult::ListToolsResult(usable) => {
                let names = items
                    .iter()
                    .filter(|tool| tool.get::<JsonObject>("inputSchema").is_some());
                let names = names.filter_map(|tool| tool.get::<String>("name"));
                names
                    .filter(|name| !usable.tools.iter().any(|tool| tool.name == *name))
                    .collect()
            }
            _ => Vec::new(),
        };
        Ok(Self {
            members,
            items,
            next: reply.get("nextCursor"),
            unusable,
        })
    }
}

/// Joins pages into the first one, until there are no more, or too many.
async fn pages(
    listing: Listing,
    fetch: impl AsyncFn(Option<String>) -> Result<Page, Error>,
    limit: usize,
) -> Result<List, Error> {
    let mut seen = HashSet::new();
    let mut whole = fetch(None).await?;
    let mut size = size_of(&whole.items);
    while let Some(cursor) = whole.next.take() {
        let cut = match seen.insert(cursor.clone()) {
            false => Some(Cut::Circle),
            true if seen.len() >= MOST_PAGES => Some(Cut::TooLong),
            true if size > limit => Some(Cut::TooLarge { limit }),
            true => None,
        };
        if cut.is_some() {
            whole.next = Some(cursor);
            return Ok(joined(whole, listing, cut));
        }
        // The cursors are kept too.
        size += cursor.len();
        let page = fetch(Some(cursor)).await?;
        size += size_of(&page.items);
        whole.items.extend(page.items);
        whole.unusable.extend(page.unusable);
        whole.next = page.next;
    }
    Ok(joined(whole, listing, None))
}

fn size_of(items: &[Reply]) -> usize {
    items.iter().map(|item| item.json().len()).sum()
}

fn joined(whole: Page, listing: Listing, cut: Option<Cut>) -> List {
    let Page {
        members: mut first,
        items,
        next,
        unusable,
    } = whole;
    first.remove("nextCursor");
    if let Ok(items) = to_raw_value(&items) {
        first.set(listing.items, items);
    }
    if let Some(next) = next.and_then(|next| to_raw_value(&next).ok()) {
        first.set("nextCursor", next);
    }
    let reply = to_raw_value(&first).unwrap_or_else(|_| RawValue::NULL.to_owned());
    List {
        reply: Reply::new(reply),
        items,
        cut,
        unusable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lists numbers, one a page, with the cursor that `next` gives after a number.
    async fn list(next: impl Fn(usize) -> Option<usize>) -> List {
        let fetch = async |cursor: Option<String>| {
            let number = cursor.map_or(0, |cursor| cursor.parse().unwrap());
            let mut page = serde_json::json!({"x": number, "tools": [number]});
            if let Some(next) = next(number) {
                page["nextCursor"] = next.to_string().into();
            }
            let reply = Reply::new(to_raw_value(&page).unwrap());
            Ok(Page::read(&reply, &ServerResult::empty(()), Listing::TOOLS).unwrap())
        };
        pages(Listing::TOOLS, fetch, usize::MAX).await.unwrap()
    }

    #[tokio::test]
    async fn pages_are_joined_in_order_and_no_cursor_is_left() {
        let list = list(|number| (number < 3).then_some(number + 1)).await;
        assert_eq!(
            list.reply.value(),
            serde_json::json!({"x": 0, "tools": [0, 1, 2, 3]})
        );
        assert_eq!((list.items.len(), list.cut), (4, None));
    }

    #[tokio::test]
    async fn of_a_circle_what_was_read_is_kept() {
        let list = list(|number| Some((number + 1) % 3)).await;
        assert_eq!(list.cut, Some(Cut::Circle));
        assert_eq!(list.reply.value()["nextCursor"], "1");
        assert_eq!(list.items.len(), 4);
    }

    #[tokio::test]
    async fn a_list_without_end_is_cut() {
        let list = list(|number| Some(number + 1)).await;
        assert_eq!(
            (list.items.len(), list.cut),
            (MOST_PAGES, Some(Cut::TooLong))
        );
    }

    #[test]
    fn what_is_no_list_is_told() {
        let reply = Reply::new(RawValue::from_string(r#"{"tools":7}"#.to_owned()).unwrap());
        let error = Page::read(&reply, &ServerResult::empty(()), Listing::TOOLS)
            .err()
            .unwrap();
        assert_eq!(error.to_string(), "the result has no array `tools`");
    }
}
