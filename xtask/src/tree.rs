//! A copy of a part of the tree, in which tasks change the code: never in the tree itself.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// What every copy has.
const ROOT: [&str; 3] = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml"];

/// Copies what is needed; whatever is newer there is replaced.
///
/// # Errors
/// When a part cannot be read, or the copy not be written.
pub fn copy(tree: &Path, parts: &[&str]) -> Result<()> {
    fs::remove_dir_all(tree.join("crates")).ok();
    fs::create_dir_all(tree.join("crates"))?;
    for part in ROOT.iter().chain(parts) {
        copy_all(&crate::root().join(part), &tree.join(part)).with_context(|| (*part).to_owned())?;
    }
    // The other members of the workspace are not there.
    let file = tree.join("Cargo.toml");
    let text = fs::read_to_string(&file)?;
    let lines = text.lines().map(|line| match line.split(' ').next() {
        Some("members") => "members = [\"crates/*\"]",
        Some("default-members") => "",
        _ => line,
    });
    fs::write(file, lines.collect::<Vec<_>>().join("\n"))?;
    Ok(())
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    if !from.is_dir() {
        fs::copy(from, to)?;
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy_all(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// The same for the same names and contents of the files of these parts of a copy.
///
/// # Errors
/// When a part cannot be read.
pub fn digest(tree: &Path, parts: &[&str]) -> Result<String> {
    let mut hash = Sha256::new();
    for part in ROOT.iter().chain(parts) {
        hash_all(tree, Path::new(part), &mut hash).with_context(|| (*part).to_owned())?;
    }
    Ok(told(hash))
}

/// The same for the same content.
///
/// # Errors
/// When the file cannot be read.
pub fn digest_of_file(file: &Path) -> Result<String> {
    let content = fs::read(file).with_context(|| file.display().to_string())?;
    Ok(told(Sha256::new_with_prefix(content)))
}

fn told(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hash_all(tree: &Path, path: &Path, hash: &mut Sha256) -> Result<()> {
    let full = tree.join(path);
    if full.is_dir() {
        let names = fs::read_dir(full)?.map(|entry| entry.map(|it| it.file_name())).collect::<Result<Vec<_>, _>>();
        let mut names = names?;
        names.sort();
        return names.iter().try_for_each(|name| hash_all(tree, &path.join(name), hash));
    }
    let content = fs::read(full)?;
    hash.update(path.as_os_str().as_encoded_bytes());
    hash.update([0]);
    hash.update(content.len().to_be_bytes());
    hash.update(content);
    Ok(())
}
