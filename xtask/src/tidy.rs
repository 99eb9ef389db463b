//! Style and shape as a test: what matters is checked by `cargo test`, at home as in CI.
//! Each rule says where it is broken and what to do. Reads files; builds and runs nothing.
//! A rule about the text of files goes to `text.rs`, about crates to `shape.rs`, about the wire to `wire.rs`.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

mod shape;
mod text;
mod wire;

/// Folders that hold nothing of ours.
const SKIPPED: [&str; 7] = ["target", "node_modules", "__pycache__", ".git", ".venv", "berth-data", "vectors"];

/// One broken rule.
#[derive(Debug)]
pub struct Problem {
    /// Under the root.
    pub path: PathBuf,
    /// From 1; 0 is the file as a whole.
    pub line: usize,
    /// What is wrong and what to do.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path.display(), self.line, self.what)
    }
}

/// A text file of the tree.
#[derive(Debug)]
struct Source {
    /// Under the root.
    path: PathBuf,
    text: String,
}

impl Source {
    fn problem(&self, line: usize, what: impl Into<String>) -> Problem {
        Problem { path: self.path.clone(), line, what: what.into() }
    }

    fn is(&self, extensions: &[&str]) -> bool {
        let extension = self.path.extension().and_then(|it| it.to_str());
        extension.is_some_and(|it| extensions.contains(&it))
    }
}

/// Prints every problem.
///
/// # Errors
/// When there is one, or the tree cannot be read.
pub fn run() -> Result<()> {
    let problems = problems(&crate::root())?;
    for problem in &problems {
        println!("{problem}");
    }
    ensure!(problems.is_empty(), "{} problems", problems.len());
    println!("tidy");
    Ok(())
}

/// Every broken rule of the tree at `root`, in the order of paths.
///
/// # Errors
/// A tree or contract that cannot be read.
pub fn problems(root: &Path) -> Result<Vec<Problem>> {
    let mut sources = Vec::new();
    gather(root, Path::new(""), &mut sources)?;
    sources.sort_by(|left, right| left.path.cmp(&right.path));
    let mut problems = Vec::new();
    for source in &sources {
        text::check(source, &mut problems);
    }
    shape::check(root, &mut problems)?;
    wire::check(root, &sources, &mut problems)?;
    problems.sort_by(|left, right| (&left.path, left.line).cmp(&(&right.path, right.line)));
    Ok(problems)
}

fn gather(root: &Path, folder: &Path, sources: &mut Vec<Source>) -> Result<()> {
    let here = root.join(folder);
    for entry in fs::read_dir(&here).with_context(|| here.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_str().is_none_or(|it| SKIPPED.contains(&it) || it.starts_with("target-")) {
            continue;
        }
        let path = folder.join(&name);
        if entry.file_type()?.is_dir() {
            gather(root, &path, sources)?;
        } else if let Ok(text) = fs::read_to_string(root.join(&path)) {
            sources.push(Source { path, text });
        }
    }
    Ok(())
}
