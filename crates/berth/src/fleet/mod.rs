//! `berth fleet import`: brings a fleet in line with a file. Everything is checked before anything is sent, and what stands
//! already is passed over, so that an import that was cut off is finished by running it again.
//!
//! `file` reads and checks, `server` asks and sends, `plan` compares, `progress` tells how far it is.

mod file;
mod plan;
mod progress;
mod server;

use crate::cli::Output;
use crate::client::{Client, Target, block_on, environment, misused};
use crate::ending::{EndWith, INTERRUPTED, USAGE, ending, status_of};
use crate::show;
use crate::store::out;
use anyhow::{Context, Result, anyhow, bail};
use file::{FILE_BYTES_MAX, Format, Host, Problem};
use plan::Plan;
use progress::Progress;
use serde_json::{Value, json};
use server::Came;
use std::fs::File;
use std::io::{Read, stdin};
use std::path::{Path, PathBuf};

/// Problems, and hosts of a plan, that are shown; the rest is counted.
const SHOWN_MAX: usize = 20;

/// The end of its help.
pub const HELP: &str = "\
Examples:

  berth fleet import hosts.csv --region cn-hangzhou --plan
  berth fleet import hosts.csv --region cn-hangzhou

The file, as CSV, JSON or TOML; a host may also have a region, else --region is meant:

  host,zone,class
  g6-0001,cn-hangzhou-h,g6

  [{\"host\": \"g6-0001\", \"zone\": \"cn-hangzhou-h\", \"class\": \"g6\"}]

  [[host]]
  host = \"g6-0001\"
  zone = \"cn-hangzhou-h\"
  class = \"g6\"

Ends with status 0 when the fleet is as the file says, or the plan could be carried out;
1 when something is wrong with the file or a host is in the way, or on a fault;
2 when the server is gone, 64 when the arguments make no sense, 130 on Ctrl-C.";

/// `berth fleet import`
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// The file of hosts; - for standard input
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
    let piped = arguments.file == Path::new("-");
    let name = if piped { "standard input".to_owned() } else { arguments.file.display().to_string() };
    let Some(format) = arguments.format.or_else(|| Format::of(&arguments.file)) else {
        return Err(misused(format!("{name}: neither .toml, .json nor .csv; say which with --format")));
    };
    let bytes = if piped {
        whole(&mut stdin())
    } else {
        File::open(&arguments.file).map_err(Into::into).and_then(|mut file| whole(&mut file))
    };
    let bytes = bytes.with_context(|| name.clone()).end_with(USAGE)?;
    let region = arguments.target.region(&environment);
    let hosts = sound(&name, file::read(&bytes, format, region.as_deref()))?;
    let mut client = Client::new(&arguments.target)?;
    let progress = Progress::new();
    let done = block_on(async {
        tokio::select! {
            done = bring(&mut client, &name, &hosts, arguments, &progress) => done,
            () = interrupted() => Err(ending(INTERRUPTED, anyhow!("interrupted"))),
        }
    });
    progress.end();
    done.map_err(|error| match progress.part() {
        Some((done, total)) => ending(
            status_of(&error),
            anyhow!("{error:#}\nat least {done} of {total} hosts have come and stay; run the same command again to go on from there"),
        ),
        None => error,
    })
}

/// Asks, compares, and sends what differs.
async fn bring(
    client: &mut Client,
    name: &str,
    hosts: &[Host],
    arguments: &Arguments,
    progress: &Progress,
) -> Result<()> {
    let known = server::known(client, hosts).await?;
    let plan = sound(name, Plan::new(hosts, &known))?;
    if arguments.plan {
        tell_plan(&plan, arguments.output);
        return Ok(());
    }
    let came = server::register(client, &plan.new, progress).await?;
    progress.end();
    tell(&plan, came, arguments.output);
    Ok(())
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Then Ctrl-C ends the process as it does any other.
        std::future::pending::<()>().await;
    }
}

fn whole(file: &mut dyn Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if read as u64 > FILE_BYTES_MAX {
        bail!("is longer than {FILE_BYTES_MAX} bytes");
    }
    Ok(bytes)
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
    let plural = if problems.len() == 1 { "" } else { "s" };
    bail!("{file}: {} problem{plural}; nothing was changed", problems.len())
}

fn tell(plan: &Plan<'_>, came: Came, output: Output) {
    let (registered, unchanged, absent) = (came.registered, plan.unchanged + came.unchanged, plan.absent.len());
    match output {
        Output::Json => out!("{:#}", json!({ "registered": registered, "unchanged": unchanged, "absent": absent })),
        Output::Table => {
            out!(
                "{registered} came, {unchanged} stood as the file says, {absent} that it does not name are left alone"
            );
        }
    }
}

fn tell_plan(plan: &Plan<'_>, output: Output) {
    if output == Output::Json {
        let host = |it: &&Host| json!({ "region": it.region, "host": it.host, "zone": it.zone, "class": it.class });
        let absent = |(region, host): &(String, String)| json!({ "region": region, "host": host });
        let new: Vec<Value> = plan.new.iter().map(host).collect();
        let absent: Vec<Value> = plan.absent.iter().map(absent).collect();
        out!("{:#}", json!({ "new": new, "unchanged": plan.unchanged, "absent": absent }));
        return;
    }
    let pools = plan.pools().into_iter().map(|((zone, class), hosts)| (format!("{zone} {class}"), hosts.to_string()));
    out!("{} would come", plan.new.len());
    listed(show::lines(&pools.collect::<Vec<_>>(), "").lines().map(str::to_owned).collect::<Vec<_>>().into_iter());
    listed(plan.new.iter().map(|host| format!("+ {} {} {}", host.host, host.zone, host.class)));
    out!("{} stand as the file says", plan.unchanged);
    out!("{} that the file does not name would be left alone", plan.absent.len());
    listed(plan.absent.iter().map(|(region, host)| format!("{host} in {region}")));
}

fn listed(lines: impl ExactSizeIterator<Item = String>) {
    let more = lines.len().saturating_sub(SHOWN_MAX);
    lines.take(SHOWN_MAX).for_each(|line| out!("  {line}"));
    if more > 0 {
        out!("  … and {more} more");
    }
}
