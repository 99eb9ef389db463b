//! What an operation answers: one tree, from which both JSON and XML are written.
//!
//! Knows no format, request id or operation. Answers that client tokens remember are kept as JSON text and
//! come back as the same tree, so that a repeated request is answered with the same bytes.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::{Error as _, SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::limits::BODY_DEPTH_MAX;

/// The name of a field or of a list's items: a constant of an operation, or read back from storage. It must
/// be a plain ASCII word, for it becomes an XML element.
pub type Name = Cow<'static, str>;

/// One value of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A text.
    Text(Cow<'static, str>),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction, kept as its text (`8.0`, `0.5`), because nothing here computes with it.
    Decimal(Cow<'static, str>),
    /// A boolean.
    Flag(bool),
    /// Fields in the order they are written.
    Object(Body),
    /// A list: in JSON `{"Item":[...]}`, in XML the item's element again and again.
    List {
        /// The name of each item.
        item: Name,
        /// The items, in order.
        nodes: Vec<Node>,
    },
}

/// The fields of an answer, or of an object in it, in the order they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    fields: Vec<(Name, Node)>,
}

impl Body {
    /// An answer without fields of its own.
    #[must_use]
    pub const fn new() -> Self {
        Self { fields: Vec::new() }
    }

    /// Adds a field of any kind.
    #[must_use]
    pub fn with(mut self, name: &'static str, node: impl Into<Node>) -> Self {
        self.fields.push((Cow::Borrowed(name), node.into()));
        self
    }

    /// Adds all fields of another.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.fields.extend(other.fields);
        self
    }

    /// Adds a text.
    #[must_use]
    pub fn text(self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.with(name, Node::Text(value.into()))
    }

    /// Adds a whole number. What does not fit an `i64` is written as the largest that does.
    #[must_use]
    pub fn integer(self, name: &'static str, value: impl TryInto<i64>) -> Self {
        self.with(name, Node::Integer(value.try_into().unwrap_or(i64::MAX)))
    }

    /// Adds a number with a fraction, given as its text. Text that is no JSON number is written as a text.
    #[must_use]
    pub fn decimal(self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        let value = value.into();
        let node = if is_number(&value) { Node::Decimal(value) } else { Node::Text(value) };
        self.with(name, node)
    }

    /// Adds a boolean.
    #[must_use]
    pub fn flag(self, name: &'static str, value: bool) -> Self {
        self.with(name, Node::Flag(value))
    }

    /// Adds an object.
    #[must_use]
    pub fn object(self, name: &'static str, value: Self) -> Self {
        self.with(name, Node::Object(value))
    }

    /// Adds a list: `wrapper` is the field, `item` the name of each element. It is written even when empty,
    /// because clients walk it without looking.
    #[must_use]
    pub fn list<N: Into<Node>>(
        self,
        wrapper: &'static str,
        item: &'static str,
        nodes: impl IntoIterator<Item = N>,
    ) -> Self {
        let nodes = nodes.into_iter().map(Into::into).collect();
        self.with(wrapper, Node::List { item: Cow::Borrowed(item), nodes })
    }

    /// The fields in order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.fields.iter().map(|(name, node)| (name.as_ref(), node))
    }

    /// The value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.fields().find(|(found, _)| *found == name).map(|(_, node)| node)
    }

    /// The tree as JSON text, to be stored.
    #[must_use]
    pub fn to_json_text(&self) -> String {
        // A tree of texts and numbers always serialises.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The tree of a text that [`Self::to_json_text`] wrote: both renderings of it have the same bytes as
    /// those of the tree that was stored. `None` for any other text.
    #[must_use]
    pub fn from_json_text(text: &str) -> Option<Self> {
        read_object(text, BODY_DEPTH_MAX)
    }
}

impl From<Body> for Node {
    fn from(body: Body) -> Self {
        Self::Object(body)
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<&'static str> for Node {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(Some(self.fields.len()))?;
        for (name, node) in &self.fields {
            map.serialize_entry(name, node)?;
        }
        map.end()
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => out.serialize_str(text),
            Self::Integer(number) => out.serialize_i64(*number),
            Self::Decimal(text) => RawValue::from_string(text.to_string()).map_err(S::Error::custom)?.serialize(out),
            Self::Flag(flag) => out.serialize_bool(*flag),
            Self::Object(body) => body.serialize(out),
            Self::List { item, nodes } => {
                let mut map = out.serialize_map(Some(1))?;
                map.serialize_entry(item, &Items(nodes))?;
                map.end()
            }
        }
    }
}

struct Items<'a>(&'a [Node]);

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut list = out.serialize_seq(Some(self.0.len()))?;
        for node in self.0 {
            list.serialize_element(node)?;
        }
        list.end()
    }
}

/// Whether a text is one JSON number.
fn is_number(text: &str) -> bool {
    let starts = text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    let ends = text.ends_with(|last: char| last.is_ascii_digit());
    starts && ends && serde_json::from_str::<&RawValue>(text).is_ok()
}

/// The members of a JSON object in their order, values unread. Numbers thus never pass through a float.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members: Vec<(String, &RawValue)> = Vec::new();
                while let Some(member) = map.next_entry()? {
                    if members.iter().any(|(name, _)| *name == member.0) {
                        return Err(A::Error::custom("a name occurs twice"));
                    }
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        input.deserialize_map(InOrder)
    }
}

fn read_object(text: &str, depth: usize) -> Option<Body> {
    let depth = depth.checked_sub(1)?;
    let Members(members) = serde_json::from_str(text).ok()?;
    let read = |(name, raw): (String, &RawValue)| Some((Cow::Owned(name), read_node(raw.get(), depth)?));
    let fields = members.into_iter().map(read).collect::<Option<_>>()?;
    Some(Body { fields })
}

fn read_node(text: &str, depth: usize) -> Option<Node> {
    match text.as_bytes().first()? {
        b'"' => Some(Node::Text(serde_json::from_str::<String>(text).ok()?.into())),
        b't' | b'f' => Some(Node::Flag(serde_json::from_str(text).ok()?)),
        b'{' => read_list(text, depth).or_else(|| read_object(text, depth).map(Node::Object)),
        // "-0" is a number but not how an integer is written, so it stays as it came.
        b'-' | b'0'..=b'9' => match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => Some(Node::Integer(number)),
            _ => Some(Node::Decimal(Cow::Owned(text.to_owned()))),
        },
        _ => None,
    }
}

/// An object whose one member is an array is a list.
fn read_list(text: &str, depth: usize) -> Option<Node> {
    let depth = depth.checked_sub(1)?;
    let Members(mut members) = serde_json::from_str(text).ok()?;
    let (item, raw) = members.pop().filter(|_| members.is_empty())?;
    let nodes: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
    let nodes = nodes.into_iter().map(|raw| read_node(raw.get(), depth)).collect::<Option<_>>()?;
    Some(Node::List { item: Cow::Owned(item), nodes })
}
