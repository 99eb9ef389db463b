//! `berth store`: prints what the store's tools find out. Knows the terminal; what is true of a store is the tools'.

use crate::cli::{Output, Store};
use crate::history;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write, stdin, stdout};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use store::format::hex;
use store::tools::{self, Info, Step};
use store::{DIRECTORY, DataFolder, Head};

/// Prints a line. Whoever reads may have heard enough and gone.
macro_rules! out {
    ($($line:tt)*) => {{
        use std::io::Write;
        writeln!(std::io::stdout(), $($line)*).ok();
    }};
}
pub(crate) use out;

/// Does what was asked for.
pub fn run(command: Store) -> Result<()> {
    match command {
        Store::Info { folders, output } => folders.iter().try_for_each(|folder| info(folder, output)),
        Store::Verify { folders } => verify(&folders.iter().map(AsRef::as_ref).collect::<Vec<_>>()),
        Store::Export { folder, file } => export(&folder, &file),
        Store::Import { folder, file } => import(&folder, &file),
        Store::History { id, data, output } => history::run(&id, &open(&data)?, output),
    }
}

/// A folder that is there already: looking into one must not make it.
fn open(folder: &Path) -> Result<DataFolder> {
    if !folder.is_dir() {
        bail!("there is no data folder {}", folder.display());
    }
    Ok(DataFolder::open(folder)?)
}

/// The stores in a folder, the directory's first.
fn names(folder: &DataFolder) -> Result<Vec<String>> {
    let mut names = folder.regions()?;
    names.sort_by_key(|name| (name != DIRECTORY, name.clone()));
    Ok(names)
}

fn info(folder: &Path, output: Output) -> Result<()> {
    let data = open(folder)?;
    let mut all = serde_json::Map::new();
    for name in names(&data)? {
        let info = tools::info_of(&data, &name).with_context(|| name.clone())?;
        match output {
            Output::Table => print_info(folder, &name, &info),
            Output::Json => drop(all.insert(name, info_json(&info))),
        }
    }
    if output == Output::Json {
        out!("{:#}", json!({ "folder": folder.display().to_string(), "stores": all }));
    }
    Ok(())
}

fn print_info(folder: &Path, name: &str, info: &Info) {
    let bytes: u64 = info.files.iter().map(|file| file.bytes).sum();
    out!("{}/{name} ({}, format {})", folder.display(), info.holds, info.format);
    out!("  head        revision {}, {}", info.head.revision, hex(&info.head.chain));
    match info.oldest {
        Some(oldest) => out!("  journal     from revision {oldest}"),
        None => out!("  journal     empty"),
    }
    match &info.checkpoint {
        Some(checkpoint) => out!("  checkpoint  revision {}", checkpoint.revision),
        None => out!("  checkpoint  none"),
    }
    out!("  files       {} with {bytes} bytes", info.files.len());
    for (kind, count) in &info.in_checkpoint {
        out!("  checkpoint  {count} {kind}");
    }
    for (kind, count) in &info.in_journal {
        out!("  journal     {count} {kind}");
    }
    out!("  tokens      {}", info.tokens);
}

fn info_json(info: &Info) -> Value {
    let head = |head: &Head| json!({ "revision": head.revision, "chain": hex(&head.chain) });
    let files: Vec<Value> = info.files.iter().map(|file| json!({ "name": file.name, "bytes": file.bytes })).collect();
    json!({
        "holds": info.holds,
        "format": info.format,
        "head": head(&info.head),
        "oldest": info.oldest,
        "checkpoint": info.checkpoint.as_ref().map(head),
        "files": files,
        "in_checkpoint": info.in_checkpoint,
        "in_journal": info.in_journal,
        "tokens": info.tokens,
    })
}

fn verify(folders: &[&Path]) -> Result<()> {
    let mut problems = 0;
    for folder in folders {
        let data = open(folder)?;
        for name in names(&data)? {
            let report = tools::verify_of(&data, &name, &mut progress)?;
            let compared = if report.compared { ", journal and checkpoint agree" } else { "" };
            let verdict = if report.problems.is_empty() { "sound" } else { "NOT SOUND" };
            let (frames, chunks) = (report.frames, report.chunks);
            out!("{}/{name}: {verdict}: {frames} batches, {chunks} chunks{compared}", folder.display());
            report.problems.iter().for_each(|problem| out!("  {problem}"));
            problems += report.problems.len();
        }
    }
    if problems > 0 {
        bail!("{problems} problems were found; restore from a backup or an export");
    }
    Ok(())
}

fn export(folder: &Path, file: &Path) -> Result<()> {
    let data = open(folder)?;
    let mut out: Box<dyn Write> = if file == Path::new("-") {
        Box::new(stdout().lock())
    } else {
        // Secrets go into it, so nobody else may read it; and nothing is written over.
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
        Box::new(made.with_context(|| file.display().to_string())?)
    };
    let mut out = BufWriter::new(&mut out);
    let exported = tools::export(&data, &mut out, &mut progress)?;
    out.flush()?;
    eprintln!("{} lines of {} stores", exported.lines, exported.stores.len());
    Ok(())
}

fn import(folder: &Path, file: &Path) -> Result<()> {
    let mut input: Box<dyn BufRead> = if file == Path::new("-") {
        Box::new(stdin().lock())
    } else {
        Box::new(BufReader::new(File::open(file).with_context(|| file.display().to_string())?))
    };
    let imported = tools::import(folder, &mut input, &mut progress)?;
    for (name, head) in &imported.stores {
        out!("{}/{name}: revision {}, {}", folder.display(), head.revision, hex(&head.chain));
    }
    Ok(())
}

/// A long reading says where it is.
pub fn progress(step: Step<'_>) {
    if step.done.is_multiple_of(1 << 20) {
        eprintln!("{}: {} read, at revision {}", step.store, step.done, step.revision);
    }
}
