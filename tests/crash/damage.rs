//! Data files with bytes flipped and ends cut off: a start either shows exactly what was there, or refuses and names the file.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rig::config::REGION;
use rig::{Dice, clock};
use serde_json::Value;

use crate::site::Site;

/// Regions of a file from each of which something is damaged, and places in its written part beside them.
const EDGES: [u64; 8] = [0, 1, 63, 64, 320, 4095, 4096, 8192];

/// What is done to a file.
#[derive(Clone, Copy, Debug)]
enum Damage {
    /// The bits of this byte that are set in the mask are flipped.
    Flip(u64, u8),
    /// Only so many bytes are left.
    Cut(u64),
}

/// Damages copies of real data so often.
///
/// # Errors
/// When a start shows something else than was there, or refuses without naming the file.
pub fn run(binary: &Path, seed: u64, trials: u64) -> Result<String> {
    let mut site = Site::new(binary, seed, "")?;
    let running = site.start()?;
    site.under_load(|| {
        thread::sleep(Duration::from_millis(600));
        running.kill()
    })?;
    let running = site.start()?;
    site.check()?;
    // Those that end by themselves do so before anything is compared.
    let ends = site.workers.iter().flat_map(|worker| &worker.promises).filter_map(|it| it.ends).max();
    while ends.is_some_and(|ends| clock::now() <= ends) {
        thread::sleep(Duration::from_millis(100));
    }
    let expected = shown(&site)?;
    running.kill()?;
    let whole = site.folder.path().join("whole");
    copy(&site.written.data, &whole)?;
    let files = files(&whole)?;
    ensure!(files.len() >= 4, "too few files: {files:?}");
    let (mut correct, mut refused) = (0, 0);
    for trial in 0..trials {
        let at = usize::try_from(trial)? % files.len();
        let damage = choose(&whole.join(&files[at]), &mut site.dice)?;
        fs::remove_dir_all(&site.written.data)?;
        copy(&whole, &site.written.data)?;
        let file = site.written.data.join(&files[at]);
        apply(&file, damage)?;
        let told = format!("{} with {damage:?}", files[at].display());
        if outcome(&site, &expected, &files[at]).with_context(|| told)? { correct += 1 } else { refused += 1 }
    }
    Ok(format!("{trials} damages in {} files: {correct} made no difference, {refused} refused by name", files.len()))
}

/// Whether the server shows what was there; otherwise it has refused, and named the file.
fn outcome(site: &Site, expected: &[Value], file: &Path) -> Result<bool> {
    fs::write(&site.log, "")?;
    match site.start() {
        Ok(running) => {
            let seen = shown(site)?;
            ensure!(seen == expected, "it shows something else:\n{seen:?}\nand not\n{expected:?}");
            running.kill()?;
            Ok(true)
        }
        Err(error) => {
            let said = fs::read_to_string(&site.log)?;
            let name = file.file_name().and_then(|it| it.to_str()).context("a name that is no text")?;
            // The library below may panic over such a file; what is said last is what counts.
            let last = said.lines().last().unwrap_or_default();
            if !last.starts_with("berth: ") || !last.contains(name) {
                bail!("it does not name {name}: {error:#}");
            }
            Ok(false)
        }
    }
}

/// All that an account sees.
fn shown(site: &Site) -> Result<Vec<Value>> {
    let mut client = site.client();
    let mut all = client.reservations(REGION, &[])?;
    all.extend(client.instances(REGION, &[])?);
    Ok(all)
}

fn choose(file: &Path, dice: &mut Dice) -> Result<Damage> {
    let length = fs::metadata(file)?.len();
    let mut edges: Vec<u64> = EDGES.into_iter().filter(|edge| *edge < length).collect();
    // The written part is a small one of a file that is filled ahead.
    let written = written(file)?;
    edges.extend((0..8).map(|_| dice.below(written.max(1))));
    edges.push(dice.below(length.max(1)));
    edges.push(length.saturating_sub(1));
    let at = edges[dice.place(edges.len())].min(length.saturating_sub(1));
    Ok(if dice.below(3) == 0 { Damage::Cut(at) } else { Damage::Flip(at, 1 << dice.below(8)) })
}

fn apply(file: &Path, damage: Damage) -> Result<()> {
    let mut file = OpenOptions::new().read(true).write(true).open(file)?;
    match damage {
        Damage::Cut(length) => file.set_len(length)?,
        Damage::Flip(at, mask) => {
            let mut byte = [0];
            file.seek(SeekFrom::Start(at))?;
            // An empty file has nothing to flip.
            if file.read(&mut byte)? == 1 {
                file.seek(SeekFrom::Start(at))?;
                file.write_all(&[byte[0] ^ mask])?;
            }
        }
    }
    Ok(())
}

/// Where the last byte stands that is no zero.
fn written(file: &Path) -> Result<u64> {
    let mut bytes = Vec::new();
    File::open(file)?.read_to_end(&mut bytes)?;
    Ok(bytes.iter().rposition(|byte| *byte != 0).map_or(0, |at| at as u64 + 1))
}

/// All files below a folder that are not empty, relative to it.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else if entry.metadata()?.len() > 0 {
                found.push(entry.path().strip_prefix(folder)?.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let done = Command::new("cp").args(["--archive", "--sparse=always"]).arg(from).arg(to).status()?;
    ensure!(done.success(), "cp: {done}");
    Ok(())
}
