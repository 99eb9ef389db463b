//! Tags on the wire: the rules for those that are put on, and the filters that look for them.

use crate::faults::{DUPLICATE_TAG_KEY, INVALID_TAG_KEY, INVALID_TAG_VALUE, TOO_MANY_TAGS};
use crate::limits::{TAG_FILTER_VALUES_MAX, TAG_FILTERS_MAX, TAG_KEY_CHARS, TAG_VALUE_CHARS_MAX};
use ledger::Tag;
use ledger::limits::TAGS_MAX;
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;

const LIST: &str = "Tag";
const FUZZY: &str = "TagFilter";

/// The tags of a request that puts them on something, in order of key. A value that is absent is empty.
///
/// # Errors
/// Too many; then the first bad key, the first bad value, in order of index; then a key that occurs twice.
pub fn read(params: &Params) -> Result<Vec<Tag>, Fault> {
    let given = params.objects(LIST);
    if given.len() > TAGS_MAX {
        return Err(TOO_MANY_TAGS);
    }
    let pair = |(key, value): (Option<&str>, Option<&str>)| Tag {
        key: key.unwrap_or_default().into(),
        value: value.unwrap_or_default().into(),
    };
    let mut tags: Vec<Tag> = given.iter().map(|tag| pair((tag.text("Key"), tag.text("Value")))).collect();
    if !tags.iter().all(|tag| is_key(&tag.key)) {
        return Err(INVALID_TAG_KEY);
    }
    if !tags.iter().all(|tag| is_value(&tag.value)) {
        return Err(INVALID_TAG_VALUE);
    }
    tags.sort();
    if tags.windows(2).any(|pair| pair[0].key == pair[1].key) {
        return Err(DUPLICATE_TAG_KEY);
    }
    Ok(tags)
}

fn is_key(key: &str) -> bool {
    TAG_KEY_CHARS.contains(&key.chars().count()) && !key.starts_with("aliyun") && is_text(key)
}

fn is_value(value: &str) -> bool {
    value.chars().count() <= TAG_VALUE_CHARS_MAX && is_text(value)
}

fn is_text(text: &str) -> bool {
    !text.starts_with("acs:") && !text.contains("http://") && !text.contains("https://")
}

/// What a request looks for: `Tag.N`, each of which must be there.
pub struct Filter<'a>(Vec<(&'a str, Option<&'a str>)>);

impl<'a> Filter<'a> {
    /// Reads it. What no tag can have is no fault: it matches nothing.
    ///
    /// # Errors
    /// The first of these faults that applies: more than 20 of them; a value without its key.
    pub fn read(params: &'a Params, too_many: Fault, no_key: Fault) -> Result<Self, Fault> {
        let given = params.objects(LIST);
        if given.len() > TAGS_MAX {
            return Err(too_many);
        }
        let pair =
            |tag: &rpc::params::Object<'a>| Some((tag.text("Key").filter(|key| !key.is_empty())?, tag.text("Value")));
        given.iter().map(pair).collect::<Option<_>>().map(Self).ok_or(no_key)
    }

    /// Whether they are all among these.
    pub fn matches(&self, tags: &[Tag]) -> bool {
        self.0.iter().all(|wanted| tags.iter().any(|tag| is_one(*wanted, tag)))
    }

    /// Whether it looks for nothing.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the tag is one of those looked for.
    pub fn names(&self, tag: &Tag) -> bool {
        self.0.iter().any(|wanted| is_one(*wanted, tag))
    }
}

fn is_one((key, value): (&str, Option<&str>), tag: &Tag) -> bool {
    *tag.key == *key && value.is_none_or(|value| *tag.value == *value)
}

/// `TagFilter.N`: parts of a key, and parts of values of which one must occur.
pub struct Fuzzy<'a>(Vec<(&'a str, Vec<&'a str>)>);

impl<'a> Fuzzy<'a> {
    /// Reads it.
    ///
    /// # Errors
    /// `InvalidParameter` for more than 5 filters, more than 20 values of one, or values without a key.
    pub fn read(params: &'a Params) -> Result<Self, Fault> {
        let bad = || common::INVALID_PARAMETER.because(FUZZY);
        let given = params.objects(FUZZY);
        if given.len() > TAG_FILTERS_MAX {
            return Err(bad());
        }
        let filter = |object: &rpc::params::Object<'a>| {
            let key = object.text("TagKey").filter(|key| !key.is_empty())?;
            let values = object.fields().filter(|(name, _)| name.starts_with("TagValues."));
            let values: Vec<&str> = values.map(|(_, value)| value).collect();
            (values.len() <= TAG_FILTER_VALUES_MAX).then_some((key, values))
        };
        given.iter().map(filter).collect::<Option<_>>().map(Self).ok_or_else(bad)
    }

    /// Whether each filter describes one of these.
    pub fn matches(&self, tags: &[Tag]) -> bool {
        self.0.iter().all(|filter| tags.iter().any(|tag| describes(filter, tag)))
    }

    /// Whether it looks for nothing.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a filter describes the tag.
    pub fn names(&self, tag: &Tag) -> bool {
        self.0.iter().any(|filter| describes(filter, tag))
    }
}

fn describes((key, values): &(&str, Vec<&str>), tag: &Tag) -> bool {
    tag.key.contains(key) && (values.is_empty() || values.iter().any(|value| tag.value.contains(value)))
}

/// A tag as answers show it.
pub fn body(tag: &Tag) -> Body {
    Body::new().text("TagKey", String::from(&*tag.key)).text("TagValue", String::from(&*tag.value))
}
