//! A server put together: directory, regions, gate and connections, from a configuration and a place to remember.
//! Both `serve` and `dev` start it, and so do tests. Knows nothing of the command line.

use crate::clock::Clock;
use crate::config::{self, Config, ConfigError};
use crate::data::Data;
use crate::dev::{CertificateError, StateError};
use crate::development::Development;
use crate::directory::{self, Kept, Live, Regions, Writer};
use crate::entropy::Draws;
use crate::fleet::Fleet;
use crate::gate::Gate;
use crate::history::{Reader, Searches};
use crate::lanes::{Lanes, Threads};
use crate::limits::{
    CONNECTIONS_QUEUED_MAX, HOST_FACTS_AT_ONCE, SHORTFALLS_EVERY, TICK_EVERY, TIMESTAMP_WINDOW_SECONDS,
};
use crate::metrics::Metrics;
use crate::nonces::{self, Nonces};
use crate::region::{Region, Setup, Worker};
use crate::service::Service;
use crate::shortfall::Shortfalls;
use crate::throttle::Throttle;
use crate::tls::{self, TlsError};
use crate::{http, ladders, persist};
use ledger::RegionName;
use ledger::directory::{AccessKey, Account, Directory, Entry};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Weak};
use std::time::Instant;
use store::{DIRECTORY, Failure, Store};
use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration cannot be.
    #[error("the configuration")]
    Config(#[from] ConfigError),
    /// What is stored cannot be used.
    #[error("the store")]
    Store(#[from] Failure),
    /// What is stored is not sound: a promise could be broken.
    #[error("region {region}: what is stored is not sound: {what}")]
    Unsound {
        /// Which region.
        region: String,
        /// The first violation.
        what: String,
    },
    /// The hosts that were described could not be kept.
    #[error("region {region}: its hosts could not be kept; the log says why")]
    Hosts {
        /// Which region.
        region: String,
    },
    /// The certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// No certificate could be made.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// What a server for development is to begin with cannot be.
    #[error(transparent)]
    State(#[from] StateError),
    /// The address cannot be listened on.
    #[error("listening on {address}: {error}; `--listen` or `server.listen` chooses another address")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What the system said.
        error: io::Error,
    },
    /// No threads.
    #[error("threads: {0}")]
    Threads(io::Error),
}

/// Where connections come in.
enum Door {
    /// They wait outside.
    Closed(TcpListener, http::Settings),
    /// They are served.
    Open(JoinHandle<()>),
}

/// The stores of the regions, by name.
type Stores = BTreeMap<RegionName, Arc<dyn Store>>;

/// What a server for development has and no other; [`dev`](crate::dev) says why.
#[derive(Default)]
pub struct Special {
    /// Accounts that no configuration names.
    pub accounts: Vec<(Account, AccessKey)>,
    /// Its clock is the one to go by.
    pub development: Option<Development>,
    /// Where its ids come from.
    pub draws: Draws,
    /// With what connections are encrypted, whatever the configuration says.
    pub tls: Option<TlsAcceptor>,
}

/// A running server.
pub struct Server {
    address: SocketAddr,
    scheme: &'static str,
    service: Arc<Service>,
    /// The key that was made just now, to be shown once.
    pub first_key: Option<AccessKey>,
    stop: watch::Sender<bool>,
    door: Door,
    runtime: Runtime,
    lanes: Lanes,
    threads: Threads,
    /// Dropped after the runtime: no more nonces can come.
    noting: Option<nonces::written::Writer>,
    /// Dropped after the runtime, as the others: no request can come to a thread that has ended.
    reader: Reader,
    writer: Writer,
    /// Dropped after the directory's: it tells the regions of changes.
    workers: Vec<Worker>,
}

impl Server {
    /// Starts a server. It serves when this returns.
    ///
    /// # Errors
    /// Whatever keeps it from serving; nothing runs then.
    pub fn start(config: &Config, data: &dyn Data, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        Ok(Self::closed(config, data, clock, Special::default())?.open())
    }

    /// A server that everything is ready in, and that connections wait before until it is [opened](Server::open). What
    /// is special about it may be nothing.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn closed(
        config: &Config,
        data: &dyn Data,
        clock: Arc<dyn Clock>,
        special: Special,
    ) -> Result<Self, StartError> {
        config.check()?;
        let Special { accounts, development, draws, tls } = special;
        let mut access = config::entries(&config.account)?;
        access.extend(accounts.into_iter().flat_map(|(account, key)| [Entry::AccountPut(account), Entry::KeyPut(key)]));
        let fleet = Fleet::new(&config.fleet).map_err(ConfigError::from)?;
        let configured = (&config.server.tls_certificate, &config.server.tls_key);
        let tls = match (tls, configured) {
            (None, (Some(certificate), Some(key))) => Some(tls::acceptor(certificate, key)?),
            (special, _) => special,
        };
        let scheme = if tls.is_some() { "https" } else { "http" };
        let settings = config.http(scheme, tls);
        let hour = development.as_ref().map_or_else(|| Arc::clone(&clock), Development::clock);
        let (mut kept, stores) = directory(config, access, &fleet, data, (&*hour, &draws))?;
        let metrics = Arc::new(Metrics::default());
        let limits = &config.limits;
        let nonces = Nonces::new(TIMESTAMP_WINDOW_SECONDS, limits.nonces, limits.nonces_a_key);
        kept.recall_nonces(&nonces, clock.now())?;
        let written = data.nonces();
        if let Some(written) = &written {
            written.recall(&nonces, clock.now());
        }
        let searches = Arc::default();
        let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let count = config.server.threads.unwrap_or_else(cores);
        let (lanes, threads) = Lanes::start(count).map_err(StartError::Threads)?;
        let (regions, workers) = regions(config, stores, &hour, &metrics, &nonces, (&searches, &lanes))?;
        let all: Vec<_> = regions.values().map(Arc::downgrade).collect();
        threads.when_idle(move || all.iter().filter_map(Weak::upgrade).for_each(|region| region.hurry()));
        let reader = Reader::start(&searches).map_err(StartError::Threads)?;
        ladders::agree(kept.directory(), &regions);
        stand(&fleet, kept.directory(), &regions, &*hour)?;
        let mut shortfalls = Shortfalls::default();
        shortfalls.look(&regions);
        let gate = Gate { nonces: Arc::new(nonces), throttle: Throttle::new(config.quotas()) };

        let runtime = runtime().map_err(StartError::Threads)?;
        let asked = config.server.listen;
        let listener = runtime.block_on(async { listen(asked) });
        let listener = listener.map_err(|error| StartError::Listen { address: asked, error })?;
        let address = listener.local_addr().unwrap_or(asked);
        // Nothing can keep it from serving any more, so the key that is made now will be shown.
        let first_key = if config.access.first_key { kept.first_key(&*hour)? } else { None };
        let (directory, writer) =
            Live::start(kept, regions.clone(), Arc::clone(&metrics)).map_err(StartError::Threads)?;
        let noting = |written| nonces::written::Writer::start(written, Arc::clone(&gate.nonces), Arc::clone(&clock));
        let noting = written.map(noting).transpose().map_err(StartError::Threads)?;
        let service = Arc::new(Service { directory, regions, gate, clock, development, draws, metrics });
        let (stop, stopped) = watch::channel(false);
        runtime.spawn(tick(Arc::clone(&service), shortfalls, stopped));
        let door = Door::Closed(listener, settings);
        Ok(Self {
            address,
            scheme,
            service,
            first_key,
            noting,
            reader,
            writer,
            workers,
            stop,
            door,
            runtime,
            lanes,
            threads,
        })
    }

    /// Lets connections in.
    #[must_use]
    pub fn open(mut self) -> Self {
        if let Door::Closed(listener, settings) = self.door {
            let serving =
                http::serve(listener, self.lanes.clone(), Arc::clone(&self.service), settings, self.stop.subscribe());
            self.door = Door::Open(self.runtime.spawn(serving));
        }
        self
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where clients on this machine find it.
    #[must_use]
    pub fn endpoint(&self) -> String {
        let ip = self.address.ip();
        let ip = if ip.is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { ip };
        format!("{}://{}", self.scheme, SocketAddr::new(ip, self.address.port()))
    }

    /// What it serves with: for looking at.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Runs something on the server's threads and waits for it.
    pub fn wait<F: Future>(&self, what: F) -> F::Output {
        self.runtime.block_on(what)
    }

    /// Takes no more connections, answers everything under way, makes everything durable, and ends.
    pub fn stop(self) {
        self.stop.send_replace(true);
        if let Door::Open(connections) = self.door
            && self.runtime.block_on(connections).is_err()
        {
            tracing::error!("the connections ended in a panic");
        }
        drop(self.threads);
        drop(self.runtime);
        drop(self.reader);
        drop(self.noting);
        drop(self.writer);
        drop(self.workers);
    }
}

/// Opens the address. Whoever connects in bursts must not keep others from being heard: the queue is as long as the
/// system allows, up to a bound.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A server that is started again need not wait for connections that just ended.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(CONNECTIONS_QUEUED_MAX)
}

/// For what is no connection: accepting, and what has to be done by the clock.
fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("accept")
        .enable_io()
        .enable_time()
        .build()
}

/// Ends what has to end by the clock, though nobody asks; and tells of shortfalls.
async fn tick(service: Arc<Service>, mut shortfalls: Shortfalls, mut stop: watch::Receiver<bool>) {
    let every = |period| {
        let mut interval = tokio::time::interval(period);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        interval
    };
    let (mut interval, mut look) = (every(TICK_EVERY), every(SHORTFALLS_EVERY));
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            _ = interval.tick() => {
                let _turn = service.turn(None);
                let now = service.hour(service.clock.now());
                service.regions.values().for_each(|region| region.tick(now));
            }
            _ = look.tick() => {
                let _turn = service.turn(None);
                ladders::agree(&service.directory.now(), &service.regions);
                shortfalls.look(&service.regions);
            }
        }
    }
}

/// The directory in line with the configuration, and the stores of its regions.
fn directory(
    config: &Config,
    mut entries: Vec<Entry>,
    fleet: &Fleet,
    data: &dyn Data,
    (clock, draws): (&dyn Clock, &Draws),
) -> Result<(Kept, Stores), StartError> {
    let mut kept = Kept::load(data.open(DIRECTORY)?)?;
    entries = directory::configured(kept.directory(), entries);
    entries.extend(directory::first_operates(kept.directory()));
    entries.extend(directory::dropped(kept.directory(), &entries, config.access.first_key));
    entries.extend(directory::page_key(kept.directory(), draws));
    entries.extend(fleet.plan(kept.directory()).map_err(ConfigError::from)?);
    let known = Arc::clone(kept.directory());
    // A region that the directory knows has to start each time, so one that cannot must not come into it.
    let names: BTreeSet<&RegionName> = known.regions.keys().chain(fleet.regions().map(|region| &region.name)).collect();
    let open = |name: &RegionName| data.open(name.as_str()).map(|store| (name.clone(), store));
    let stores = names.into_iter().map(open).collect::<Result<Stores, _>>()?;
    kept.put(entries, clock)?;
    Ok((kept, stores))
}

fn regions(
    config: &Config,
    stores: Stores,
    clock: &Arc<dyn Clock>,
    metrics: &Arc<Metrics>,
    nonces: &Nonces,
    (searches, lanes): (&Arc<Searches>, &Lanes),
) -> Result<(Regions, Vec<Worker>), StartError> {
    let (mut regions, mut workers) = (Regions::new(), Vec::new());
    for (name, store) in stores {
        let began = Instant::now();
        persist::recall_nonces::<ledger::Entry>(&*store, nonces, clock.now())?;
        let setup = Setup {
            name: name.clone(),
            store,
            clock: Arc::clone(clock),
            metrics: Arc::clone(metrics),
            keep_released_seconds: config.keep_released_seconds(),
            plan: config.plan(),
            searches: Arc::clone(searches),
            lanes: lanes.clone(),
        };
        let (region, worker) = Region::start(setup)?;
        let loaded = began.elapsed();
        check(&region)?;
        let reservations = region.look(ledger::Ledger::reservations_count).unwrap_or_default();
        tracing::info!(region = %name, reservations, ?loaded, checked = ?(began.elapsed() - loaded), "loaded");
        regions.insert(name, region);
        workers.push(worker);
    }
    Ok((regions, workers))
}

/// Tells each region of the hosts that came and went. Nothing is served from a fleet of which a part was not kept.
fn stand(fleet: &Fleet, directory: &Directory, regions: &Regions, clock: &dyn Clock) -> Result<(), StartError> {
    for (name, region) in regions {
        let Some(plan) = region.look(|ledger| fleet.hosts(name, directory, ledger, clock.now())) else { continue };
        let plan = plan.map_err(ConfigError::from)?;
        if !plan.absent.is_empty() {
            let hosts = plan.absent.len();
            tracing::warn!(region = %name, hosts, "hosts that the configuration does not name are kept");
        }
        for entries in plan.entries.chunks(HOST_FACTS_AT_ONCE) {
            region.record(entries).ok();
            while !region.is_idle() {
                std::thread::sleep(std::time::Duration::from_micros(200));
            }
        }
        let now = region.look(|ledger| fleet.hosts(name, directory, ledger, clock.now()));
        if !plan.entries.is_empty() && !now.is_some_and(|now| now.is_ok_and(|plan| plan.entries.is_empty())) {
            return Err(StartError::Hosts { region: name.to_string() });
        }
    }
    Ok(())
}

/// Nothing is served from a state in which a promise could be broken.
fn check(region: &Region) -> Result<(), StartError> {
    let violations = region.look(ledger::check::check_quick).unwrap_or_default();
    match violations.first() {
        None => Ok(()),
        Some(first) => Err(StartError::Unsound { region: region.setup.name.to_string(), what: format!("{first:?}") }),
    }
}
