//! Following the cursor of a list, with an end.

use std::collections::HashSet;

use rmcp::model::PaginatedRequestParams;

/// A server that needs more pages than this does not paginate, it runs away.
const MOST_PAGES: usize = 100;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EndlessList {
    #[error("the server's list runs in a circle: a cursor came twice")]
    Circle,
    #[error("the server's list did not end after {MOST_PAGES} pages")]
    TooLong,
}

/// Fetches every page and joins them into one result, which keeps the first page's other fields. `cursor` is where a
/// page names the next one; `append` adds the items of a page.
pub(crate) async fn whole_list<P, E: From<EndlessList>>(
    fetch: impl AsyncFn(Option<PaginatedRequestParams>) -> Result<P, E>,
    cursor: impl Fn(&mut P) -> &mut Option<String>,
    append: impl Fn(&mut P, P),
) -> Result<P, E> {
    let mut seen = HashSet::new();
    let mut whole = fetch(None).await?;
    while let Some(next) = cursor(&mut whole).take() {
        if !seen.insert(next.clone()) {
            return Err(EndlessList::Circle.into());
        }
        if seen.len() >= MOST_PAGES {
            return Err(EndlessList::TooLong.into());
        }
        let params = PaginatedRequestParams::default().with_cursor(Some(next));
        let mut page = fetch(Some(params)).await?;
        *cursor(&mut whole) = cursor(&mut page).take();
        append(&mut whole, page);
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Numbers = (Vec<usize>, Option<String>);

    /// Lists numbers, one a page, with the cursor that `next` gives after a number.
    async fn list(next: impl Fn(usize) -> Option<usize>) -> Result<Numbers, EndlessList> {
        let fetch = async |params: Option<PaginatedRequestParams>| {
            let cursor = params.and_then(|params| params.cursor);
            let number = cursor.map_or(0, |cursor| cursor.parse().unwrap());
            Ok((vec![number], next(number).map(|next| next.to_string())))
        };
        let append = |whole: &mut Numbers, page: Numbers| whole.0.extend(page.0);
        whole_list(fetch, |page: &mut Numbers| &mut page.1, append).await
    }

    #[tokio::test]
    async fn pages_are_joined_in_order_and_no_cursor_is_left() {
        let whole = list(|number| (number < 3).then_some(number + 1)).await;
        assert_eq!(whole, Ok((vec![0, 1, 2, 3], None)));
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
