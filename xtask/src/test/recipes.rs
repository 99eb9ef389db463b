//! The recipes of the manual for automation tests, from the files that the manual shows: pytest and Node's test runner
//! against the built binary; of the others the syntax, as far as their tools are here.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{Place, clients, programs, tools};
use crate::shown;

pub(super) fn run(place: &Place) -> Result<()> {
    let (python, node) = (clients::python_ready(place)?, clients::node_ready(place)?);
    programs::build(place)?;
    let pytest = copied(place, "pytest", &place.scratch("recipes")?)?;
    let mut command = Command::new(python);
    command.args(["-W", "ignore", "-m", "pytest", "-q", "-p", "no:cacheprovider"]).current_dir(pytest);
    tools::run(command.env("BERTH", place.berth()).env("PYTHONDONTWRITEBYTECODE", "1"))?;
    // Below the folder that has the stock clients.
    let tests = copied(place, "node", &node)?;
    let mut command = Command::new("node");
    command.args(["--test", "--test-reporter=spec", "reservations.test.js"]).current_dir(tests);
    tools::run(command.env("BERTH", place.berth()))?;
    let files = |name: &str| format!("examples/recipes/{name}");
    checked(place, "gofmt", &["-e", "-l", &files("go")])?;
    checked(place, "terraform", &["fmt", "-check", "-diff", &files("terraform")])
}

/// A folder below `home` with the files that the page of a recipe shows, and no others.
fn copied(place: &Place, recipe: &str, home: &Path) -> Result<PathBuf> {
    let page = place.root.join("docs/manual/recipes").join(recipe).with_extension("md");
    let folder = home.join(format!("recipe-{recipe}"));
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let files = shown::files(&page)?;
    ensure!(!files.is_empty(), "{} shows no file", page.display());
    for file in files {
        let name = file.file_name().with_context(|| file.display().to_string())?;
        fs::copy(place.root.join(&file), folder.join(name)).with_context(|| file.display().to_string())?;
    }
    Ok(folder)
}

/// Runs a tool that says nothing of what is well written; where there is none, that is said.
fn checked(place: &Place, tool: &str, arguments: &[&str]) -> Result<()> {
    let mut command = Command::new(tool);
    match command.args(arguments).current_dir(&place.root).output() {
        Err(_) => println!("not checked, there is no {tool} here: {}", arguments.join(" ")),
        Ok(done) => {
            let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
            ensure!(done.status.success(), "{tool} {}:\n{said}", arguments.join(" "));
            ensure!(done.stdout.is_empty(), "{tool} would write otherwise:\n{said}");
            println!("checked by {tool}: {}", arguments.join(" "));
        }
    }
    Ok(())
}
