//! `berth fleet import`: brings a region's hosts in line with a file. Everything is checked before anything is sent, and
//! what was sent already is passed over, so that an import that was cut off is finished by running it again.

mod file;
mod plan;
mod progress;
mod send;

use crate::cli::Output;
use crate::client::{Client, Target, block_on, environment};
use anyhow::{Context, Result, bail};
use file::{Format, Problem};
use plan::Plan;
use serde_json::json;
use std::path::PathBuf;

/// Problems that are shown; the rest is counted.
const SHOWN_MAX: usize = 20;

/// `berth fleet import`
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// The file: TOML ([[host]] tables), JSON (an array of objects) or CSV (with a header), each host with host, zone and
    /// class
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// What the file is; its name tells if it ends in .toml, .json or .csv
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Say what would change, and change nothing
    #[arg(long)]
    pub plan: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub output: Output,
    #[command(flatten)]
    pub target: Target,
}

/// Imports, or says what an import would change.
///
/// # Errors
/// Everything that is wrong with the file, before anything is changed; or that the server cannot be reached, or refuses.
pub fn import(arguments: &Arguments) -> Result<()> {
    let name = arguments.file.display().to_string();
    let format = arguments.format.or_else(|| Format::of(&arguments.file));
    let format = format.with_context(|| format!("{name}: neither .toml, .json nor .csv; say which with --format"))?;
    let text = std::fs::read_to_string(&arguments.file).with_context(|| name.clone())?;
    let hosts = sound(&name, file::read(&text, format))?;
    let mut client = Client::new(&arguments.target)?;
    if arguments.target.region(&environment).is_none() {
        bail!("no region: name it with --region, or set ALIBABA_CLOUD_REGION_ID");
    }
    block_on(async {
        let standing = send::standing(&mut client).await?;
        let plan = sound(&name, Plan::new(&hosts, &standing))?;
        sound(&name, send::check(&mut client, &plan).await?)?;
        if !arguments.plan {
            send::register(&mut client, &plan).await?;
        }
        tell(&plan, arguments);
        Ok(())
    })
}

/// What was read, or every problem with its line.
fn sound<T>(file: &str, read: Result<T, Vec<Problem>>) -> Result<T> {
    let problems = match read {
        Ok(read) => return Ok(read),
        Err(problems) => problems,
    };
    for Problem { line, what } in problems.iter().take(SHOWN_MAX) {
        eprintln!("{file}:{line}: {what}");
    }
    if problems.len() > SHOWN_MAX {
        eprintln!("… and {} more", problems.len() - SHOWN_MAX);
    }
    bail!("{file}: {} problem(s); nothing was changed", problems.len())
}

fn tell(plan: &Plan<'_>, arguments: &Arguments) {
    let (new, unchanged, absent) = (plan.new.len(), plan.unchanged, plan.absent.len());
    if arguments.output == Output::Json {
        let names: Vec<&str> = plan.new.iter().map(|host| host.host.as_str()).collect();
        let new = if arguments.plan { json!(names) } else { json!(new) };
        println!("{:#}", json!({ "new": new, "unchanged": unchanged, "absent": plan.absent }));
        return;
    }
    let verb = if arguments.plan { "would come" } else { "came" };
    println!("{new} hosts {verb}, {unchanged} stand as the file says, {absent} that it does not name are left alone");
    if arguments.plan {
        for host in plan.new.iter().take(SHOWN_MAX) {
            println!("  + {}  {}  {}", host.host, host.zone, host.class);
        }
        if new > SHOWN_MAX {
            println!("  … and {} more", new - SHOWN_MAX);
        }
    }
}
