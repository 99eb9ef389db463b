//! The decoded parameters of one request, from its query and its form body together.
//!
//! Strict about what two readers could read in two ways: broken escapes, text that is not UTF-8, a name
//! that occurs twice, an index that is not a plain number. Tolerant of names it does not know, since
//! clients send some that no operation reads. Knows no operation and no signature.
//!
//! All names and values lie in one buffer, and one sorted list of ranges serves lookups, lists and
//! signatures alike. An index is never used to allocate, only compared.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

use sha2::{Digest, Sha256};

use crate::encode::decode_form;
use crate::fault::{Fault, common};
use crate::limits::{INDEX_MAX, NAME_BYTES_MAX, PARAMETERS_MAX, REQUEST_BYTES_MAX, VALUE_BYTES_MAX};

/// Parameters of the gateway rather than of an operation, sorted. The owner parameters are among them
/// because every operation takes and ignores them.
const COMMON: [&str; 15] = [
    "AccessKeyId",
    "Action",
    "Format",
    "OwnerAccount",
    "OwnerId",
    "ResourceOwnerAccount",
    "ResourceOwnerId",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureType",
    "SignatureVersion",
    "Timestamp",
    "Version",
];

/// One parameter: where its name and, right after it, its value lie in the buffer.
#[derive(Clone, Copy)]
struct Entry {
    /// How the name begins, see [`beginning`].
    begins: u64,
    name: u32,
    value: u32,
    end: u32,
    in_body: bool,
}

/// The parameters of one request, sorted by name in byte order. `Debug` shows names only, for values may
/// be secrets.
#[derive(Clone, Default)]
pub struct Params {
    text: String,
    entries: Vec<Entry>,
}

/// One member of a list of objects: `Tag.3.Key` and `Tag.3.Value` are the fields of the object 3 of `Tag`.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    /// The number in the name, from 1.
    pub index: u32,
    params: &'a Params,
    entries: Range<usize>,
    /// Length of `Tag.3.` in bytes.
    prefix: usize,
}

impl Params {
    /// Decodes a query and a form body. Either may be empty.
    ///
    /// # Errors
    /// `InvalidParameter` when something is malformed, ambiguous or beyond a limit.
    pub fn read(query: Option<&str>, body: &[u8]) -> Result<Self, Fault> {
        let query = query.unwrap_or_default().as_bytes();
        if query.len().saturating_add(body.len()) > REQUEST_BYTES_MAX {
            return Err(refuse("the request is too large"));
        }
        let mut bytes = Vec::with_capacity(query.len() + body.len());
        let mut entries = Vec::with_capacity(24);
        decode(query, false, &mut bytes, &mut entries)?;
        decode(body, true, &mut bytes, &mut entries)?;
        let text = String::from_utf8(bytes).map_err(|_| refuse("the text is not UTF-8"))?;
        let mut params = Self { text, entries };
        params.check()?;
        let Self { text, entries } = &mut params;
        entries.sort_unstable_by(|a, b| order(text, *a, b.begins, name_of(text, *b)));
        params.check_repeated()?;
        Ok(params)
    }

    /// The value of a parameter; `Some("")` when it was sent empty.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        let begins = beginning(name.as_bytes());
        let found = self.entries.binary_search_by(|entry| order(&self.text, *entry, begins, name));
        found.ok().map(|at| self.value(self.entries[at]))
    }

    /// All names and values, common ones included, in byte order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|&entry| self.pair(entry))
    }

    /// Names and values of the query alone, in byte order of names.
    pub fn query(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().filter(|entry| !entry.in_body).map(|&entry| self.pair(entry))
    }

    /// Names and values that belong to the operation, in byte order of names.
    pub fn own(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter().filter(|(name, _)| COMMON.binary_search(name).is_err())
    }

    /// The values of `name.1`, `name.2`, ... in order of index; gaps are allowed.
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<(u32, &str)> {
        let mut found: Vec<(u32, &str)> = self
            .range(name)
            .filter_map(|at| {
                let (full, value) = self.pair(self.entries[at]);
                Some((index(full.get(name.len() + 1..)?)?, value))
            })
            .collect();
        found.sort_unstable_by_key(|&(index, _)| index);
        found
    }

    /// The objects `name.1.*`, `name.2.*`, ... in order of index; gaps are allowed.
    #[must_use]
    pub fn objects(&self, name: &str) -> Vec<Object<'_>> {
        let mut found: Vec<Object<'_>> = Vec::new();
        for at in self.range(name) {
            let rest = name_of(&self.text, self.entries[at]).get(name.len() + 1..);
            let Some((number, _)) = rest.and_then(|rest| rest.split_once('.')) else {
                continue;
            };
            let Some(index) = index(number) else { continue };
            // Names with one prefix lie together, so an object is a range of the sorted entries.
            match found.last_mut() {
                Some(last) if last.index == index => last.entries.end = at + 1,
                _ => found.push(Object {
                    index,
                    params: self,
                    entries: at..at + 1,
                    prefix: name.len() + number.len() + 2,
                }),
            }
        }
        found.sort_unstable_by_key(|object| object.index);
        found
    }

    /// A SHA-256 of the operation's own parameters, the same however they travelled and whoever signed
    /// them. `without` names those that do not count, such as `ClientToken` or `NextToken`.
    #[must_use]
    pub fn fingerprint(&self, without: &[&str]) -> [u8; 32] {
        let mut hash = Sha256::new();
        for (name, value) in self.own().filter(|(name, _)| !without.contains(name)) {
            for part in [name, value] {
                // Lengths go first, or "ab" + "c" would be "a" + "bc".
                hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
                hash.update(part.as_bytes());
            }
        }
        hash.finalize().into()
    }

    /// The entries whose names begin with `name.`.
    fn range(&self, name: &str) -> Range<usize> {
        let tail = |entry: &Entry| {
            let full = name_of(&self.text, *entry).as_bytes();
            let head = &full[..full.len().min(name.len())];
            head.cmp(name.as_bytes()).then_with(|| full.get(name.len()).cmp(&Some(&b'.')))
        };
        let start = self.entries.partition_point(|entry| tail(entry).is_lt());
        let end = self.entries.partition_point(|entry| tail(entry).is_le());
        start..end
    }

    fn value(&self, entry: Entry) -> &str {
        slice(&self.text, entry.value, entry.end)
    }

    fn pair(&self, entry: Entry) -> (&str, &str) {
        (name_of(&self.text, entry), self.value(entry))
    }

    /// Limits and forms of single names and values. Runs before any of them is sliced as text.
    fn check(&self) -> Result<(), Fault> {
        for entry in &self.entries {
            let whole =
                [entry.name, entry.value, entry.end].into_iter().all(|at| self.text.is_char_boundary(at as usize));
            if !whole {
                return Err(refuse("the text is not UTF-8"));
            }
            let (name, value) = self.pair(*entry);
            if name.is_empty() || name.len() > NAME_BYTES_MAX {
                return Err(refuse("a name is empty or too long"));
            }
            if value.len() > VALUE_BYTES_MAX {
                return Err(refuse(&format!("the value of {name} is too long")));
            }
            if !name.split('.').skip(1).all(plain) {
                return Err(refuse(&format!("{name} has an index that is not a plain number")));
            }
        }
        Ok(())
    }

    fn check_repeated(&self) -> Result<(), Fault> {
        let twice = |pair: &&[Entry]| name_of(&self.text, pair[0]) == name_of(&self.text, pair[1]);
        match self.entries.windows(2).find(twice) {
            Some(pair) => {
                let name = name_of(&self.text, pair[0]);
                Err(refuse(&format!("{name} is given more than once")))
            }
            None => Ok(()),
        }
    }
}

impl<'a> Object<'a> {
    /// The value of a field, such as `Key`.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&'a str> {
        self.fields().find(|(name, _)| *name == field).map(|(_, value)| value)
    }

    /// All fields of this object, in byte order of names.
    pub fn fields(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let (params, prefix) = (self.params, self.prefix);
        params.entries[self.entries.clone()].iter().map(move |&entry| {
            let (name, value) = params.pair(entry);
            (&name[prefix..], value)
        })
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

/// Appends the parameters of one query or form body. Names and values are not looked at yet.
fn decode(raw: &[u8], in_body: bool, bytes: &mut Vec<u8>, out: &mut Vec<Entry>) -> Result<(), Fault> {
    for piece in raw.split(|&byte| byte == b'&').filter(|piece| !piece.is_empty()) {
        if out.len() == PARAMETERS_MAX {
            return Err(refuse("there are too many parameters"));
        }
        let equals = piece.iter().position(|&byte| byte == b'=').unwrap_or(piece.len());
        let broken = || refuse("a percent escape is broken");
        let name = place(bytes);
        decode_form(bytes, &piece[..equals]).ok_or_else(broken)?;
        let value = place(bytes);
        let begins = beginning(bytes.get(name as usize..).unwrap_or_default());
        decode_form(bytes, piece.get(equals + 1..).unwrap_or_default()).ok_or_else(broken)?;
        out.push(Entry { begins, name, value, end: place(bytes), in_body });
    }
    Ok(())
}

/// Where the buffer ends now. It never outgrows the raw text, which `REQUEST_BYTES_MAX` bounds.
fn place(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

/// A part of a name after the first dot: either no number at all, or a plain index. What only looks like
/// a number (`01`, `+1`, `1e3`, `0`, 2^63) would be an index to one reader and a field to another.
fn plain(part: &str) -> bool {
    match part.as_bytes().first() {
        Some(b'0'..=b'9' | b'+' | b'-' | b' ') => index(part).is_some(),
        _ => true,
    }
}

/// An index: plain decimal, from 1 to `INDEX_MAX`, no leading zero.
fn index(part: &str) -> Option<u32> {
    let digits = part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || part.starts_with('0') {
        return None;
    }
    part.parse().ok().filter(|&index| index <= INDEX_MAX)
}

/// The first eight bytes of a name as one number, or all there are with zeros after them. Where two differ they are in
/// the order of the names, so that most comparisons need not look any further.
fn beginning(name: &[u8]) -> u64 {
    name.first_chunk().map_or_else(
        || name.iter().zip((0..8).rev()).map(|(byte, place)| u64::from(*byte) << (8 * place)).sum(),
        |first: &[u8; 8]| u64::from_be_bytes(*first),
    )
}

/// How the name of an entry and another name, which begins so, are ordered: in byte order.
fn order(text: &str, entry: Entry, begins: u64, name: &str) -> Ordering {
    entry.begins.cmp(&begins).then_with(|| name_of(text, entry).cmp(name))
}

fn name_of(text: &str, entry: Entry) -> &str {
    slice(text, entry.name, entry.value)
}

fn slice(text: &str, start: u32, end: u32) -> &str {
    &text[start as usize..end as usize]
}

fn refuse(reason: &str) -> Fault {
    common::INVALID_PARAMETER.because(reason)
}
