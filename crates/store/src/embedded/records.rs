//! Records one after another in a file: how one is framed, and how a reader tells the end from a torn write and from damage.
//! Knows neither what a record says nor how files are opened.
//!
//! Layout of a record (numbers little-endian); it begins at a multiple of 16, so its header lies within one sector:
//! ```text
//! 0   4   length of the body
//! 4   4   CRC-32 of (number of the record in its file, body)
//! 8   4   CRC-32 of (number, place in the file, bytes 0..8)
//! 12  4   "rec1"
//! 16  ..  body
//! ..  ..  1 to 32 bytes of 0xff, up to a multiple of 16 that is no multiple of ROOM_BYTES
//! ```
//!
//! Where nothing was written yet there are zeros. A disk writes whole sectors, so of a write that the power or a kill cut off
//! at least one sector is still zeros: that is a torn record, and it was never acknowledged. Anything else that does not match
//! its checksums was changed after it had been written.

use super::medium::RawFile;
use std::io;
use std::ops::{Deref, Range};

/// A file that is appended to grows by so many bytes at once, filled with zeros and made durable before anything is
/// written there. So what reaches into an incomplete part, or beyond the end, was cut off later.
pub(super) const ROOM_BYTES: u64 = 512 << 10;

const HEADER_BYTES: usize = 16;
const ALIGN: u64 = 16;
const SECTOR_BYTES: u64 = 512;
const MARK: [u8; 4] = *b"rec1";
const PAD: u8 = 0xff;
/// Bytes that a reader takes at once.
const WINDOW_BYTES: u64 = 1 << 20;

/// Where a record that begins at `at` ends, its padding with it.
fn end_of(at: u64, body: u64) -> u64 {
    let end = (at + HEADER_BYTES as u64 + body + 1).next_multiple_of(ALIGN);
    if end.is_multiple_of(ROOM_BYTES) { end + ALIGN } else { end }
}

fn checksum(number: u64, parts: [&[u8]; 2]) -> [u8; 4] {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&number.to_le_bytes());
    parts.iter().for_each(|part| crc.update(part));
    crc.finalize().to_le_bytes()
}

/// Adds a record to `out`, whose first byte will be written at `at`; `body` adds what it says.
pub(super) fn put(out: &mut Vec<u8>, at: u64, number: u64, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    let at = at + start as u64;
    out.extend_from_slice(&[0; HEADER_BYTES]);
    body(out);
    let length = out.len() - start - HEADER_BYTES;
    let mut header = [0; HEADER_BYTES];
    header[..4].copy_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    header[4..8].copy_from_slice(&checksum(number, [&out[start + HEADER_BYTES..], &[]]));
    let own = checksum(number, [&at.to_le_bytes(), &header[..8]]);
    header[8..12].copy_from_slice(&own);
    header[12..].copy_from_slice(&MARK);
    out[start..start + HEADER_BYTES].copy_from_slice(&header);
    let pad = end_of(at, length as u64) - at - (HEADER_BYTES + length) as u64;
    out.extend(std::iter::repeat_n(PAD, usize::try_from(pad).unwrap_or(0)));
}

/// What stands next in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A sound record's body.
    Record(Vec<u8>),
    /// Nothing was written here yet.
    End,
    /// A write that was cut off.
    Torn,
    /// Something else than was written. With what is wrong, in plain words.
    Damaged(&'static str),
}

/// Reads the records of a file from one on.
#[derive(Debug)]
pub(super) struct Records<F> {
    file: F,
    length: u64,
    /// Where the next record begins, and its number.
    at: u64,
    number: u64,
    window: Vec<u8>,
    window_at: u64,
}

impl<F: Deref<Target: RawFile>> Records<F> {
    /// From the first record on.
    pub(super) fn new(file: F) -> io::Result<Self> {
        let length = file.length()?;
        Ok(Self { file, length, at: 0, number: 0, window: Vec::new(), window_at: 0 })
    }

    /// Where the next record begins.
    pub(super) const fn at(&self) -> u64 {
        self.at
    }

    /// The number of the next record, from 0.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// The length of the file when it was opened.
    pub(super) const fn length(&self) -> u64 {
        self.length
    }

    /// The next record. One that is damaged is passed by, if its length can be believed.
    pub(super) fn next(&mut self) -> io::Result<Found> {
        let (body, sum) = match self.header()? {
            Ok(header) => header,
            Err(found) => return Ok(found),
        };
        let (number, whole) = (self.number, self.at..end_of(self.at, body));
        let bytes = self.bytes(whole.clone())?;
        let (record, pad) = bytes.split_at(HEADER_BYTES + usize::try_from(body).unwrap_or(0));
        let record = &record[HEADER_BYTES..];
        let sound = checksum(number, [record, &[]]) == sum && pad.iter().all(|byte| *byte == PAD);
        let found = if sound {
            Found::Record(record.to_vec())
        } else if has_empty_sector(bytes, whole.start) {
            return Ok(Found::Torn);
        } else {
            Found::Damaged("the checksum does not match")
        };
        self.pass(whole.end);
        Ok(found)
    }

    /// Passes a record by, whatever it says; says whether there was one.
    pub(super) fn skip(&mut self) -> io::Result<bool> {
        let header = self.header()?;
        if let Ok((body, _)) = header {
            self.pass(end_of(self.at, body));
        }
        Ok(header.is_ok())
    }

    fn pass(&mut self, end: u64) {
        (self.at, self.number) = (end, self.number + 1);
    }

    /// Length and checksum of the next record's body, which lies within the file.
    fn header(&mut self) -> io::Result<Result<(u64, [u8; 4]), Found>> {
        let (at, number, length) = (self.at, self.number, self.length);
        let end = at.saturating_add(HEADER_BYTES as u64);
        if end > length {
            // Whatever is written or made room for is a multiple of a header.
            return Ok(Err(if at == length { Found::End } else { Found::Damaged("it is cut off") }));
        }
        let mut header = [0; HEADER_BYTES];
        header.copy_from_slice(self.bytes(at..end)?);
        if header == [0; HEADER_BYTES] {
            return Ok(Err(Found::End));
        }
        if header[12..] != MARK || header[8..12] != checksum(number, [&at.to_le_bytes(), &header[..8]]) {
            return Ok(Err(Found::Damaged("the beginning of a record is damaged")));
        }
        let (mut body, mut sum) = ([0; 4], [0; 4]);
        body.copy_from_slice(&header[..4]);
        sum.copy_from_slice(&header[4..8]);
        let body = u64::from(u32::from_le_bytes(body));
        Ok(if end_of(at, body) > length { Err(Found::Damaged("it is cut off")) } else { Ok((body, sum)) })
    }

    /// Bytes of the file; of what is within it.
    fn bytes(&mut self, range: Range<u64>) -> io::Result<&[u8]> {
        let there = self.window_at..self.window_at + self.window.len() as u64;
        if range.start < there.start || range.end > there.end {
            let end = range.end.max(range.start.saturating_add(WINDOW_BYTES)).min(self.length);
            self.window.resize(usize::try_from(end - range.start).map_err(io::Error::other)?, 0);
            self.window_at = range.start;
            self.file.read(range.start, &mut self.window)?;
        }
        let place = |at: u64| usize::try_from(at - self.window_at).map_err(io::Error::other);
        Ok(&self.window[place(range.start)?..place(range.end)?])
    }
}

/// Whether some sector's share of these bytes, which stand at `at`, is all zeros.
fn has_empty_sector(bytes: &[u8], at: u64) -> bool {
    let first = usize::try_from(SECTOR_BYTES - at % SECTOR_BYTES).unwrap_or(0).min(bytes.len());
    let (first, rest) = bytes.split_at(first);
    let empty = |part: &[u8]| part.iter().all(|byte| *byte == 0);
    empty(first) || rest.chunks(usize::try_from(SECTOR_BYTES).unwrap_or(1)).any(empty)
}

#[cfg(test)]
mod tests {
    use super::{ALIGN, Found, MARK, PAD, ROOM_BYTES, Records, SECTOR_BYTES, end_of, put};
    use crate::embedded::medium::RawFile;
    use std::io;

    /// A file that does not change.
    #[derive(Debug)]
    struct Bytes(Vec<u8>);

    impl RawFile for Bytes {
        fn length(&self) -> io::Result<u64> {
            Ok(self.0.len() as u64)
        }
        fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
            let at = usize::try_from(offset).expect("small");
            out.copy_from_slice(self.0.get(at..at + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?);
            Ok(())
        }
        fn set_len(&self, _: u64) -> io::Result<()> {
            Err(io::ErrorKind::Unsupported.into())
        }
        fn write(&self, _: u64, _: &[u8]) -> io::Result<()> {
            Err(io::ErrorKind::Unsupported.into())
        }
        fn sync(&self) -> io::Result<()> {
            Err(io::ErrorKind::Unsupported.into())
        }
    }

    fn body(number: u64) -> Vec<u8> {
        (0..number * 397 % 1800).map(|at| 1 + u8::try_from(at % 250).expect("small")).collect()
    }

    /// Five records and a sector of zeros, and where each record begins.
    fn written() -> (Vec<u8>, Vec<usize>) {
        let (mut bytes, mut begins) = (Vec::new(), Vec::new());
        for number in 0..5 {
            begins.push(bytes.len());
            put(&mut bytes, 0, number, |out| out.extend(body(number)));
        }
        begins.push(bytes.len());
        bytes.resize(bytes.len() + 512, 0);
        (bytes, begins)
    }

    fn read(bytes: &[u8]) -> Vec<Found> {
        let file = Bytes(bytes.to_vec());
        let mut records = Records::new(&file).expect("a file");
        let mut all = Vec::new();
        loop {
            let found = records.next().expect("read");
            all.push(found);
            if !matches!(all.last(), Some(Found::Record(_))) {
                return all;
            }
        }
    }

    fn sound(until: u64) -> impl Iterator<Item = Found> {
        (0..until).map(|number| Found::Record(body(number)))
    }

    #[test]
    fn what_was_written_comes_back() {
        assert_eq!(read(&written().0), sound(5).chain([Found::End]).collect::<Vec<_>>());
    }

    #[test]
    fn a_record_that_misses_any_of_its_sectors_is_torn_or_not_begun() {
        let (bytes, begins) = written();
        let sector = usize::try_from(SECTOR_BYTES).expect("small");
        let (begin, end) = (begins[4], begins[5]);
        for missing in begin / sector..end.div_ceil(sector) {
            let mut torn = bytes.clone();
            torn[(missing * sector).max(begin)..((missing + 1) * sector).min(end)].fill(0);
            let last = if missing == begin / sector { Found::End } else { Found::Torn };
            assert_eq!(read(&torn), sound(4).chain([last]).collect::<Vec<_>>(), "without sector {missing}");
        }
    }

    #[test]
    fn whatever_is_flipped_is_damage() {
        let (bytes, begins) = written();
        for at in 0..begins[5] {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            let before = begins.partition_point(|begin| *begin <= at) - 1;
            let found = read(&flipped);
            assert_eq!(found.len(), before + 1, "flipped at {at}");
            assert!(matches!(found[before], Found::Damaged(_)), "flipped at {at}: {:?}", found[before]);
        }
    }

    #[test]
    fn a_cut_within_a_record_is_damage() {
        let (bytes, begins) = written();
        for length in 0..begins[5] {
            let found = read(&bytes[..length]);
            if begins.contains(&length) {
                assert_eq!(found.last(), Some(&Found::End), "cut at {length}");
            } else {
                assert!(matches!(found.last(), Some(Found::Damaged(_))), "cut at {length}: {found:?}");
            }
        }
    }

    #[test]
    fn a_record_is_taken_only_where_it_was_put() {
        let (bytes, begins) = written();
        let mut moved = bytes[..begins[1]].to_vec();
        moved.extend_from_slice(&bytes[begins[2]..begins[3]]);
        assert!(matches!(read(&moved).last(), Some(Found::Damaged(_))));
    }

    #[test]
    fn no_record_ends_where_room_ends() {
        for body in ROOM_BYTES - 60..ROOM_BYTES {
            let end = end_of(0, body);
            assert!(!end.is_multiple_of(ROOM_BYTES), "{body}");
            assert!(end > body + 16 && end <= body + 16 + 32 && end.is_multiple_of(ALIGN), "{body}");
        }
        assert!(!MARK.contains(&0) && PAD != 0, "no part of a record is to look as if it had not been written");
    }
}
