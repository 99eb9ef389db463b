//! The `berth` binary: reads the command line and hands over to the crates that do the work.

mod cli;
mod history;
mod store;

use clap::Parser;
use cli::{Cli, Command, Config};
use server::serve::{self, Options};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("berth: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve(it) => Ok(serve::run(&Options { config: it.config, data: it.data, listen: it.listen })?),
        Command::Dev(it) => Ok(server::dev::run(it.listen)?),
        Command::Store(command) => store::run(command),
        Command::Config(Config::Check { file }) => {
            serve::configuration(&Options { config: Some(file.clone()), ..Options::default() })?;
            println!("{} is sound", file.display());
            Ok(())
        }
    }
}
