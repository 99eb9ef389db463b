//! Rows of cells laid out in columns, or one below the other where they would not fit. Knows no JSON.

use super::columns::Rows;
use super::text::{columns, cut, left, right};

/// Columns between two columns, and before the first.
const GAP: usize = 2;
/// What a column is narrowed to at most; where that is not enough, rows become lines.
const COLUMN_MIN: usize = 12;

/// Names and values, the values below each other.
pub fn lines(lines: &[(String, String)], before: &str) -> String {
    let widest = lines.iter().map(|(name, _)| columns(name)).max().unwrap_or(0);
    let line = |(name, value): &(String, String)| {
        format!("{}\n", format!("{before}{}  {value}", left(name, widest)).trim_end())
    };
    lines.iter().map(line).collect()
}

/// A table; with a width, one that fits it.
pub fn table(rows: &Rows, width: Option<usize>) -> String {
    let Some(widths) = widths(rows, width) else { return one_below_the_other(rows) };
    let gap = " ".repeat(GAP);
    let line = |cells: &Vec<String>| {
        let cells = cells.iter().zip(&widths).zip(&rows.numbers).map(|((cell, width), number)| {
            let cell = cut(cell, *width);
            if *number { right(&cell, *width) } else { left(&cell, *width) }
        });
        format!("{}\n", format!("{gap}{}", cells.collect::<Vec<_>>().join(&gap)).trim_end())
    };
    if rows.headers.is_empty() {
        return String::new();
    }
    std::iter::once(&rows.headers).chain(&rows.cells).map(line).collect()
}

/// How wide each column becomes; nothing if they cannot be made to fit.
fn widths(rows: &Rows, most: Option<usize>) -> Option<Vec<usize>> {
    let mut widths: Vec<usize> = rows.headers.iter().map(|name| columns(name)).collect();
    for row in &rows.cells {
        widths.iter_mut().zip(row).for_each(|(width, cell)| *width = (*width).max(columns(cell)));
    }
    let Some(most) = most else { return Some(widths) };
    let room = most.checked_sub(GAP * widths.len());
    let least: usize = widths.iter().map(|width| (*width).min(COLUMN_MIN)).sum();
    let room = room.filter(|room| least <= *room)?;
    // The widest give first.
    let (mut low, mut high) = (COLUMN_MIN, widths.iter().copied().max().unwrap_or(0).max(COLUMN_MIN));
    while low < high {
        let middle = (low + high).div_ceil(2);
        let taken: usize = widths.iter().map(|width| (*width).min(middle)).sum();
        if taken <= room { low = middle } else { high = middle - 1 }
    }
    Some(widths.into_iter().map(|width| width.min(low)).collect())
}

/// Each row as lines; what is empty is left out.
fn one_below_the_other(rows: &Rows) -> String {
    let one = |cells: &Vec<String>| {
        let pairs = rows.headers.iter().cloned().zip(cells.iter().cloned());
        lines(&pairs.filter(|(_, cell)| !cell.is_empty()).collect::<Vec<_>>(), "  ")
    };
    rows.cells.iter().map(one).collect::<Vec<_>>().join("\n")
}
