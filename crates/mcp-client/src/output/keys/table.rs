//! Keys in columns.

use super::KeyView;
use crate::output::text::printable;

const HEADINGS: [&str; 6] = ["ID", "STATE", "TOOLS", "CREATED", "NOT AFTER", "NOTE"];

/// One line for each key, below headings.
pub(super) fn of(keys: &[KeyView]) -> String {
    let headings = HEADINGS.map(str::to_owned);
    let rows: Vec<_> = std::iter::once(headings)
        .chain(keys.iter().map(row))
        .collect();
    let widths = widths(&rows);
    let lines: Vec<_> = rows.iter().map(|row| line(row, widths)).collect();
    printable(&lines.join("\n"))
}

fn row(key: &KeyView) -> [String; 6] {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    [
        key.id.clone(),
        key.state.to_string(),
        key.tools_text(),
        or_dash(key.created.map(|time| time.to_string())),
        or_dash(key.not_after.map(|time| time.to_string())),
        key.note.clone().unwrap_or_default(),
    ]
}

fn widths(rows: &[[String; 6]]) -> [usize; 6] {
    rows.iter().fold([0; 6], |mut widths, row| {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
        widths
    })
}

fn line(row: &[String; 6], widths: [usize; 6]) -> String {
    let cells = row.iter().zip(widths);
    let cells: Vec<_> = cells
        .map(|(cell, width)| format!("{cell:<width$}"))
        .collect();
    cells.join("  ").trim_end().to_owned()
}
