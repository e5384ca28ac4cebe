//! Pages of a list, with cursors that are opaque to clients and checked on return
//! (MCP 2026-07-28, server/utilities/pagination).

use rmcp::ErrorData;
use rmcp::model::PaginatedRequestParams;

/// Items on one page. Every list of the shipped server fits on the first.
const PAGE_SIZE: usize = 100;

/// The page of `all` that the request asks for, and the cursor of the next one, if there is one. A cursor names its
/// `list`, so that one of another list is refused.
///
/// # Errors
/// `-32602` when the cursor is not one that this server gives for this list.
pub(crate) fn page<T: Clone>(
    all: &[T],
    list: &str,
    request: Option<PaginatedRequestParams>,
) -> Result<(Vec<T>, Option<String>), ErrorData> {
    let cursor = |page: usize| format!("{list}-{page}");
    let pages = || all.chunks(PAGE_SIZE).enumerate();
    let (number, items) = match request.and_then(|request| request.cursor) {
        None => (0, all.chunks(PAGE_SIZE).next().unwrap_or_default()),
        Some(given) => pages()
            .skip(1)
            .find(|(number, _)| cursor(*number) == given)
            .ok_or_else(|| {
                let expected =
                    format!("invalid cursor: expected a `nextCursor` from `{list}/list`");
                ErrorData::invalid_params(expected, None)
            })?,
    };
    let next = number + 1;
    let more = next * PAGE_SIZE < all.len();
    Ok((items.to_vec(), more.then(|| cursor(next))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(
        all: &[usize],
        cursor: Option<String>,
    ) -> Result<(Vec<usize>, Option<String>), ErrorData> {
        let request = PaginatedRequestParams::default().with_cursor(cursor);
        page(all, "tools", Some(request))
    }

    proptest! {
        #[test]
        fn following_the_cursors_visits_every_item_once(length in 0_usize..1_000) {
            let all: Vec<usize> = (0..length).collect();
            let (mut seen, mut next) = at(&all, None).unwrap();
            while let Some(cursor) = next {
                let (items, after) = at(&all, Some(cursor)).unwrap();
                prop_assert!(!items.is_empty() && items.len() <= PAGE_SIZE);
                seen.extend(items);
                next = after;
            }
            prop_assert_eq!(seen, all);
        }

        #[test]
        fn a_cursor_that_was_not_given_is_refused(cursor in "(tools-)?.{0,20}") {
            let all: Vec<usize> = (0..500).collect();
            let given = ["tools-1", "tools-2", "tools-3", "tools-4"].contains(&cursor.as_str());
            prop_assert_eq!(at(&all, Some(cursor)).is_ok(), given);
        }
    }
}
