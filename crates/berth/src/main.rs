//! The `berth` binary: reads the command line and hands over to the crates that do the work.

mod call;
mod cli;
mod client;
mod ending;
mod explain;
mod fields;
mod fleet;
mod history;
mod show;
mod store;

use clap::Parser;
use cli::{Cli, Command, Config, Fleet, Serve};
use server::serve::{self, Options};
use std::process::ExitCode;

/// Requests and commits allocate on several threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(told) => {
            // Help is an answer too; whoever reads it may have gone.
            told.print().ok();
            return if told.use_stderr() { ending::USAGE.into() } else { ExitCode::SUCCESS };
        }
    };
    run(cli.command).unwrap_or_else(|error| {
        eprintln!("berth: {error:#}");
        ending::status_of(&error).into()
    })
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Call(it) => return call::run(&it),
        Command::Fleet(Fleet::Import(it)) => fleet::import(&it)?,
        Command::Serve(Serve { config, data, listen, no_console }) => {
            serve::run(&Options { config, data, listen, no_console })?;
        }
        Command::Dev(it) => server::dev::run(&it.options())?,
        Command::Explain { code, output } => explain::run(&code, output)?,
        Command::Store(command) => store::run(command)?,
        Command::Config(Config::Check { file }) => {
            serve::configuration(&Options { config: Some(file.clone()), ..Options::default() })?;
            println!("{} is sound", file.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}
