//! JSON as it came: fields in their order, numbers and texts as they were written. Knows no operation.

use crate::fields::Fields;
use serde_json::value::RawValue;

/// How deep an answer may nest. Those of Berth nest less than ten deep.
const DEPTH_MAX: usize = 64;

/// A value as it came.
#[derive(Debug, PartialEq, Eq)]
pub enum Json<'a> {
    /// A number, `true`, `false` or `null`, as it was written.
    Plain(&'a str),
    /// A text: as it was written, in quotes, and what it says.
    Text(&'a str, String),
    /// A list.
    List(Vec<Self>),
    /// An object, its fields in their order.
    Object(Vec<(String, Self)>),
}

impl<'a> Json<'a> {
    /// Reads a text; nothing if it is no JSON, or nests deeper than any answer does.
    pub fn read(text: &'a str) -> Option<Self> {
        Self::below(serde_json::from_str::<&RawValue>(text).ok()?.get(), DEPTH_MAX)
    }

    fn below(raw: &'a str, depth: usize) -> Option<Self> {
        let depth = depth.checked_sub(1)?;
        let deeper = |raw: &'a RawValue| Self::below(raw.get(), depth);
        Some(match raw.as_bytes().first()? {
            b'{' => {
                let fields: Fields<'a> = serde_json::from_str(raw).ok()?;
                let read = fields.0.into_iter().map(|(name, raw)| Some((name, deeper(raw)?)));
                Self::Object(read.collect::<Option<_>>()?)
            }
            b'[' => {
                let items: Vec<&'a RawValue> = serde_json::from_str(raw).ok()?;
                Self::List(items.into_iter().map(deeper).collect::<Option<_>>()?)
            }
            b'"' => Self::Text(raw, serde_json::from_str(raw).ok()?),
            _ => Self::Plain(raw),
        })
    }

    /// The field of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(fields) = self else { return None };
        fields.iter().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    /// What a text says.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(_, text) => Some(text),
            _ => None,
        }
    }

    /// The same, laid out for reading. Only space differs from what came.
    pub fn pretty(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out
    }

    fn write(&self, out: &mut String, level: usize) {
        match self {
            Self::Plain(raw) | Self::Text(raw, _) => out.push_str(raw),
            Self::List(items) => {
                enclosed(out, level, ['[', ']'], items, |out, item| item.write(out, level + 1));
            }
            Self::Object(fields) => enclosed(out, level, ['{', '}'], fields, |out, (name, value)| {
                out.push_str(&serde_json::Value::from(name.as_str()).to_string());
                out.push_str(": ");
                value.write(out, level + 1);
            }),
        }
    }
}

/// Items between brackets, each on a line of its own.
fn enclosed<T>(out: &mut String, level: usize, [open, close]: [char; 2], items: &[T], each: impl Fn(&mut String, &T)) {
    out.push(open);
    for (at, item) in items.iter().enumerate() {
        out.push_str(if at == 0 { "\n" } else { ",\n" });
        out.push_str(&"  ".repeat(level + 1));
        each(out, item);
    }
    if !items.is_empty() {
        out.push('\n');
        out.push_str(&"  ".repeat(level));
    }
    out.push(close);
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn what_came_is_laid_out_and_otherwise_left_alone() {
        let text = r#" {"Z":1.10,"A":"a\u003cb\"","L":[],"O":{},"N":[{"x":12345678901234567890},null,true],"Z":-1e3} "#;
        let json = Json::read(text).expect("JSON");
        let expected = r#"{
  "Z": 1.10,
  "A": "a\u003cb\"",
  "L": [],
  "O": {},
  "N": [
    {
      "x": 12345678901234567890
    },
    null,
    true
  ],
  "Z": -1e3
}"#;
        assert_eq!(json.pretty(), expected);
        assert_eq!(json.get("A").and_then(Json::text), Some("a<b\""));
        assert_eq!(Json::read(expected), Some(json), "reading it again gives the same");
    }

    #[test]
    fn what_is_no_json_is_told_apart() {
        for odd in ["", "<html>", "{", "{\"a\":}", "[1,]", "{} {}", "\"\\x\""] {
            assert_eq!(Json::read(odd), None, "{odd}");
        }
        assert_eq!(Json::read("17"), Some(Json::Plain("17")));
        // However deep it nests, the stack holds.
        assert_eq!(Json::read(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))), None);
        assert!(Json::read(&format!("{}{}", "[".repeat(60), "]".repeat(60))).is_some());
    }
}
