//! Fields as bytes, without their names.
//!
//! ```text
//! number   LEB128: seven bits a byte, least first, the high bit on all but the last; shortest form only
//! flag     one byte, 0 or 1
//! text     its length in bytes as a number, then UTF-8
//! fixed    the bytes
//! word     its code, one byte
//! list     how many as a number, then the items
//! maybe    a flag, then the item if it is 1
//! ```
//! Reading never panics, and never allocates more than the bytes it was given.

use super::fields::{Malformed, PutItem, Sink, Source, TakeItem, Words};

/// Longest LEB128 of 64 bits.
const NUMBER_BYTES_MAX: u32 = 10;

impl Sink for Vec<u8> {
    fn number(&mut self, _: &'static str, mut value: u64) {
        loop {
            let low = u8::try_from(value & 0x7f).unwrap_or(0);
            value >>= 7;
            if value == 0 {
                return self.push(low);
            }
            self.push(low | 0x80);
        }
    }

    fn flag(&mut self, _: &'static str, value: bool) {
        self.push(u8::from(value));
    }

    fn text(&mut self, name: &'static str, value: &str) {
        self.number(name, length(value.len()));
        self.extend_from_slice(value.as_bytes());
    }

    fn fixed(&mut self, _: &'static str, value: &[u8]) {
        self.extend_from_slice(value);
    }

    fn word(&mut self, _: &'static str, _: &Words, code: u8) {
        self.push(code);
    }

    fn list(&mut self, name: &'static str, count: usize, item: &mut PutItem<'_>) {
        self.number(name, length(count));
        (0..count).for_each(|at| item(at, self));
    }

    fn maybe(&mut self, name: &'static str, present: bool, item: &mut PutItem<'_>) {
        self.flag(name, present);
        if present {
            item(0, self);
        }
    }
}

fn length(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Bytes that are left to read.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, name: &str, count: u64) -> Result<&'a [u8], Malformed> {
        let split = usize::try_from(count).ok().and_then(|count| self.0.split_at_checked(count));
        let (taken, rest) = split.ok_or_else(|| Malformed::new(format!("{name}: the bytes end too early")))?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self, name: &str) -> Result<u8, Malformed> {
        Ok(self.take(name, 1)?.first().copied().unwrap_or_default())
    }

    /// Nothing may be left over.
    pub(crate) fn end(&self) -> Result<(), Malformed> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(Malformed::new(format!("{} bytes too many", self.0.len())))
    }
}

impl Source for Bytes<'_> {
    fn number(&mut self, name: &'static str) -> Result<u64, Malformed> {
        let mut value = 0_u64;
        for at in 0..NUMBER_BYTES_MAX {
            let byte = self.byte(name)?;
            let bits = u64::from(byte & 0x7f);
            let shifted = bits << (7 * at);
            if shifted >> (7 * at) != bits || (at > 0 && byte == 0) {
                break;
            }
            value |= shifted;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Malformed::new(format!("{name}: not a number in its shortest form")))
    }

    fn flag(&mut self, name: &'static str) -> Result<bool, Malformed> {
        match self.byte(name)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(Malformed::new(format!("{name}: {other} is neither 0 nor 1"))),
        }
    }

    fn text(&mut self, name: &'static str) -> Result<Box<str>, Malformed> {
        let length = self.number(name)?;
        let bytes = self.take(name, length)?;
        let text = std::str::from_utf8(bytes).map_err(|_| Malformed::new(format!("{name}: not UTF-8")))?;
        Ok(text.into())
    }

    fn fixed(&mut self, name: &'static str, into: &mut [u8]) -> Result<(), Malformed> {
        let bytes = self.take(name, length(into.len()))?;
        into.copy_from_slice(bytes);
        Ok(())
    }

    fn word(&mut self, name: &'static str, words: &Words) -> Result<u8, Malformed> {
        let code = self.byte(name)?;
        let known = words.iter().any(|(known, _)| *known == code);
        known.then_some(code).ok_or_else(|| Malformed::new(format!("{name}: code {code} is not known")))
    }

    fn list(&mut self, name: &'static str, item: &mut TakeItem<'_>) -> Result<(), Malformed> {
        // Every item takes a byte at least, so a count that lies ends with the bytes.
        for _ in 0..self.number(name)? {
            let before = self.0.len();
            item(self)?;
            if self.0.len() == before {
                return Err(Malformed::new(format!("{name}: an empty item")));
            }
        }
        Ok(())
    }

    fn maybe(&mut self, name: &'static str, item: &mut TakeItem<'_>) -> Result<(), Malformed> {
        if self.flag(name)? { item(self) } else { Ok(()) }
    }
}
