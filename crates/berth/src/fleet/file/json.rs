//! Hosts as an array of objects.

use super::lines::Lines;
use super::{Problem, Row, brief, unknown};
use crate::fields::Fields;
use serde_json::error::Category;
use serde_json::value::RawValue;

/// The rows, and what is wrong. Where the text is no JSON, that is all that is told.
pub fn rows(text: &str, problems: &mut Vec<Problem>) -> Vec<Row> {
    let lines = Lines::of(text);
    let items: Vec<&RawValue> = match serde_json::from_str(text) {
        Ok(items) => items,
        Err(error) if error.classify() == Category::Data => {
            problems.push(Problem::new(error.line().max(1), "this is no array of objects"));
            return Vec::new();
        }
        Err(error) => {
            problems.push(Problem::new(error.line().max(1), plain(&error)));
            return Vec::new();
        }
    };
    // Each item is a part of the text, so where it begins tells its line.
    let line = |raw: &RawValue| lines.at((raw.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize));
    items.into_iter().filter_map(|item| row(item, &line, problems)).collect()
}

fn row<'a>(item: &'a RawValue, line: &impl Fn(&'a RawValue) -> usize, problems: &mut Vec<Problem>) -> Option<Row> {
    let mut row = Row::on(line(item));
    let fields: Fields<'_> = match serde_json::from_str(item.get()) {
        Ok(fields) => fields,
        Err(error) => {
            problems.push(Problem::new(
                row.line,
                format!("this is no object with host, zone and class: {}", plain(&error)),
            ));
            return None;
        }
    };
    let before = problems.len();
    for (name, value) in fields.0 {
        let at = line(value);
        match (Row::place(&name), serde_json::from_str::<String>(value.get())) {
            (None, _) => problems.push(Problem::new(at, unknown(&name))),
            (Some(_), Err(_)) => problems.push(Problem::new(at, format!("{name} is no text: {}", brief(value.get())))),
            (Some(place), Ok(value)) => match row.fields.get_mut(place) {
                Some(Some(_)) => problems.push(Problem::new(at, format!("{name} is there twice"))),
                Some(field) => *field = Some(value),
                None => {}
            },
        }
    }
    (problems.len() == before).then_some(row)
}

/// What serde says, without the place, which is told otherwise.
fn plain(error: &serde_json::Error) -> String {
    let told = error.to_string();
    told.rsplit_once(" at line ").map_or(told.as_str(), |(what, _)| what).to_owned()
}
