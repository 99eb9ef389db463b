//! The memory of a server holds the secrets of all keys, for it has to verify with them: so nobody gets that memory.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;

use anyhow::{Result, ensure};
use rig::Scene;
use rig::config::Plan;
use rustix::process::{Resource, Rlimit, getrlimit, getuid, setrlimit};

use crate::Test;
use crate::ground::Ground;

/// The tests of this file.
pub const TESTS: [Test; 1] = [Test {
    name: "no core file",
    tried: "SIGABRT and SIGFPE with no limit on core files: none may be written; with server.core_files one is; /proc",
    run,
}];

fn run(binary: &Path) -> Result<String> {
    let limit = getrlimit(Resource::Core);
    setrlimit(Resource::Core, Rlimit { current: limit.maximum, maximum: limit.maximum })?;
    for signal in ["-ABRT", "-FPE"] {
        ensure!(!core_of(binary, Scene::plan(), signal)?, "a core file was written after {signal}");
    }
    let control = core_of(binary, Plan { server: "core_files = true", ..Scene::plan() }, "-ABRT")?;
    setrlimit(Resource::Core, limit)?;
    let other = if control { "with core_files there is one" } else { "this system writes none for anybody" };
    Ok(format!("no core file after either signal; {other}"))
}

/// Whether a server that ends by a signal leaves a core file.
fn core_of(binary: &Path, plan: Plan<'_>, signal: &str) -> Result<bool> {
    let wanted = plan.server.contains("core_files");
    let ground = Ground::set_with(binary, plan, "text")?;
    if !wanted && !getuid().is_root() {
        // Root may read everything; our own user may not.
        let memory = fs::File::open(format!("/proc/{}/mem", ground.scene.server.id()));
        ensure!(memory.is_err_and(|error| error.kind() == ErrorKind::PermissionDenied), "its memory can be read");
    }
    let scene = ground.scene;
    let status = scene.server.end_by(signal)?;
    ensure!(status.signal().is_some(), "after {signal} it ended with {status}");
    let names = fs::read_dir(scene.folder.path())?.map(|entry| Ok(entry?.file_name())).collect::<Result<Vec<_>>>()?;
    let files = names.iter().any(|name| name.to_string_lossy().starts_with("core"));
    Ok(status.core_dumped() || files)
}
