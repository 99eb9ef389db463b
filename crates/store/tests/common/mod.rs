//! A medium that fails and loses power on demand, and frames to put on it.
#![allow(dead_code, clippy::unwrap_used, reason = "shared by several tests, and a test may end at once")]

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};
use store::embedded::{Medium, RawFile};
use store::{Embedded, Frame};

/// What is to go wrong, and at which write, sync or change of names (counted from 0).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    Nothing,
    /// This one fails, the next ones would succeed. What was waiting for a failed sync never arrives.
    FailAt(u64),
    /// The power goes at this one; nothing succeeds after it.
    CutAt(u64),
}

/// Which writes since the last sync arrive all the same when the power goes.
#[derive(Clone, Copy, Debug)]
pub enum Arrives {
    All,
    None,
    /// Each sector of the disk that a write touches or not, by this seed.
    Some(u64),
}

#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Length(usize),
}

/// A file: what is on the disk, what has been written since, and what reading shows.
#[derive(Clone, Debug, Default)]
struct FileState {
    durable: Vec<u8>,
    pending: Vec<Change>,
    shown: Vec<u8>,
}

#[derive(Debug)]
struct State {
    plan: Plan,
    count: u64,
    files: Vec<FileState>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
}

/// A folder on such a disk. Clones share it.
#[derive(Clone, Debug)]
pub struct Faulty(Arc<Mutex<State>>);

const SECTOR: usize = 512;

fn change(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Length(length) => bytes.resize(*length, 0),
        Change::Write(at, data) => {
            let end = at + data.len();
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[*at..end].copy_from_slice(data);
        }
    }
}

/// A plain generator of random numbers (splitmix64).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    pub fn coin(&mut self) -> bool {
        self.next() & 1 == 1
    }
}

impl Faulty {
    pub fn new(plan: Plan) -> Self {
        let (files, names, durable_names) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        Self(Arc::new(Mutex::new(State { plan, count: 0, files, names, durable_names })))
    }

    pub fn plan(&self, plan: Plan) {
        self.0.lock().unwrap().plan = plan;
    }

    /// Writes, syncs and changes of names so far.
    pub fn count(&self) -> u64 {
        self.0.lock().unwrap().count
    }

    /// The disk as the next start finds it after the power went.
    pub fn after_power_cut(&self, arrives: Arrives) -> Self {
        let state = self.0.lock().unwrap();
        let mut random = Random(if let Arrives::Some(seed) = arrives { seed } else { 0 });
        let mut keep = || match arrives {
            Arrives::All => true,
            Arrives::None => false,
            Arrives::Some(_) => random.coin(),
        };
        let survive = |file: &FileState, keep: &mut dyn FnMut() -> bool| {
            let mut bytes = file.durable.clone();
            for pending in &file.pending {
                match pending {
                    Change::Length(_) if keep() => change(&mut bytes, pending),
                    Change::Length(_) => {}
                    Change::Write(at, data) => {
                        let (mut at, mut rest) = (*at, &data[..]);
                        while !rest.is_empty() {
                            let (part, after) = rest.split_at(rest.len().min(SECTOR - at % SECTOR));
                            if keep() {
                                change(&mut bytes, &Change::Write(at, part.to_vec()));
                            }
                            (at, rest) = (at + part.len(), after);
                        }
                    }
                }
            }
            FileState { shown: bytes.clone(), durable: bytes, pending: Vec::new() }
        };
        let files = state.files.iter().map(|file| survive(file, &mut keep)).collect();
        // Names change as a whole, in order, as a journaling file system does it.
        let names = if keep() { state.names.clone() } else { state.durable_names.clone() };
        let durable_names = names.clone();
        Self(Arc::new(Mutex::new(State { plan: Plan::Nothing, count: 0, files, names, durable_names })))
    }

    /// Flips a bit wherever `pattern` stands in a file whose name begins so; says how often it did.
    pub fn flip(&self, file: &str, pattern: &[u8]) -> usize {
        let mut state = self.0.lock().unwrap();
        let names: Vec<usize> = state.names.iter().filter(|it| it.0.starts_with(file)).map(|it| *it.1).collect();
        let mut flips = 0;
        for number in names {
            let found = &mut state.files[number];
            let places: Vec<usize> =
                found.durable.windows(pattern.len()).enumerate().filter(|it| it.1 == pattern).map(|it| it.0).collect();
            for at in places {
                found.durable[at] ^= 4;
                found.shown[at] ^= 4;
                flips += 1;
            }
        }
        flips
    }

    /// A copy of the disk with the file changed whose name begins so.
    pub fn damaged(&self, file: &str, damage: impl FnOnce(&mut Vec<u8>)) -> Self {
        let copy = self.after_power_cut(Arrives::None);
        copy.with(|state| {
            let number = state.number(file);
            damage(&mut state.files[number].durable);
            state.files[number].shown = state.files[number].durable.clone();
            Ok(())
        })
        .unwrap();
        copy
    }

    /// How far the file whose name begins so is no zeros.
    pub fn written(&self, file: &str) -> usize {
        let state = self.0.lock().unwrap();
        let bytes = &state.files[state.number(file)].durable;
        bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)
    }

    pub fn names(&self) -> Vec<String> {
        self.0.lock().unwrap().names.keys().cloned().collect()
    }

    pub fn open(&self) -> Result<Embedded, store::Failure> {
        Embedded::open_with(Box::new(self.clone()), 700_000)
    }

    fn with<T>(&self, f: impl FnOnce(&mut State) -> io::Result<T>) -> io::Result<T> {
        f(&mut self.0.lock().unwrap())
    }
}

impl State {
    /// Counts one operation that changes the disk; fails if its hour has come.
    fn step(&mut self) -> io::Result<()> {
        let at = self.count;
        self.count += 1;
        match self.plan {
            Plan::FailAt(n) if n == at => Err(io::Error::other("injected failure")),
            Plan::CutAt(n) if n <= at => Err(io::Error::other("injected power cut")),
            _ => Ok(()),
        }
    }

    /// The only file whose name begins so.
    fn number(&self, begins: &str) -> usize {
        let mut named = self.names.iter().filter(|it| it.0.starts_with(begins));
        let (first, other) = (named.next().unwrap(), named.next());
        assert_eq!(other, None);
        *first.1
    }

    fn find(&self, file: &str) -> io::Result<usize> {
        self.names.get(file).copied().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}

#[derive(Debug)]
struct Handle {
    disk: Faulty,
    number: usize,
}

impl RawFile for Handle {
    fn length(&self) -> io::Result<u64> {
        self.disk.with(|state| Ok(state.files[self.number].shown.len() as u64))
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.disk.with(|state| {
            let at = usize::try_from(offset).unwrap();
            let bytes = state.files[self.number].shown.get(at..at + out.len());
            out.copy_from_slice(bytes.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?);
            Ok(())
        })
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.put(Change::Length(usize::try_from(len).unwrap()))
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.put(Change::Write(usize::try_from(offset).unwrap(), data.to_vec()))
    }
    fn sync(&self) -> io::Result<()> {
        self.disk.with(|state| {
            let done = state.step();
            let cut = matches!(state.plan, Plan::CutAt(_));
            let file = &mut state.files[self.number];
            match done {
                Ok(()) => {
                    file.pending.clear();
                    file.durable = file.shown.clone();
                }
                // As Linux does: what could not be written counts as clean, is shown, and never arrives.
                Err(_) if !cut => file.pending.clear(),
                Err(_) => {}
            }
            done
        })
    }
}

impl Handle {
    fn put(&self, it: Change) -> io::Result<()> {
        self.disk.with(|state| {
            let done = state.step();
            let file = &mut state.files[self.number];
            // Also the write during which the power goes may arrive in part.
            if done.is_ok() || matches!(state.plan, Plan::CutAt(n) if n + 1 == state.count) {
                change(&mut file.shown, &it);
                file.pending.push(it);
            }
            done
        })
    }
}

impl Medium for Faulty {
    fn name(&self) -> String {
        "faulty".into()
    }
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.names())
    }
    fn open(&self, file: &str) -> io::Result<Box<dyn RawFile>> {
        self.with(|state| {
            if !state.names.contains_key(file) {
                state.step()?;
                state.files.push(FileState::default());
                state.names.insert(file.to_owned(), state.files.len() - 1);
            }
            let number = state.find(file)?;
            Ok(Box::new(Handle { disk: self.clone(), number }) as Box<dyn RawFile>)
        })
    }
    fn bytes(&self, file: &str) -> io::Result<u64> {
        self.with(|state| Ok(state.files[state.find(file)?].shown.len() as u64))
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.with(|state| {
            state.step()?;
            let number = state.find(from)?;
            state.names.remove(from);
            state.names.insert(to.to_owned(), number);
            Ok(())
        })
    }
    fn remove(&self, file: &str) -> io::Result<()> {
        self.with(|state| {
            state.step()?;
            state.find(file)?;
            state.names.remove(file);
            Ok(())
        })
    }
    fn sync_names(&self) -> io::Result<()> {
        self.with(|state| {
            state.step()?;
            state.durable_names = state.names.clone();
            Ok(())
        })
    }
    fn forget(&self) -> io::Result<()> {
        self.with(|state| {
            for file in &mut state.files {
                if file.pending.is_empty() {
                    file.shown = file.durable.clone();
                }
            }
            Ok(())
        })
    }
}

/// The frame of a revision; its bytes can be told from any other's.
pub fn frame(revision: u64) -> Frame {
    let mut batch = [7; 16];
    batch[..8].copy_from_slice(&revision.to_le_bytes());
    // Some take more than the room that is made at once.
    let much = if revision.is_multiple_of(7) { 180_000 } else { 0 };
    let length = 40 + usize::try_from(revision * 3700 % 9001).unwrap() + much;
    let mut body = format!("frame {revision:08} ").into_bytes();
    body.resize(length, b'.');
    Frame { revision, batch, body }
}

/// The chunk of a checkpoint.
pub fn chunk(revision: u64, number: u64) -> Vec<u8> {
    let mut bytes = format!("checkpoint {revision:08} chunk {number:04} ").into_bytes();
    bytes.resize(3000, b'-');
    bytes
}
