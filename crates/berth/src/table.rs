//! Any answer as text for people: what is single as lines, each list as a table. Knows no operation.

use serde_json::Value;
use std::collections::BTreeMap;

/// The least width that a column is cut to.
const COLUMN_MIN: usize = 8;

/// Columns of the terminal; 100 if it does not tell.
pub fn terminal_width() -> usize {
    std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok()).unwrap_or(100)
}

/// An answer for people, at most so wide, if it must not be wider.
pub fn show(answer: &Value, width: Option<usize>) -> String {
    let mut out = String::new();
    let Some(object) = answer.as_object() else { return format!("{answer:#}\n") };
    let (mut lines, mut lists) = (Vec::new(), Vec::new());
    for (name, value) in object {
        match list(value) {
            Some(items) => lists.push((name, items)),
            None => flatten(name, value, &mut lines),
        }
    }
    let widest = lines.iter().map(|(name, _)| columns(name)).max().unwrap_or(0);
    for (name, value) in &lines {
        out.push_str(&format!("{}  {value}\n", padded(name, widest)));
    }
    for (name, items) in lists {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&format!("{name} ({})\n", items.len()));
        out.push_str(&table(items, width));
    }
    out
}

/// The items of `{"Item":[...]}`, which is how answers write lists.
fn list(value: &Value) -> Option<&Vec<Value>> {
    let object = value.as_object().filter(|object| object.len() == 1)?;
    object.values().next()?.as_array()
}

/// Single values by name; those of an object by both names.
fn flatten(name: &str, value: &Value, into: &mut Vec<(String, String)>) {
    match value {
        Value::Object(inner) if list(value).is_none() => {
            inner.iter().for_each(|(field, value)| flatten(&format!("{name}.{field}"), value, into));
        }
        _ => into.push((name.to_owned(), single(value))),
    }
}

fn single(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Object(_) => match list(value) {
            Some(items) => items.iter().map(brief).collect::<Vec<_>>().join(" "),
            None => value.to_string(),
        },
        other => other.to_string(),
    }
}

/// An item of a list within a list: a tag as `key=value`, another object as its values.
fn brief(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let text = |name: &str| object.get(name).map(single);
            match (text("TagKey"), text("TagValue")) {
                (Some(key), Some(value)) => format!("{key}={value}"),
                _ => object.values().map(single).collect::<Vec<_>>().join("/"),
            }
        }
        other => single(other),
    }
}

/// The items as rows; columns in order of their first coming, without those that are empty throughout.
fn table(items: &[Value], width: Option<usize>) -> String {
    let mut names: Vec<String> = Vec::new();
    let mut rows: Vec<BTreeMap<String, String>> = Vec::new();
    for item in items {
        let mut fields = Vec::new();
        match item.as_object() {
            Some(object) => object.iter().for_each(|(name, value)| one_level(name, value, &mut fields)),
            None => fields.push(("Value".to_owned(), single(item))),
        }
        for (name, _) in &fields {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        rows.push(fields.into_iter().collect());
    }
    names.retain(|name| rows.iter().any(|row| row.get(name).is_some_and(|value| !value.is_empty())));
    let cell = |row: &BTreeMap<String, String>, name: &String| row.get(name).cloned().unwrap_or_default();
    let mut widths: Vec<usize> = names.iter().map(|name| columns(name)).collect();
    for row in &rows {
        widths.iter_mut().zip(&names).for_each(|(width, name)| *width = (*width).max(columns(&cell(row, name))));
    }
    narrow(&mut widths, width);
    let line = |cells: Vec<String>| {
        let cells = cells.iter().zip(&widths).map(|(cell, width)| padded(&cut(cell, *width), *width));
        format!("  {}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    let mut out = line(names.clone());
    rows.iter().for_each(|row| out.push_str(&line(names.iter().map(|name| cell(row, name)).collect())));
    out
}

/// The fields of an item: a list of one object within it counts as that object.
fn one_level(name: &str, value: &Value, into: &mut Vec<(String, String)>) {
    match list(value).map(Vec::as_slice) {
        Some([Value::Object(only)]) if !only.contains_key("TagKey") => {
            only.iter().for_each(|(field, value)| into.push((field.clone(), single(value))));
        }
        _ => flatten(name, value, into),
    }
}

/// Makes the widest columns narrower until all fit.
fn narrow(widths: &mut [usize], most: Option<usize>) {
    let Some(most) = most else { return };
    let total = |widths: &[usize]| 2 + widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1);
    while total(widths) > most {
        let Some(widest) = widths.iter_mut().max() else { return };
        if *widest <= COLUMN_MIN {
            return;
        }
        *widest -= 1;
    }
}

/// How many columns a text takes: letters of East Asian scripts take two.
fn columns(text: &str) -> usize {
    let wide = |letter: char| matches!(u32::from(letter), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0x1f300..=0x1faff | 0x20000..=0x3fffd);
    text.chars().map(|letter| if wide(letter) { 2 } else { 1 }).sum()
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        kept.push(letter);
        if columns(&kept) >= width {
            kept.pop();
            break;
        }
    }
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::show;
    use serde_json::json;

    #[test]
    fn what_is_single_is_a_line_and_what_is_many_a_table() {
        let answer = json!({
            "RequestId": "R", "TotalCount": 2, "NextToken": "",
            "Bound": {"RungUnits": 1, "Moments": {"Moment": ["a", "b"]}},
            "Items": {"Item": [
                {"Id": "crp-1", "Tags": {"Tag": [{"TagKey": "k", "TagValue": "v"}]}, "Empty": "",
                 "Allocated": {"Resource": [{"Used": 1, "Total": 2}]}},
                {"Id": "crp-22", "Tags": {"Tag": []}, "Name": "名"},
            ]},
        });
        let text = show(&answer, None);
        let expected = "\
Bound.Moments    a b
Bound.RungUnits  1
NextToken        \nRequestId        R
TotalCount       2

Items (2)
  Total  Used  Id      Tags  Name
  2      1     crp-1   k=v
                crp-22        名
";
        let tidy = |text: &str| {
            text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
        };
        let sorted = |text: &str| {
            let mut lines = tidy(text);
            lines.sort();
            lines
        };
        assert_eq!(sorted(&text), sorted(expected), "{text}");
    }

    #[test]
    fn wide_columns_are_cut_where_they_must_be() {
        let answer = json!({"Items": {"Item": [{"A": "x".repeat(50), "B": "y"}]}});
        let text = show(&answer, Some(40));
        assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
        assert!(text.contains('…') && show(&answer, None).contains(&"x".repeat(50)));
    }
}
