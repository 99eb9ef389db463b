//! Hosts as a spreadsheet writes them: a header, and a line a host. Empty lines and those that begin with # are passed over.

use super::lines::Lines;
use super::{NEEDED, Problem, Row, brief, unknown};
use csv::{Position, ReaderBuilder, StringRecord, Trim};

/// The rows, and what is wrong. Without a sound header there are none: nobody could say what their fields mean.
pub fn rows(text: &str, problems: &mut Vec<Problem>) -> Vec<Row> {
    let lines = Lines::of(text);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut columns: Option<Vec<usize>> = None;
    let mut rows = Vec::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return rows,
            Ok(true) => {}
            Err(error) => {
                problems.push(Problem::new(line(text, &lines, error.position()), "cannot be read"));
                return rows;
            }
        }
        let line = line(text, &lines, record.position());
        match &columns {
            Some(columns) => rows.extend(row(&record, columns, line, problems)),
            None => match header(&record, line, problems) {
                Some(found) => columns = Some(found),
                None => return rows,
            },
        }
    }
}

/// What each column means.
fn header(record: &StringRecord, line: usize, problems: &mut Vec<Problem>) -> Option<Vec<usize>> {
    let before = problems.len();
    let mut columns = Vec::new();
    for name in record {
        match Row::place(name) {
            Some(place) if columns.contains(&place) => {
                problems.push(Problem::new(line, format!("there are two columns {name}")));
            }
            Some(place) => columns.push(place),
            None => problems.push(Problem::new(line, format!("the column {}", unknown(name)))),
        }
    }
    for name in NEEDED.iter().filter(|name| !record.iter().any(|found| found == **name)) {
        problems.push(Problem::new(line, format!("the header names no column {name}")));
    }
    (problems.len() == before).then_some(columns)
}

fn row(record: &StringRecord, columns: &[usize], line: usize, problems: &mut Vec<Problem>) -> Option<Row> {
    if record.len() != columns.len() {
        let first = brief(record.get(0).unwrap_or_default());
        let (fields, header) = (record.len(), columns.len());
        problems.push(Problem::new(line, format!("\"{first}\": {fields} field(s), the header has {header}")));
        return None;
    }
    let mut row = Row::on(line);
    for (place, value) in columns.iter().zip(record) {
        if let Some(field) = row.fields.get_mut(*place) {
            *field = Some(value.to_owned());
        }
    }
    Some(row)
}

/// The line of a record. Its position is where the record before it ended, so what is passed over is passed over here too.
fn line(text: &str, lines: &Lines, position: Option<&Position>) -> usize {
    let mut from = position.and_then(|it| usize::try_from(it.byte()).ok()).unwrap_or(0);
    while let Some(line) = text.get(from..).and_then(|rest| rest.split_inclusive('\n').next()) {
        let bare = line.trim_matches(['\r', '\n']);
        if !bare.is_empty() && !bare.starts_with('#') {
            break;
        }
        from += line.len();
    }
    lines.at(from)
}
