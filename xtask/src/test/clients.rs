//! The stock clients: an environment for each, made once and kept below the build folder, and their stories told to
//! `berth dev` and to `berth serve` on a fresh folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rig::{Server, server};

use super::{Place, programs, tools};

const PYTHON: &str = "Python 3.9 or later with venv and pip (Debian: apt-get install python3 python3-venv)";
pub(super) const NODE: &str = "Node.js 18.15 or later with npm (Debian: apt-get install nodejs npm)";

/// A running server, and what its clients have to know.
pub(super) struct Running {
    /// The server; killed when dropped.
    pub server: Server,
    /// What it wrote.
    pub said: String,
    key: String,
    secret: String,
}

pub(super) fn python(place: &Place) -> Result<()> {
    let python = python_ready(place)?;
    let here = place.root.join("tests/clients/python");
    told_to_both(place, || {
        let mut command = Command::new(&python);
        command
            .args(["-W", "ignore", "-m", "unittest", "test_life", "test_instances"])
            .env("PYTHONDONTWRITEBYTECODE", "1");
        command.current_dir(&here);
        command
    })
}

/// A Python that has the stock clients.
pub(super) fn python_ready(place: &Place) -> Result<PathBuf> {
    println!("{}", tools::need("python3", "--version", PYTHON)?);
    let here = place.root.join("tests/clients/python");
    let home = place.scratch("python")?;
    let python = home.join("venv/bin/python");
    once(&home, &[here.join("requirements.txt")], || {
        let made = tools::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(home.join("venv")));
        made.with_context(|| format!("no virtual environment could be made. Install {PYTHON}"))?;
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        tools::run(pip.arg(here.join("requirements.txt")))
    })?;
    Ok(python)
}

pub(super) fn node(place: &Place) -> Result<()> {
    let home = node_ready(place)?;
    told_to_both(place, || {
        let mut command = Command::new("node");
        command.args(["--test", "--test-reporter=spec", "life.test.js", "instances.test.js"]).current_dir(&home);
        command
    })
}

/// A folder with the stories and the stock clients of Node.
pub(super) fn node_ready(place: &Place) -> Result<PathBuf> {
    println!("node {}", tools::need("node", "--version", NODE)?);
    println!("npm {}", tools::need("npm", "--version", NODE)?);
    let here = place.root.join("tests/clients/node");
    let home = place.scratch("node")?;
    for name in ["package.json", "package-lock.json", ".npmrc", "stock.js", "life.test.js", "instances.test.js"] {
        fs::copy(here.join(name), home.join(name)).with_context(|| name.to_owned())?;
    }
    once(&home, &[here.join("package.json"), here.join("package-lock.json")], || {
        // Nothing of these packages has to run at installation.
        tools::run(Command::new("npm").args(["ci", "--ignore-scripts"]).current_dir(&home))
    })?;
    Ok(home)
}

/// Installs, unless that was done before from the very same lists.
pub(super) fn once(home: &Path, lists: &[PathBuf], install: impl FnOnce() -> Result<()>) -> Result<()> {
    let mut wanted = String::new();
    for list in lists {
        wanted.push_str(&fs::read_to_string(list).with_context(|| list.display().to_string())?);
    }
    let mark = home.join("installed");
    if fs::read_to_string(&mark).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    install()?;
    fs::write(mark, wanted)?;
    Ok(())
}

fn told_to_both(place: &Place, command: impl Fn() -> Command) -> Result<()> {
    programs::build(place)?;
    for start in [dev, serve] {
        let folder = tempfile::tempdir()?;
        let running = start(place, folder.path())?;
        tools::run(running.tell(&mut command()))?;
        let log = running.server.log()?;
        ensure!(!log.contains("panicked"), "the server's log has a panic:\n{log}");
        running.server.stop()?;
    }
    Ok(())
}

/// `berth dev` in memory.
pub(super) fn dev(place: &Place, folder: &Path) -> Result<Running> {
    println!("told to berth dev:");
    let address = format!("127.0.0.1:{}", server::free_port()?);
    let started = Server::start(&place.berth(), &["dev", "--listen", &address], &address, &folder.join("log"))?;
    let said = started.log()?;
    Ok(Running { server: started, said, key: "berth-dev".to_owned(), secret: "berth-dev-secret".to_owned() })
}

/// `berth serve` with the example configuration on a folder that it makes, with the key that it prints.
pub(super) fn serve(place: &Place, folder: &Path) -> Result<Running> {
    println!("told to berth serve:");
    let address = format!("127.0.0.1:{}", server::free_port()?);
    let text = |path: PathBuf| path.to_str().map(str::to_owned).context("a path that is no text");
    let (config, data) = (text(place.root.join("examples/berth.toml"))?, text(folder.join("data"))?);
    let arguments = ["serve", "--config", &config, "--data", &data, "--listen", &address];
    let started = Server::start(&place.berth(), &arguments, &address, &folder.join("log"))?;
    let said = whole_greeting(&started)?;
    let export = |name: &str| {
        let start = format!("export {name}=");
        let line = said.lines().find_map(|line| line.strip_prefix(&start)).map(str::to_owned);
        line.with_context(|| format!("the first start does not print {name}"))
    };
    let (key, secret) = (export("ALIBABA_CLOUD_ACCESS_KEY_ID")?, export("ALIBABA_CLOUD_ACCESS_KEY_SECRET")?);
    Ok(Running { server: started, said, key, secret })
}

/// What a first start prints. The server answers before it has said everything.
fn whole_greeting(started: &Server) -> Result<String> {
    for _ in 0..100 {
        let said = started.log()?;
        thread::sleep(Duration::from_millis(100));
        if said.contains("In Python 3") && said == started.log()? {
            return Ok(said);
        }
    }
    bail!("the first start does not print what to paste:\n{}", started.log()?)
}

impl Running {
    /// Gives a command the environment that Berth's own exports make.
    pub(super) fn tell<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("BERTH_ENDPOINT", format!("http://{}", self.server.address()))
            .env("ALIBABA_CLOUD_ACCESS_KEY_ID", &self.key)
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", &self.secret)
    }
}
