//! `berth dev`: the same server in memory, for one's own machine alone, with a known key and a demo fleet. What makes
//! it different from `serve` stands here and nowhere else.

use crate::clock::{Adjustable, Clock, Wall};
use crate::config::{Config, ConfigError, QuotaSettings};
use crate::data::InMemory;
use crate::development::Development;
use crate::fleet;
use crate::serve::{endpoint, fleet as in_one_line, place, say, show, show_console, until_told};
use crate::snippets::Snippets;
use crate::{Server, StartError, log};
use ledger::directory::{AccessKey, Account, KeySource, KeyState, Secret};
use ledger::{AccountId, KeyId};
use std::net::SocketAddr;
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

/// Starts it, with the console or without.
///
/// # Errors
/// Whatever keeps it from serving.
pub fn start(listen: SocketAddr, console: bool, clock: Arc<dyn Clock>) -> Result<(Server, Config), StartError> {
    let mut config = configuration(listen)?;
    config.console.enabled = console;
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
    let development = Development::new(Arc::new(Adjustable::like(Arc::clone(&clock))));
    let accounts = vec![(account, key)];
    let server = Server::start_with(&config, &InMemory::default(), clock, accounts, Some(development))?;
    Ok((server, config))
}

/// Serves until a signal says otherwise.
///
/// # Errors
/// Whatever keeps it from serving.
pub fn run(listen: SocketAddr, console: bool) -> Result<(), StartError> {
    let began = Instant::now();
    let (server, config) = start(listen, console, Arc::new(Wall))?;
    log::start(config.log.format, config.log.level);
    let endpoint = endpoint(&config, server.address());
    say!("Berth {} for development serves {endpoint}", env!("CARGO_PKG_VERSION"));
    say!("  in memory: everything is gone when it ends");
    say!("  key         {KEY}");
    say!("  secret      {SECRET}");
    say!("  fleet       {}", in_one_line(&server));
    show_console(&config, &endpoint);
    say!("  started in  {} ms\n", began.elapsed().as_millis());
    show(&Snippets { endpoint: &endpoint, key_id: KEY, secret: SECRET, place: place(&server) });
    until_told(&server);
    server.stop();
    Ok(())
}

fn demo_fleet() -> Result<fleet::Description, ConfigError> {
    fleet::read(fleet::DEMO).map_err(|error| ConfigError::Form { path: "demo.toml".into(), error: Box::new(error) })
}
