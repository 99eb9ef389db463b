//! The items of a list as rows of cells. Knows no width.
//!
//! A field is a column; a field of an object within an item is one too. A list within an item becomes columns if no item
//! has more than one entry in it, and otherwise one cell, whose header says what its parts are.

use super::json::Json;
use super::{list, shown};

/// Rows of a table.
pub struct Rows {
    /// What each column is called.
    pub headers: Vec<String>,
    /// Whether each column holds numbers alone.
    pub numbers: Vec<bool>,
    /// The cells of each row, as many as there are headers.
    pub cells: Vec<Vec<String>>,
}

/// The names that lead to a value within an item.
type Path<'a> = Vec<&'a str>;
/// The values of one item, in their order.
type Item<'a> = Vec<(Path<'a>, &'a Json<'a>)>;

struct Column<'a> {
    path: Path<'a>,
    /// The fields of the entries, where the column holds lists of objects.
    parts: Vec<&'a str>,
}

impl Rows {
    /// Of a list whose items are called so.
    pub fn of<'a>(name: &'a str, items: &'a [Json<'a>]) -> Self {
        let mut rows: Vec<Item<'a>> = items.iter().map(|item| flat(name, item)).collect();
        for path in paths(&rows) {
            if is_single_object(&path, &rows) {
                rows.iter_mut().for_each(|row| unfold(row, &path));
            }
        }
        let said =
            |path: &Path<'a>| rows.iter().filter_map(|row| find(row, path)).any(|value| !single(value).is_empty());
        let columns: Vec<Column<'a>> = paths(&rows)
            .into_iter()
            .filter(said)
            .map(|path| Column { parts: parts(rows.iter().filter_map(|row| find(row, &path))), path })
            .collect();
        let cell = |row: &Item<'a>, column: &Column<'a>| {
            find(row, &column.path).map_or_else(String::new, |value| listed(value, &column.parts))
        };
        let is_number = |column: &Column<'a>| {
            rows.iter().filter_map(|row| find(row, &column.path)).all(|value| {
                matches!(value, Json::Plain(raw) if raw.starts_with(|it: char| it == '-' || it.is_ascii_digit()))
            })
        };
        Self {
            headers: columns.iter().map(|column| header(column, &columns)).collect(),
            numbers: columns.iter().map(is_number).collect(),
            cells: rows.iter().map(|row| columns.iter().map(|column| cell(row, column)).collect()).collect(),
        }
    }
}

/// The fields of an item, those of objects within it too.
fn flat<'a>(name: &'a str, item: &'a Json<'a>) -> Item<'a> {
    let mut fields = Vec::new();
    match item {
        Json::Object(_) => gather(Vec::new(), item, &mut fields),
        _ => fields.push((vec![name], item)),
    }
    fields
}

fn gather<'a>(path: Path<'a>, value: &'a Json<'a>, into: &mut Item<'a>) {
    match value {
        Json::Object(fields) if path.is_empty() || list(value).is_none() => {
            for (name, value) in fields {
                gather([path.as_slice(), &[name.as_str()]].concat(), value, into);
            }
        }
        _ => into.push((path, value)),
    }
}

/// Every path there is, in the order of their first coming.
fn paths<'a>(rows: &[Item<'a>]) -> Vec<Path<'a>> {
    let mut paths: Vec<Path<'a>> = Vec::new();
    for (path, _) in rows.iter().flatten() {
        if !paths.contains(path) {
            paths.push(path.clone());
        }
    }
    paths
}

fn find<'a>(row: &Item<'a>, path: &Path<'a>) -> Option<&'a Json<'a>> {
    row.iter().find(|(found, _)| found == path).map(|(_, value)| *value)
}

/// Whether a column holds lists of at most one object each.
fn is_single_object(path: &Path<'_>, rows: &[Item<'_>]) -> bool {
    let mut some = false;
    let single = rows.iter().filter_map(|row| find(row, path)).all(|value| match list(value) {
        Some((_, [])) => true,
        Some((_, [only @ Json::Object(_)])) if tag(only).is_none() => {
            some = true;
            true
        }
        _ => false,
    });
    single && some
}

/// Puts the fields of the one object in the place of the list.
fn unfold<'a>(row: &mut Item<'a>, path: &Path<'a>) {
    let Some(at) = row.iter().position(|(found, _)| found == path) else { return };
    let (path, value) = row.remove(at);
    let mut fields = Vec::new();
    if let Some((_, [only])) = list(value) {
        gather(path, only, &mut fields);
    }
    row.splice(at..at, fields);
}

/// What the entries of lists of objects have for fields, in the order of their first coming.
fn parts<'a>(values: impl Iterator<Item = &'a Json<'a>>) -> Vec<&'a str> {
    let mut parts: Vec<&str> = Vec::new();
    let entries = values.filter_map(list).flat_map(|(_, entries)| entries).filter(|entry| tag(entry).is_none());
    for entry in entries {
        let Json::Object(fields) = entry else { continue };
        for (name, _) in fields {
            if !parts.contains(&name.as_str()) {
                parts.push(name);
            }
        }
    }
    parts
}

/// The last name of a path, or all of them where another column ends in the same.
fn header(column: &Column<'_>, all: &[Column<'_>]) -> String {
    let last = column.path.last();
    let alone = all.iter().filter(|other| other.path.last() == last).count() == 1;
    let name = if alone { last.map_or_else(String::new, |name| (*name).to_owned()) } else { column.path.join(".") };
    match column.parts.as_slice() {
        [] => shown(&name),
        parts => shown(&format!("{name} {}", parts.join("/"))),
    }
}

/// A cell whose lists have entries with these fields.
fn listed(value: &Json<'_>, parts: &[&str]) -> String {
    let Some((_, entries)) = list(value).filter(|_| !parts.is_empty()) else { return single(value) };
    let one = |entry: &Json<'_>| match entry {
        Json::Object(_) => {
            parts.iter().map(|part| entry.get(part).map_or_else(String::new, single)).collect::<Vec<_>>()
        }
        _ => vec![single(entry)],
    };
    entries.iter().map(|entry| one(entry).join("/")).collect::<Vec<_>>().join(" ")
}

/// A value as one text.
pub fn single(value: &Json<'_>) -> String {
    match (value, list(value), tag(value)) {
        (_, _, Some(tag)) => tag,
        (_, Some((_, items)), _) => items.iter().map(single).collect::<Vec<_>>().join(" "),
        (Json::Plain("null"), ..) => String::new(),
        (Json::Plain(raw), ..) => (*raw).to_owned(),
        (Json::Text(_, text), ..) => shown(text),
        (Json::List(items), ..) => items.iter().map(single).collect::<Vec<_>>().join(" "),
        (Json::Object(fields), ..) => {
            let said = |(name, value): &(String, Json<'_>)| format!("{}={}", shown(name), single(value));
            fields.iter().map(said).collect::<Vec<_>>().join(",")
        }
    }
}

/// A tag as `key=value`.
fn tag(value: &Json<'_>) -> Option<String> {
    let text = |name: &str| value.get(name).and_then(Json::text).map(shown);
    Some(format!("{}={}", text("TagKey")?, text("TagValue")?))
}
