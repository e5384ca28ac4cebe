//! Pages of a list, with cursors that are opaque to clients and checked on return
//! (MCP 2026-07-28, server/utilities/pagination).

use rmcp::ErrorData;
use rmcp::model::PaginatedRequestParams;

/// Items on one page. Every list of the shipped server fits on the first.
const PAGE_SIZE: usize = 100;

/// One page of a list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page<T> {
    /// The items, in the list's order.
    pub(crate) items: Vec<T>,
    /// Where the next page starts, if there is one.
    pub(crate) next_cursor: Option<String>,
}

impl<T: Clone> Page<T> {
    /// The page of `all` that the request asks for; `list` names the list, so that a cursor of another list is refused.
    ///
    /// # Errors
    /// `-32602` when the cursor is not one that this server gives for this list.
    pub(crate) fn of(
        all: &[T],
        list: &str,
        request: Option<PaginatedRequestParams>,
    ) -> Result<Self, ErrorData> {
        Self::sized(
            all,
            list,
            request.and_then(|request| request.cursor),
            PAGE_SIZE,
        )
    }

    fn sized(
        all: &[T],
        list: &str,
        cursor: Option<String>,
        size: usize,
    ) -> Result<Self, ErrorData> {
        let start = match cursor {
            None => 0,
            Some(cursor) => parse(&cursor, list)
                .filter(|start| (1..all.len()).contains(start) && start % size == 0)
                .ok_or_else(|| {
                    ErrorData::invalid_params(
                        format!("invalid cursor: expected a `nextCursor` from `{list}/list`"),
                        None,
                    )
                })?,
        };
        let end = start.saturating_add(size);
        Ok(Self {
            items: all.iter().skip(start).take(size).cloned().collect(),
            next_cursor: (end < all.len()).then(|| render(end, list)),
        })
    }
}

fn render(start: usize, list: &str) -> String {
    format!("{list}-{start:x}")
}

/// The exact inverse of [`render`]: one text for each position, everything else refused.
fn parse(cursor: &str, list: &str) -> Option<usize> {
    let digits = cursor.strip_prefix(list)?.strip_prefix('-')?;
    let start = usize::from_str_radix(digits, 16).ok()?;
    (render(start, list) == cursor).then_some(start)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn following_the_cursors_visits_every_item_once(length in 0_usize..300, size in 1_usize..50) {
            let all: Vec<usize> = (0..length).collect();
            let (mut seen, mut cursor) = (Vec::new(), None);
            loop {
                let page = Page::sized(&all, "tools", cursor, size).unwrap();
                prop_assert!(page.items.len() <= size);
                seen.extend(page.items);
                cursor = page.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            prop_assert_eq!(seen, all);
        }

        #[test]
        fn a_cursor_that_was_not_given_is_refused(cursor in ".{0,40}") {
            let all: Vec<usize> = (0..100).collect();
            let given: Vec<String> = (1..10).map(|page| render(page * 10, "tools")).collect();
            let answer = Page::sized(&all, "tools", Some(cursor.clone()), 10);
            prop_assert_eq!(answer.is_ok(), given.contains(&cursor));
        }

        #[test]
        fn a_cursor_survives_the_round_trip(start in any::<usize>()) {
            prop_assert_eq!(parse(&render(start, "tools"), "tools"), Some(start));
        }
    }

    #[test]
    fn variants_of_a_good_cursor_are_refused() {
        let all: Vec<usize> = (0..100).collect();
        for cursor in [
            "tools-0",
            "tools-00a",
            "tools-A",
            "tools-+a",
            "prompts-a",
            "tools-b",
            "tools-64",
            "",
        ] {
            let answer = Page::sized(&all, "tools", Some(cursor.to_owned()), 10);
            assert!(answer.is_err(), "{cursor:?} was accepted");
        }
        assert!(Page::sized(&all, "tools", Some("tools-a".to_owned()), 10).is_ok());
    }
}
