//! Fields as JSON, with their names: for exports, imports and histories.
//! Bytes are hexadecimal digits in small letters. A field that is absent is left out. A field that is not
//! known is refused, so that a slip of the pen in an edited export is noticed.

use super::fields::{Malformed, PutItem, Sink, Source, TakeItem, Words};
use serde_json::{Map, Value};

/// The fields of one object.
#[derive(Default)]
pub(crate) struct Object(pub(crate) Map<String, Value>);

impl Object {
    fn set(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// The item: the object, or its only field where that has no name.
    pub(crate) fn into_item(mut self) -> Value {
        self.0.remove("").unwrap_or(Value::Object(self.0))
    }

    /// The reverse of [`Object::into_item`].
    pub(crate) fn from_item(item: Value) -> Self {
        match item {
            Value::Object(fields) => Self(fields),
            other => Self(Map::from_iter([(String::new(), other)])),
        }
    }

    pub(crate) fn get(&mut self, name: &str) -> Result<Value, Malformed> {
        self.0.remove(name).ok_or_else(|| Malformed::new(format!("{name:?} is missing")))
    }

    /// Nothing may be left over.
    pub(crate) fn end(&self) -> Result<(), Malformed> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(Malformed::new(format!("{name:?} is not known here"))),
        }
    }
}

fn build(at: usize, item: &mut PutItem<'_>) -> Value {
    let mut object = Object::default();
    item(at, &mut object);
    object.into_item()
}

fn read(value: Value, item: &mut TakeItem<'_>) -> Result<(), Malformed> {
    let mut object = Object::from_item(value);
    item(&mut object)?;
    object.end()
}

/// Bytes as hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// The reverse of [`hex`]; the number of digits has to fit.
pub(crate) fn unhex(text: &str, into: &mut [u8]) -> Option<()> {
    if text.len() != into.len() * 2 || !text.is_ascii() {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|it| u8::try_from(it).ok());
    for (to, pair) in into.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *to = (digit(*pair.first()?)? << 4) | digit(*pair.last()?)?;
    }
    Some(())
}

impl Sink for Object {
    fn number(&mut self, name: &'static str, value: u64) {
        self.set(name, value.into());
    }
    fn flag(&mut self, name: &'static str, value: bool) {
        self.set(name, value.into());
    }
    fn text(&mut self, name: &'static str, value: &str) {
        self.set(name, value.into());
    }
    fn fixed(&mut self, name: &'static str, value: &[u8]) {
        self.set(name, hex(value).into());
    }
    fn word(&mut self, name: &'static str, words: &Words, code: u8) {
        let word = words.iter().find(|(known, _)| *known == code).map_or("", |(_, word)| word);
        self.set(name, word.into());
    }
    fn list(&mut self, name: &'static str, count: usize, item: &mut PutItem<'_>) {
        let items: Vec<Value> = (0..count).map(|at| build(at, item)).collect();
        self.set(name, items.into());
    }
    fn maybe(&mut self, name: &'static str, present: bool, item: &mut PutItem<'_>) {
        if present {
            let value = build(0, item);
            self.set(name, value);
        }
    }
}

fn wrong(name: &str, wanted: &str) -> Malformed {
    Malformed::new(format!("{name:?} should be {wanted}"))
}

impl Source for Object {
    fn number(&mut self, name: &'static str) -> Result<u64, Malformed> {
        self.get(name)?.as_u64().ok_or_else(|| wrong(name, "a whole number of 0 or more"))
    }
    fn flag(&mut self, name: &'static str) -> Result<bool, Malformed> {
        self.get(name)?.as_bool().ok_or_else(|| wrong(name, "true or false"))
    }
    fn text(&mut self, name: &'static str) -> Result<Box<str>, Malformed> {
        match self.get(name)? {
            Value::String(text) => Ok(text.into()),
            _ => Err(wrong(name, "a text")),
        }
    }
    fn fixed(&mut self, name: &'static str, into: &mut [u8]) -> Result<(), Malformed> {
        let digits = into.len() * 2;
        let value = self.get(name)?;
        let read = value.as_str().and_then(|text| unhex(text, into));
        read.ok_or_else(|| wrong(name, &format!("{digits} hexadecimal digits")))
    }
    fn word(&mut self, name: &'static str, words: &Words) -> Result<u8, Malformed> {
        let value = self.get(name)?;
        let code = words.iter().find(|(_, word)| value.as_str() == Some(word)).map(|(code, _)| *code);
        let all = || words.iter().map(|(_, word)| *word).collect::<Vec<_>>().join(", ");
        code.ok_or_else(|| wrong(name, &format!("one of {}", all())))
    }
    fn list(&mut self, name: &'static str, item: &mut TakeItem<'_>) -> Result<(), Malformed> {
        let Value::Array(items) = self.get(name)? else {
            return Err(wrong(name, "a list"));
        };
        items.into_iter().try_for_each(|value| read(value, item))
    }
    fn maybe(&mut self, name: &'static str, item: &mut TakeItem<'_>) -> Result<(), Malformed> {
        self.0.remove(name).map_or(Ok(()), |value| read(value, item))
    }
}
