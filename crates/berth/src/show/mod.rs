//! Any answer as text for people: what is single as lines, each list as a table. Knows no operation; where its lists and
//! objects are to be found is the dialect's, the same for all.
//!
//! `json` reads answers, `columns` makes rows of a list, `grid` lays rows out, `text` knows how wide they get.

mod columns;
mod grid;
mod json;
mod text;

pub use grid::lines;
pub use json::Json;
pub use text::{columns, shown, terminal_width};

use columns::Rows;

/// An answer for people. With a width, tables are made to fit it.
pub fn show(answer: &Json<'_>, width: Option<usize>) -> String {
    let Json::Object(fields) = answer else { return format!("{}\n", answer.pretty()) };
    let (mut lines, mut lists) = (Vec::new(), Vec::new());
    fields.iter().for_each(|(name, value)| part(shown(name), value, &mut lines, &mut lists));
    let mut out = grid::lines(&lines, "");
    for (title, item, items) in lists {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&format!("{title} ({})\n", items.len()));
        out.push_str(&grid::table(&Rows::of(item, items), width));
    }
    out
}

/// A list of an answer: its name, what an item of it is called, and the items.
type List<'a> = (String, &'a str, &'a [Json<'a>]);

/// Sorts what is single and what is many; what is inside an object is called by both names.
fn part<'a>(name: String, value: &'a Json<'a>, lines: &mut Vec<(String, String)>, lists: &mut Vec<List<'a>>) {
    match (list(value), value) {
        (Some((item, items)), _) => lists.push((name, item, items)),
        (None, Json::Object(fields)) => {
            fields.iter().for_each(|(inner, value)| part(format!("{name}.{}", shown(inner)), value, lines, lists));
        }
        (None, _) => lines.push((name, columns::single(value))),
    }
}

/// The items of `{"Item":[...]}`, which is how answers write lists, or of a bare list.
fn list<'a>(value: &'a Json<'a>) -> Option<(&'a str, &'a [Json<'a>])> {
    match value {
        Json::List(items) => Some(("Value", items)),
        Json::Object(fields) => match fields.as_slice() {
            [(item, Json::List(items))] => Some((item, items)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests;
