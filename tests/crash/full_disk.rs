//! A disk that is full: changes are refused, what is there can be read, nothing acknowledged is lost, and when there is room
//! again the same process goes on. The disk is a small tmpfs that is mounted for it, which only root can do.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rig::config::{REGION, TYPE, ZONE};
use rig::{Answer, Client};

use crate::site::Site;

const DISK_MIB: usize = 32;
/// What is left of it when the filler stands beside the data.
const LEFT_BYTES: u64 = 1 << 20;
/// Reservations that are changed.
const HELD: usize = 8;
/// Far more changes than fit into what is left.
const CHANGES_MAX: usize = 20_000;
/// For a region to be loaded anew, on a machine busy with other things.
const PATIENCE: Duration = Duration::from_secs(60);

/// A mounted disk; gone when dropped.
struct Disk(PathBuf);

impl Disk {
    fn mount(at: &Path) -> Result<Self> {
        fs::create_dir_all(at)?;
        let size = format!("size={DISK_MIB}m,mode=700");
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(at).status()?;
        ensure!(
            done.success(),
            "a tmpfs could not be mounted ({done}): run this as root, or leave it out with --skip full-disk"
        );
        Ok(Self(at.to_owned()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        Command::new("umount").arg("--lazy").arg(&self.0).status().ok();
    }
}

/// A reservation, and what its description was last changed to.
struct Held {
    id: String,
    known: String,
    /// What a change that was refused would have made of it.
    perhaps: Option<String>,
}

/// Fills the disk so often.
///
/// # Errors
/// What was lost; a write that was acknowledged and is not there, a read that was not answered.
pub fn run(binary: &Path, seed: u64, times: u64) -> Result<String> {
    let site = Site::new(binary, seed, "")?;
    let _disk = Disk::mount(&site.written.data)?;
    let mut running = site.start()?;
    let mut client = site.client();
    let mut held = (0..HELD).map(|_| reserve(&mut client)).collect::<Result<Vec<_>>>()?;
    let mut changes = 0;
    for round in 1..=times {
        let filler = site.written.data.join("filler");
        fill(&filler, &site.written.data)?;
        let fault = until_full(&mut client, &mut held, &mut changes)?;
        ensure!(matches!(fault.status, 500 | 503), "a full disk is told as {} {}", fault.status, fault.code());
        compare(&mut client, &mut held).with_context(|| format!("on the full disk, round {round}"))?;
        running.alive()?;
        fs::remove_file(&filler)?;
        until_there_is_room(&mut client, &mut held, &mut changes)?;
        compare(&mut client, &mut held).with_context(|| format!("when there is room again, round {round}"))?;
        let log = running.log()?;
        ensure!(log.contains("No space left") && !log.contains("panicked"), "the log does not name the cause");
    }
    running.kill()?;
    let running = site.start()?;
    compare(&mut client.anew(), &mut held).context("after a kill")?;
    running.stop()?;
    site.verify()?;
    Ok(format!("{times} times full; {changes} changes acknowledged, none lost"))
}

fn reserve(client: &mut Client) -> Result<Held> {
    let params = [("RegionId", REGION), ("ZoneId.1", ZONE), ("InstanceType", TYPE), ("InstanceAmount", "1")];
    let id = client.call("CreateCapacityReservation", &params)?.good()?.text("PrivatePoolOptionsId").to_owned();
    Ok(Held { id, known: String::new(), perhaps: None })
}

/// Changes one of them.
fn change(client: &mut Client, held: &mut [Held], changes: &mut usize) -> Result<Answer> {
    let next = *changes + 1;
    let it = &mut held[next % HELD];
    // Long, so that few of them fill the disk.
    let description = format!("{next:0>200}");
    let params = [("RegionId", REGION), ("PrivatePoolOptions.Id", it.id.as_str()), ("Description", &description)];
    let answer = client.call("ModifyCapacityReservation", &params)?;
    if answer.status == 200 {
        (it.known, it.perhaps) = (description, None);
        *changes = next;
    } else {
        it.perhaps = Some(description);
    }
    Ok(answer)
}

/// Takes all of the disk but a little.
fn fill(filler: &Path, data: &Path) -> Result<()> {
    let said = Command::new("df").args(["--output=avail", "--block-size=1"]).arg(data).output()?;
    let free: u64 = String::from_utf8_lossy(&said.stdout).lines().nth(1).unwrap_or_default().trim().parse()?;
    let mut file = File::create(filler)?;
    let piece = vec![7; 1 << 16];
    for _ in 0..free.saturating_sub(LEFT_BYTES) / (1 << 16) {
        file.write_all(&piece)?;
    }
    Ok(())
}

/// Changes things until one is refused.
fn until_full(client: &mut Client, held: &mut [Held], changes: &mut usize) -> Result<Answer> {
    for _ in 0..CHANGES_MAX {
        let answer = change(client, held, changes)?;
        if answer.status != 200 {
            return Ok(answer);
        }
    }
    anyhow::bail!("{CHANGES_MAX} changes, and the disk is not full")
}

/// Each is as it was acknowledged, or as the change that was refused would have made it.
fn compare(client: &mut Client, held: &mut [Held]) -> Result<()> {
    let begun = Instant::now();
    let seen = loop {
        match client.reservations(REGION, &[]) {
            Ok(seen) => break seen,
            // It is being loaded anew.
            Err(_) if begun.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(50)),
            Err(error) => return Err(error),
        }
    };
    ensure!(seen.len() == held.len(), "{} are there, of {}", seen.len(), held.len());
    for it in held {
        let found = seen.iter().find(|found| found["PrivatePoolOptionsId"] == *it.id).context("one is lost")?;
        let now = found["Description"].as_str().unwrap_or_default();
        ensure!(
            now == it.known || Some(now) == it.perhaps.as_deref(),
            "{now}, known {}, perhaps {:?}",
            it.known,
            it.perhaps
        );
        (it.known, it.perhaps) = (now.to_owned(), None);
    }
    Ok(())
}

fn until_there_is_room(client: &mut Client, held: &mut [Held], changes: &mut usize) -> Result<()> {
    let begun = Instant::now();
    loop {
        let answer = change(client, held, changes)?;
        if answer.status == 200 {
            return Ok(());
        }
        ensure!(matches!(answer.status, 500 | 503), "{} {}", answer.status, answer.code());
        ensure!(begun.elapsed() < PATIENCE, "there is room again, and it answers {}", answer.code());
        thread::sleep(Duration::from_millis(50));
    }
}
