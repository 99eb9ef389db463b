//! Rules about crates: what a pure crate may depend on, which way imports run, which bans each repeats,
//! which files the tree must have.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Problem;

/// Crates that are pure, each with all it may depend on.
const PURE: [(&str, &[&str]); 4] = [
    ("ledger", &[]),
    ("rpc", &["base64", "hmac", "serde", "serde_json", "sha1", "sha2", "subtle"]),
    ("api", &["ledger", "rpc", "serde_json"]),
    ("desk", &["api", "ledger", "rpc", "store"]),
];

/// Our crates, each with those of ours that it may import. A crate not named here imports none.
const IMPORTS: [(&str, &[&str]); 9] = [
    ("ledger", &[]),
    ("rpc", &[]),
    ("api", &["ledger", "rpc"]),
    ("store", &["ledger"]),
    ("desk", &["api", "ledger", "rpc", "store"]),
    ("server", &["api", "desk", "ledger", "rpc", "store"]),
    ("sim", &["api", "desk", "ledger", "rpc", "store"]),
    ("oracles", &["ledger", "rpc", "sim", "store"]),
    ("berth", &["api", "desk", "ledger", "rpc", "server", "sim", "store"]),
];

/// What a pure crate's clippy.toml must ban. Its file replaces the root's, so it repeats the root's bans too.
const BANS: [&str; 10] = [
    "std::time::SystemTime",
    "std::time::Instant",
    "std::collections::HashMap",
    "std::collections::HashSet",
    "std::thread::spawn",
    "std::fs::File",
    "std::net::TcpListener",
    "std::net::TcpStream",
    "f32",
    "f64",
];

/// Files that a reader must find.
const FILES: [&str; 8] = [
    "ARCHITECTURE.md",
    "COMPAT.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "LICENSE",
    "deny.toml",
    "clippy.toml",
    "docs/glossary.md",
];

/// Checks the crates under `root`.
pub(super) fn check(root: &Path, problems: &mut Vec<Problem>) -> Result<()> {
    for (name, allowed) in PURE {
        dependencies(root, name, |it| allowed.contains(&it), "a pure crate has only these", problems)?;
        bans(root, name, problems)?;
    }
    for entry in fs::read_dir(root.join("crates"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !root.join("crates").join(&name).join("Cargo.toml").is_file() {
            continue;
        }
        let row = IMPORTS.iter().find(|(it, _)| *it == name);
        let ours = |it: &str| root.join("crates").join(it).is_dir();
        let allowed = |it: &str| !ours(it) || row.is_some_and(|(_, allowed)| allowed.contains(&it));
        dependencies(root, &name, allowed, "imports run one way (ARCHITECTURE.md)", problems)?;
    }
    for name in FILES {
        if !root.join(name).is_file() {
            problems.push(Problem { path: name.into(), line: 0, what: "is missing; write it".to_owned() });
        }
    }
    Ok(())
}

fn dependencies(
    root: &Path,
    name: &str,
    allowed: impl Fn(&str) -> bool,
    rule: &str,
    problems: &mut Vec<Problem>,
) -> Result<()> {
    let path = Path::new("crates").join(name).join("Cargo.toml");
    let text = fs::read_to_string(root.join(&path)).with_context(|| path.display().to_string())?;
    let manifest: toml::Table = text.parse().with_context(|| path.display().to_string())?;
    for section in ["dependencies", "build-dependencies"] {
        let Some(table) = manifest.get(section).and_then(toml::Value::as_table) else { continue };
        for key in table.keys().filter(|it| !allowed(it)) {
            let line = line_of(&text, |it| it.starts_with(key.as_str()));
            let what = format!("{name} must not depend on {key}: {rule}; take it out");
            problems.push(Problem { path: path.clone(), line, what });
        }
    }
    if manifest.contains_key("target") {
        problems.push(Problem {
            path,
            line: 0,
            what: "dependencies by target are not checked here; do without".to_owned(),
        });
    }
    Ok(())
}

fn bans(root: &Path, name: &str, problems: &mut Vec<Problem>) -> Result<()> {
    let path: PathBuf = Path::new("crates").join(name).join("clippy.toml");
    let Ok(text) = fs::read_to_string(root.join(&path)) else {
        problems.push(Problem { path, line: 0, what: "a pure crate has a clippy.toml with the bans".to_owned() });
        return Ok(());
    };
    let there = banned(&text).with_context(|| path.display().to_string())?;
    let root_text = fs::read_to_string(root.join("clippy.toml")).unwrap_or_default();
    let needed = banned(&root_text).context("clippy.toml")?.into_iter();
    for ban in needed.chain(BANS.map(str::to_owned)) {
        if !there.contains(&ban) {
            let what = format!("does not ban {ban}; repeat the ban with its reason");
            problems.push(Problem { path: path.clone(), line: 0, what });
        }
    }
    Ok(())
}

fn banned(text: &str) -> Result<Vec<String>> {
    let file: toml::Table = text.parse()?;
    let lists = ["disallowed-types", "disallowed-methods", "disallowed-macros"];
    let bans = lists.iter().filter_map(|it| file.get(*it)).filter_map(toml::Value::as_array).flatten();
    let paths = bans.filter_map(|ban| ban.get("path").unwrap_or(ban).as_str());
    Ok(paths.map(str::to_owned).collect())
}

fn line_of(text: &str, is: impl Fn(&str) -> bool) -> usize {
    text.lines().position(is).map_or(0, |it| it + 1)
}
