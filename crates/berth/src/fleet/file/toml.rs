//! Hosts as `[[host]]` tables.

use super::lines::Lines;
use super::{Problem, Row, brief, unknown};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The rows, and what is wrong. Where the text is no TOML, that is all that is told.
pub fn rows(text: &str, problems: &mut Vec<Problem>) -> Vec<Row> {
    let lines = Lines::of(text);
    let (whole, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        problems.extend(errors.iter().map(|error| {
            let line = error.span().map_or(1, |span| lines.at(span.start));
            Problem::new(line, error.message().replace('\n', ", "))
        }));
        return Vec::new();
    }
    let mut rows = Vec::new();
    for (name, value) in whole.get_ref() {
        match (&**name.get_ref(), value.get_ref()) {
            ("host", DeValue::Array(items)) => {
                rows.extend(items.iter().filter_map(|item| row(item, &lines, problems)));
            }
            ("host", _) => problems.push(Problem::new(lines.at(name.span().start), "hosts are [[host]] tables")),
            (name_of, _) => {
                let what = format!("\"{}\" is not known; there are [[host]] tables and nothing else", brief(name_of));
                problems.push(Problem::new(lines.at(name.span().start), what));
            }
        }
    }
    rows
}

fn row(item: &Spanned<DeValue<'_>>, lines: &Lines, problems: &mut Vec<Problem>) -> Option<Row> {
    let mut row = Row::on(lines.at(item.span().start));
    let DeValue::Table(fields) = item.get_ref() else {
        problems.push(Problem::new(row.line, "this is no table with host, zone and class"));
        return None;
    };
    let before = problems.len();
    for (name, value) in fields {
        let line = lines.at(name.span().start);
        match (Row::place(name.get_ref()).and_then(|place| row.fields.get_mut(place)), value.get_ref()) {
            (None, _) => problems.push(Problem::new(line, unknown(name.get_ref()))),
            (Some(field), DeValue::String(text)) => *field = Some(text.clone().into_owned()),
            (Some(_), _) => problems.push(Problem::new(line, format!("{} is no text", name.get_ref()))),
        }
    }
    (problems.len() == before).then_some(row)
}
