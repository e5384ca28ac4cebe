//! Following the cursor of a list, with an end.

use std::collections::HashSet;

use rmcp::model::{ListPromptsResult, ListToolsResult, PaginatedRequestParams};

/// A server that needs more pages than this does not paginate, it runs away.
const MOST_PAGES: usize = 100;

/// Why a list has no end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EndlessList {
    /// A cursor came a second time.
    #[error("the server's list runs in a circle: a cursor came twice")]
    Circle,
    /// More than [`MOST_PAGES`] pages.
    #[error("the server's list did not end after {MOST_PAGES} pages")]
    TooLong,
}

/// A list that comes in pages.
pub(crate) trait Paged {
    /// Takes the cursor of the next page, so that the whole list carries none.
    fn take_cursor(&mut self) -> Option<String>;
    /// Adds the items of the next page.
    fn append(&mut self, next: Self);
}

impl Paged for ListToolsResult {
    fn take_cursor(&mut self) -> Option<String> {
        self.next_cursor.take()
    }

    fn append(&mut self, next: Self) {
        self.tools.extend(next.tools);
    }
}

impl Paged for ListPromptsResult {
    fn take_cursor(&mut self) -> Option<String> {
        self.next_cursor.take()
    }

    fn append(&mut self, next: Self) {
        self.prompts.extend(next.prompts);
    }
}

/// Fetches every page and joins them into one result, which keeps the first page's other fields.
pub(crate) async fn whole_list<P, E>(
    fetch: impl AsyncFn(Option<PaginatedRequestParams>) -> Result<P, E>,
) -> Result<P, E>
where
    P: Paged,
    E: From<EndlessList>,
{
    let mut seen = HashSet::new();
    let mut whole = fetch(None).await?;
    let mut cursor = whole.take_cursor();
    while let Some(next) = cursor {
        if !seen.insert(next.clone()) {
            return Err(EndlessList::Circle.into());
        }
        if seen.len() >= MOST_PAGES {
            return Err(EndlessList::TooLong.into());
        }
        let params = PaginatedRequestParams::default().with_cursor(Some(next));
        let mut page = fetch(Some(params)).await?;
        cursor = page.take_cursor();
        whole.append(page);
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Numbers(Vec<usize>, Option<String>);

    impl Paged for Numbers {
        fn take_cursor(&mut self) -> Option<String> {
            self.1.take()
        }

        fn append(&mut self, next: Self) {
            self.0.extend(next.0);
        }
    }

    /// Lists numbers, one a page, with the cursor that `next` gives after a number.
    async fn list(next: impl Fn(usize) -> Option<usize>) -> Result<Numbers, EndlessList> {
        whole_list(async |params: Option<PaginatedRequestParams>| {
            let cursor = params.and_then(|params| params.cursor);
            let number = cursor.map_or(0, |cursor| cursor.parse().unwrap());
            Ok(Numbers(
                vec![number],
                next(number).map(|next| next.to_string()),
            ))
        })
        .await
    }

    #[tokio::test]
    async fn pages_are_joined_in_order_and_no_cursor_is_left() {
        let whole = list(|number| (number < 3).then_some(number + 1)).await;
        assert_eq!(whole, Ok(Numbers(vec![0, 1, 2, 3], None)));
    }

    #[tokio::test]
    async fn a_circle_is_found() {
        let circle = list(|number| Some((number + 1) % 3)).await;
        assert_eq!(circle, Err(EndlessList::Circle));
    }

    #[tokio::test]
    async fn a_list_without_end_is_given_up() {
        let endless = list(|number| Some(number + 1)).await;
        assert_eq!(endless, Err(EndlessList::TooLong));
    }
}
