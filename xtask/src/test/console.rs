//! The console: its sources type-checked and built anew, which must give the files that are committed; the sample code
//! that it generates, run against `berth dev`; and the console itself in Chromium. Screenshots stay below the build folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::{Place, clients, programs, tools};

const CHROMIUM: &str = "Chromium (Debian: apt-get install chromium), or say in CHROMIUM where it is";
const OPENSSL: &str = "curl and openssl (Debian: apt-get install curl openssl)";

pub(super) fn run(place: &Place) -> Result<()> {
    println!("node {}", tools::need("node", "--version", clients::NODE)?);
    let chromium = chromium()?;
    tools::need("curl", "--version", OPENSSL)?;
    tools::need("openssl", "version", OPENSSL)?;
    let home = ready(place)?;
    built_as_committed(place, &home)?;
    programs::build(place)?;
    let (python, node) = (clients::python_ready(place)?, clients::node_ready(place)?);
    tell(place, || {
        let mut command = Command::new("node");
        command.arg("tests/samples/run.mjs").current_dir(&home);
        command.env("PYTHON", &python).env("NODE_CLIENTS", node.join("node_modules"));
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("WORK", home.join("samples"));
        command.env("OPERATIONS", place.root.join("console/data/operations.json"));
        command.env("JAVA_PARSER", home.join("tests/samples/Parse.java"));
        command
    })?;
    let shots = home.join("screenshots");
    println!("screenshots: {}", shots.display());
    // Each begins on a fleet that nobody has touched.
    for file in ["tests/browser/stories.test.mjs", "tests/browser/looks.test.mjs"] {
        tell(place, || {
            let mut command = Command::new("node");
            command.args(["--test", "--test-reporter=spec", "--test-timeout=120000", file]).current_dir(&home);
            command.env("CHROMIUM", &chromium).env("SHOTS", &shots);
            command
        })?;
    }
    Ok(())
}

/// Where Chromium is: what CHROMIUM says, or what Debian calls it.
fn chromium() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Ok(named.into());
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&folders).map(|it| it.join("chromium")).find(|it| it.is_file());
    found.with_context(|| format!("chromium is missing. Install {CHROMIUM}"))
}

/// A folder with the console's sources, what they are built with, and the tests.
fn ready(place: &Place) -> Result<PathBuf> {
    let home = place.scratch("console")?;
    for part in ["src", "data", "tests"] {
        fs::remove_dir_all(home.join(part)).ok();
    }
    let here = place.root.join("console");
    let lists = ["package.json", "package-lock.json"];
    for name in lists.into_iter().chain([".npmrc", ".prettierignore", ".prettierrc.json", "build.mjs", "tsconfig.json"])
    {
        fs::copy(here.join(name), home.join(name)).with_context(|| name.to_owned())?;
    }
    copy(&here.join("src"), &home.join("src"))?;
    copy(&here.join("data"), &home.join("data"))?;
    copy(&place.root.join("tests/console"), &home.join("tests"))?;
    clients::once(&home, &lists.map(|it| here.join(it)), || {
        tools::run(Command::new("npm").args(["ci", "--ignore-scripts"]).current_dir(&home))
    })?;
    tools::run(Command::new("node").args(["build.mjs", "--lib", "tests/lib.mjs"]).current_dir(&home))?;
    Ok(home)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

/// The sources are sound, and give byte for byte what is committed.
fn built_as_committed(place: &Place, home: &Path) -> Result<()> {
    tools::run(Command::new("npm").args(["run", "--silent", "check"]).current_dir(home))?;
    tools::run(Command::new("node").args(["build.mjs", "--out", "dist"]).current_dir(home))?;
    let (made, kept) = (files(&home.join("dist"))?, files(&place.root.join("console/dist"))?);
    ensure!(made == kept, "console/dist has the files {kept:?}, the build makes {made:?}");
    for name in made {
        let (made, kept) =
            (fs::read(home.join("dist").join(&name))?, fs::read(place.root.join("console/dist").join(&name))?);
        if made != kept {
            bail!("console/dist/{name} is not what its sources give; run `npm ci && npm run build` in console/");
        }
    }
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Runs a program against a `berth dev` of its own.
fn tell(place: &Place, command: impl Fn() -> Command) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let running = clients::dev(place, folder.path())?;
    tools::run(running.tell(&mut command()))?;
    let log = running.server.log()?;
    ensure!(!log.contains("panicked"), "the server's log has a panic:\n{log}");
    running.server.stop()
}
