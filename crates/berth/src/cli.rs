//! The command line: what can be asked of `berth`, and its help. Does nothing itself.

use crate::{call, fleet};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Berth keeps promises about compute capacity: tenants reserve instances of a type in a zone, and get a yes only if
/// your hosts can keep it. It speaks the ECS capacity reservation API (2014-05-26), so that the official SDKs and tools
/// work against it as they are.
#[derive(Debug, Parser)]
#[command(name = "berth", version, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What `berth` does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API, durably
    ///
    /// Everything is kept in one data folder, which is made if there is none; one process at a time may use it. On the
    /// first start an account with a random key is made and printed once, with snippets to try it. Ctrl-C or SIGTERM
    /// ends it in good order: what is under way is answered, what was answered is durable.
    Serve(Serve),
    /// Serve the API in memory, for development
    ///
    /// The same server with a demo fleet and the known key berth-dev / berth-dev-secret. Nothing is kept, no quotas
    /// apply, and only this machine can reach it. It has a clock that can be set, and more that automation tests want:
    /// docs/manual/automation-tests.md.
    Dev(Dev),
    /// Look into data folders and exports
    ///
    /// The server that uses a folder has to be stopped first.
    #[command(subcommand)]
    Store(Store),
    /// Check a configuration
    #[command(subcommand)]
    Config(Config),
    /// Call any operation of any Berth, and show the answer
    ///
    /// The call is signed with an access key and sent; what is answered is shown as a table on a terminal and as JSON
    /// elsewhere.
    #[command(after_long_help = call::HELP)]
    Call(call::Arguments),
    /// Say what a fault means and what to do about it
    ///
    /// The same text as in docs/errors and in the console. Asks no server.
    Explain {
        /// Its code, such as OperationDenied.NoStock
        code: String,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Bring a fleet in line with a file
    #[command(subcommand)]
    Fleet(Fleet),
}

/// `berth fleet`
#[derive(Debug, Subcommand)]
pub enum Fleet {
    /// Register the hosts of a file with a running server
    ///
    /// The file is checked as a whole before anything changes. Hosts that stand already are passed over, so an import
    /// that was cut off is finished by running it again; hosts that the file does not name are left alone. Needs the key
    /// of an operator account.
    #[command(after_long_help = fleet::HELP)]
    Import(fleet::Arguments),
}

/// `berth serve`
#[derive(Args, Debug)]
pub struct Serve {
    /// Configuration file; examples/berth.toml explains every setting. Without one: loopback, ./berth-data, no fleet
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Data folder, in place of the configured one
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Address and port to listen on, in place of the configured ones
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Do not serve the console, whatever the configuration says
    #[arg(long)]
    pub no_console: bool,
}

/// `berth dev`
#[derive(Args, Debug)]
pub struct Dev {
    /// Loopback address and port to listen on; port 0: any that is free
    #[arg(long, value_name = "ADDR", default_value = server::dev::LISTEN)]
    pub listen: SocketAddr,
    /// Do not serve the console
    #[arg(long)]
    pub no_console: bool,
    /// Make all ids of this number: the same calls make the same ids in every run
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,
    /// Speak HTTPS, with a certificate for localhost, 127.0.0.1 and ::1 that is made now
    ///
    /// The certificate is written to berth-dev.pem, or to the FILE that --tls=FILE names, in place of an older one:
    /// clients have to be told to trust it. Its private key never leaves the memory.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "berth-dev.pem")]
    pub tls: Option<PathBuf>,
    /// Begin with the clock, fleet, accounts and reservations of a file; examples/dev-state.toml explains it
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// How to print what has to be known of it, once it serves; json: in one line
    #[arg(long, value_enum, default_value_t)]
    pub output: Output,
}

impl Dev {
    /// What is asked of the server.
    pub fn options(self) -> server::dev::Options {
        let Self { listen, no_console, seed, tls, state, output } = self;
        server::dev::Options { listen, console: !no_console, seed, tls, state, json: output == Output::Json }
    }
}

/// `berth config`
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Say whether a configuration would be accepted, and what of it would not
    ///
    /// Reads the secrets that it points to as well, and shows none of them.
    Check {
        /// The file
        file: PathBuf,
    },
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people
    #[default]
    Table,
    /// For programs
    Json,
}

/// `berth store`
#[derive(Debug, Subcommand)]
pub enum Store {
    /// Say what each data folder holds, and how much
    Info {
        /// Data folders
        #[arg(required = true, value_name = "DIR")]
        folders: Vec<PathBuf>,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Read everything and say what is wrong with it; nothing is changed
    ///
    /// Ends with status 1 if anything is.
    Verify {
        /// Data folders
        #[arg(required = true, value_name = "DIR")]
        folders: Vec<PathBuf>,
    },
    /// Write everything in a data folder as text: for backups and for moving
    ///
    /// The text holds the secrets of all keys; the file that is made can be read by its owner alone.
    Export {
        /// Data folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// File to make; - for standard output
        #[arg(value_name = "FILE", default_value = "-")]
        file: PathBuf,
    },
    /// Make a data folder from the text of an export
    Import {
        /// Data folder to make; it must be missing or empty
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// File to read; - for standard input
        #[arg(value_name = "FILE", default_value = "-")]
        file: PathBuf,
    },
    /// Tell the life of a reservation, an instance or a host: what happened, when, and who brought it about
    History {
        /// Its id, such as crp-bp1l7bpjoumdss5n2zmd
        id: String,
        /// Data folder
        #[arg(long, value_name = "DIR", default_value = "berth-data")]
        data: PathBuf,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
}
