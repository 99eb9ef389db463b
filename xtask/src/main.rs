//! What developers run: `cargo xtask <task>`. One file a task; this file only names them.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "What developers run")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Measure speed and size, and print a table
    Bench(xtask::bench::Options),
    /// The yardstick of the HTTP benchmark
    #[command(hide = true)]
    BareServer {
        /// Where to listen
        listen: String,
    },
    /// Write docs/errors and docs/reference from contract/, and the files that the manual shows into its pages
    Docs {
        /// Change nothing; fail where a committed page differs
        #[arg(long)]
        check: bool,
    },
    /// Run the fuzzers
    Fuzz(xtask::fuzz::Options),
    /// Make small changes to the ledger or the signatures, and see that tests notice each
    Mutants(xtask::mutants::Options),
    /// Put known bugs into a copy of the tree, and see that the simulation finds each
    Planted {
        /// Only those whose names hold this
        #[arg(default_value = "")]
        only: String,
    },
    /// Play simulated runs of a region and check that everything holds
    Sim(xtask::sim::Options),
    /// Run everything that CI runs
    Test(xtask::test::Options),
    /// Check the house's rules of style and shape
    Tidy,
    /// Kill, pause and starve the built binary, fail its syncs and damage its files, in the long form
    ///
    /// Options are those of the crash test: --minutes N, --kills N, --only NAME, --skip NAME, --seed S.
    Torture {
        /// Passed on
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        asked: Vec<String>,
    },
}

fn main() -> ExitCode {
    let fine = |()| ExitCode::SUCCESS;
    let done = match Arguments::parse().task {
        Task::Bench(options) => xtask::bench::run(&options).map(fine),
        Task::BareServer { listen } => xtask::bench::serve_bare(&listen).map(fine),
        Task::Docs { check } => xtask::docs::run(check).map(fine),
        Task::Fuzz(options) => xtask::test::target().and_then(|it| xtask::fuzz::run(&it, &options)).map(fine),
        Task::Mutants(options) => xtask::test::target().and_then(|it| xtask::mutants::run(&it, &options)).map(fine),
        Task::Planted { only } => xtask::test::target().and_then(|it| xtask::planted::run(&it, &only)).map(fine),
        Task::Sim(options) => xtask::sim::run(&options).map(fine),
        Task::Test(options) => xtask::test::run(&options),
        Task::Torture { asked } => xtask::test::torture(&asked).map(fine),
        Task::Tidy => xtask::tidy::run().map(fine),
    };
    done.unwrap_or_else(|trouble| {
        eprintln!("{trouble:#}");
        ExitCode::FAILURE
    })
}
