//! `berth serve`: the main job, on a folder of one's own. Starts, says what a newcomer needs, and ends in good order
//! when it is told to. Knows the terminal and the signals; what it starts is `assembly`'s.

use crate::clock::Wall;
use crate::config::{Config, ConfigError};
use crate::data::Folder;
use crate::snippets::{Place, Snippets};
use crate::{Server, StartError, log, process};
use ledger::Ledger;
use ledger::directory::Directory;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Prints a line. Whoever started the server may have closed its standard output; that must not end it.
macro_rules! say {
    ($($line:tt)*) => {{
        use std::io::Write;
        writeln!(std::io::stdout(), $($line)*).ok();
    }};
}
pub(crate) use say;

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The configuration file.
    pub config: Option<PathBuf>,
    /// Instead of what it says: the data folder.
    pub data: Option<PathBuf>,
    /// Instead of what it says: the address.
    pub listen: Option<SocketAddr>,
    /// Whatever it says: no console.
    pub no_console: bool,
}

/// The configuration with what the command line says in place of it.
///
/// # Errors
/// What is wrong with the configuration.
pub fn configuration(options: &Options) -> Result<Config, ConfigError> {
    let mut config = options.config.as_deref().map_or_else(|| Ok(Config::default()), Config::parse)?;
    if let Some(data) = &options.data {
        config.store.data.clone_from(data);
    }
    if let Some(listen) = options.listen {
        config.server.listen = listen;
    }
    config.console.enabled &= !options.no_console;
    config.check()?;
    Ok(config)
}

/// Serves until a signal says otherwise.
///
/// # Errors
/// Whatever keeps it from serving.
pub fn run(options: &Options) -> Result<(), StartError> {
    let began = Instant::now();
    process::hide();
    let mut config = configuration(options)?;
    log::start(config.log.format, config.log.level);
    if config.server.core_files {
        process::show();
    }
    config.limits.connections = process::connections(config.limits.connections);
    let data = Folder::take(&config.store.data, Duration::from_millis(config.store.sync_delay_ms))?;
    let server = Server::start(&config, &data, Arc::new(Wall))?;
    let endpoint = server.endpoint();
    say!("Berth {} serves {endpoint}", env!("CARGO_PKG_VERSION"));
    say!("  data        {}", config.store.data.display());
    say!("  fleet       {}", fleet(&server));
    show_console(&config, &endpoint);
    say!("  started in  {} ms", began.elapsed().as_millis());
    if server.service().directory.now().regions.is_empty() {
        say!("\n{EMPTY_FLEET}");
    }
    if let Some(key) = &server.first_key {
        let place = place(&server);
        let snippets = Snippets {
            endpoint: &endpoint,
            key_id: key.id.as_str(),
            secret: key.secret.reveal(),
            place,
            certificate: None,
        };
        say!("\nThis is the first start here, so an account with a random key was made. Its secret is shown");
        say!("this once and never again:\n");
        say!("  account  {}", key.account);
        say!("  key      {}", key.id);
        say!("  secret   {}\n", key.secret.reveal());
        show(&snippets);
    }
    until_told(&server);
    say!("Stopping: what is under way is answered first.");
    server.stop();
    Ok(())
}

const EMPTY_FLEET: &str = "There is no fleet yet, so nothing can be reserved. Describe it in a configuration file:

  [fleet]
  regions = [\"cn-hangzhou\"]

  [[fleet.class]]
  name = \"g6\"
  vcpus = 128
  memory_gib = 512
  types = [\"ecs.g6.*\"]

  [[fleet.hosts]]
  zone = \"cn-hangzhou-h\"
  class = \"g6\"
  count = 10

and start again with `berth serve --config berth.toml`. `examples/berth.toml` explains every setting.";

/// Where the console is, if there is one.
pub(crate) fn console(config: &Config, endpoint: &str) -> Option<String> {
    let address = config.console.address.as_deref().unwrap_or(endpoint);
    config.console.enabled.then(|| format!("{}/console", address.trim_end_matches('/')))
}

/// Prints where the console is, if there is one.
pub(crate) fn show_console(config: &Config, endpoint: &str) {
    if let Some(console) = console(config, endpoint) {
        say!("  console     {console}");
    }
}

/// Prints the exports and the snippets.
pub(crate) fn show(snippets: &Snippets<'_>) {
    match (snippets.curl(), snippets.python()) {
        (Some(curl), Some(python)) => {
            say!("In a shell (needs curl and openssl): reserve one instance and release it again\n");
            say!("{curl}");
            say!("In Python 3, the same:\n");
            say!("{python}");
        }
        _ => say!("{}", snippets.exports()),
    }
}

/// The fleet in one line.
pub(crate) fn fleet(server: &Server) -> String {
    let service = server.service();
    let count = |count: fn(&Ledger) -> usize| -> usize {
        service.regions.values().filter_map(|region| region.look(count)).sum()
    };
    let directory = service.directory.now();
    let Directory { regions, classes, types, .. } = &*directory;
    format!(
        "{} regions, {} host classes, {} instance types, {} hosts, {} reservations",
        regions.len(),
        classes.len(),
        types.len(),
        count(|ledger| ledger.hosts().len()),
        count(Ledger::reservations_count),
    )
}

/// Somewhere a small instance can be reserved: the first pool that has room for one.
pub(crate) fn place(server: &Server) -> Option<Place> {
    let service = server.service();
    let directory = service.directory.now();
    // The documentation's own place comes first, where it is served.
    let named = service.regions.iter().filter(|(name, _)| name.as_str() == "cn-hangzhou");
    let others = service.regions.iter().filter(|(name, _)| name.as_str() != "cn-hangzhou");
    named.chain(others).find_map(|(name, region)| {
        region.look(|ledger| {
            ledger.pools().find_map(|(zone, class, pool)| {
                let offered = directory.types.values().filter(|kind| kind.class == *class);
                let sized = offered.filter_map(|kind| Some((directory.size(kind)?, kind)));
                let (size, kind) = sized.min_by_key(|(size, _)| *size)?;
                (pool.available(size) > 0).then(|| Place {
                    region: name.to_string(),
                    zone: zone.to_string(),
                    instance_type: kind.name.to_string(),
                })
            })
        })?
    })
}

/// Waits for Ctrl-C or a request to end.
pub(crate) fn until_told(server: &Server) {
    server.wait(async {
        let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(terminate) => terminate,
            Err(error) => {
                tracing::error!(%error, "signals cannot be waited for");
                return;
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    });
}

#[cfg(test)]
mod tests {
    use super::EMPTY_FLEET;
    use crate::config::Config;

    #[test]
    fn the_fleet_that_is_proposed_is_sound() {
        let lines = EMPTY_FLEET.lines().filter_map(|line| line.strip_prefix("  "));
        let config: Config = toml::from_str(&lines.collect::<Vec<_>>().join("\n")).expect("it can be read");
        assert!(config.check().is_ok() && !config.fleet.hosts.is_empty());
    }
}
