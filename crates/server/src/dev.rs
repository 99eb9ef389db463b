//! `berth dev`: the same server in memory, for one's own machine alone, with a known key and a demo fleet. What makes
//! it different from `serve` stands here, in `development` and in the folder of this name, and nowhere else.

mod calls;
mod certificate;
mod state;

pub use certificate::CertificateError;
pub use state::StateError;

use crate::assembly::Special;
use crate::clock::{Adjustable, Clock, Wall};
use crate::config::{Config, ConfigError, QuotaSettings};
use crate::data::InMemory;
use crate::development::Development;
use crate::entropy::Draws;
use crate::fleet;
use crate::serve::{console, fleet as in_one_line, place, say, show, show_console, until_told};
use crate::snippets::Snippets;
use crate::{Server, StartError, log};
use certificate::Certificate;
use ledger::directory::{AccessKey, Account, KeySource, KeyState, Secret};
use ledger::{AccountId, KeyId};
use serde_json::json;
use state::State;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// Its address, if none is given.
pub const LISTEN: &str = "127.0.0.1:8526";
/// Its account.
pub const ACCOUNT: &str = "1000000000000001";
/// Its key.
pub const KEY: &str = "berth-dev";
/// The secret of its key. Known to everyone, which is why it listens on loopback alone.
pub const SECRET: &str = "berth-dev-secret";

/// What the command line says.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address, of loopback.
    pub listen: SocketAddr,
    /// Whether there is a console.
    pub console: bool,
    /// Of what all ids are made; nothing: of the system's randomness.
    pub seed: Option<u64>,
    /// To speak HTTPS, and where to write the certificate for clients to trust.
    pub tls: Option<PathBuf>,
    /// The file with the state to begin with.
    pub state: Option<PathBuf>,
    /// Whether what is to be known is printed for programs.
    pub json: bool,
}

impl Options {
    /// At this address, and nothing else.
    #[must_use]
    pub const fn at(listen: SocketAddr) -> Self {
        Self { listen, console: true, seed: None, tls: None, state: None, json: false }
    }
}

/// A server that was started, and what it was started with.
pub struct Started {
    /// The server.
    pub server: Server,
    /// Its configuration.
    pub config: Config,
    /// Where the certificate is that clients have to trust.
    pub certificate: Option<PathBuf>,
}

/// What is different from the ordinary configuration.
///
/// # Errors
/// An address that other machines can reach.
pub fn configuration(listen: SocketAddr) -> Result<Config, ConfigError> {
    if !listen.ip().is_loopback() {
        let what = format!("{listen} can be reached from other machines, and everyone knows the key of `berth dev`");
        return Err(ConfigError::Value { at: "--listen".into(), what });
    }
    let mut config = Config { fleet: demo_fleet()?, ..Config::default() };
    config.server.listen = listen;
    config.quotas = QuotaSettings { enabled: false, ..QuotaSettings::default() };
    config.access.first_key = false;
    // Memory keeps only so much journal; a checkpoint takes the place of what goes.
    config.store.checkpoint_every_records = 1000;
    Ok(config)
}

/// Starts it. When this returns it serves, and the calls of its state file have been answered.
///
/// # Errors
/// Whatever keeps it from serving.
pub fn start(options: &Options, clock: Arc<dyn Clock>) -> Result<Started, StartError> {
    let mut config = configuration(options.listen)?;
    config.console.enabled = options.console;
    let mut state = options.state.as_deref().map(State::read).transpose()?.unwrap_or_default();
    state.settle(&mut config);
    if let Some(path) = &options.state {
        let settings = |error| StateError::Settings { path: path.clone(), error };
        not_ours(&config).and_then(|()| config.check()).map_err(settings)?;
    }
    let certificate = options.tls.as_ref().map(|_| Certificate::make(clock.now())).transpose()?;
    let adjustable = Adjustable::like(Arc::clone(&clock));
    if let Some((hour, runs)) = state.clock {
        adjustable.set(hour, Some(runs));
    }
    let data = InMemory::default();
    let special = Special {
        accounts: vec![account()],
        development: Some(Development::new(Arc::new(adjustable), data.clone())),
        draws: options.seed.map_or(Draws::System, Draws::from_seed),
        tls: certificate.as_ref().map(|it| it.acceptor.clone()),
    };
    let server = Server::closed(&config, &data, clock, special)?;
    calls::make(&server, &state.calls)?;
    server.service().began()?;
    // Nothing is replaced by a server that does not start.
    let certificate = match (&certificate, &options.tls) {
        (Some(certificate), Some(path)) => Some(certificate.write(path)?),
        _ => None,
    };
    Ok(Started { server: server.open(), config, certificate })
}

/// The account that everybody knows.
fn account() -> (Account, AccessKey) {
    let id = AccountId::from(ACCOUNT);
    let account = Account { id: id.clone(), name: "dev".into(), operator: true };
    let key = AccessKey {
        id: KeyId::from(KEY),
        account: id,
        secret: Secret::new(SECRET),
        state: KeyState::Enabled,
        source: KeySource::Configuration,
        permits: None,
        session: None,
    };
    (account, key)
}

/// Sees that nobody describes that account otherwise.
fn not_ours(config: &Config) -> Result<(), ConfigError> {
    let ours = |at: String| Err(ConfigError::Value { at, what: "is of `berth dev` itself; choose another".into() });
    match config.account.iter().find(|it| it.id == ACCOUNT || it.key.iter().any(|key| key.id == KEY)) {
        Some(it) if it.id == ACCOUNT => ours(format!("account {ACCOUNT:?}")),
        Some(_) => ours(format!("key {KEY:?}")),
        None => Ok(()),
    }
}

/// Serves until a signal says otherwise.
///
/// # Errors
/// Whatever keeps it from serving.
pub fn run(options: &Options) -> Result<(), StartError> {
    let began = Instant::now();
    let Started { server, config, certificate } = start(options, Arc::new(Wall))?;
    log::start(config.log.format, config.log.level);
    let endpoint = server.endpoint();
    let certificate = certificate.map(|path| path.display().to_string());
    let snippets = Snippets {
        endpoint: &endpoint,
        key_id: KEY,
        secret: SECRET,
        place: place(&server),
        certificate: certificate.as_deref(),
    };
    if options.json {
        say!("{}", ready(&server, &config, &snippets));
    } else {
        say!("Berth {} for development serves {endpoint}", env!("CARGO_PKG_VERSION"));
        say!("  in memory: everything is gone when it ends");
        say!("  key         {KEY}");
        say!("  secret      {SECRET}");
        if let Some(certificate) = &certificate {
            say!("  certificate {certificate}");
        }
        say!("  fleet       {}", in_one_line(&server));
        show_console(&config, &endpoint);
        say!("  started in  {} ms\n", began.elapsed().as_millis());
        show(&snippets);
    }
    until_told(&server);
    server.stop();
    Ok(())
}

/// What a program has to know that started this one, in one line.
fn ready(server: &Server, config: &Config, snippets: &Snippets<'_>) -> serde_json::Value {
    json!({
        "endpoint": snippets.endpoint,
        "address": server.address().to_string(),
        "key_id": snippets.key_id,
        "secret": snippets.secret,
        "region": snippets.place.as_ref().map(|place| &place.region),
        "certificate": snippets.certificate,
        "console": console(config, snippets.endpoint),
    })
}

fn demo_fleet() -> Result<fleet::Description, ConfigError> {
    fleet::read(fleet::DEMO).map_err(|error| ConfigError::Form { path: "demo.toml".into(), error: Box::new(error) })
}
