//! One request from its bytes to its answer, without the connection it came on: read, gate, desk, render.

use crate::clock::Clock;
use crate::development::{Development, Turn, World};
use crate::directory::{Live, Regions};
use crate::entropy::Draws;
use crate::gate::{Denied, Gate};
use crate::lanes::waiter;
use crate::metrics::Metrics;
use api::{Change, Row, Strike, Told};
use desk::{Call, Reply};
use ledger::Moment;
use ledger::directory::Directory;
use rpc::fault::{Fault, common};
use rpc::{Format, Incoming, Request, render};
use std::sync::Arc;
use std::time::Duration;
use store::Failure;
use tokio::sync::oneshot;

/// The action of requests that name none of ours, in metrics.
const UNKNOWN: &str = "unknown";
/// The code of answers that are no fault, in metrics.
const OK: &str = "OK";
/// The code of faults that a server for development was told to answer with, in metrics.
const INJECTED: &str = "Injected";

/// Everything a request needs.
pub struct Service {
    /// Accounts, keys, types, zones.
    pub directory: Arc<Live>,
    /// The regions at work.
    pub regions: Regions,
    /// Who may come in.
    pub gate: Gate,
    /// The hour, by which signatures are judged.
    pub clock: Arc<dyn Clock>,
    /// What a server for development can be told, its own hour above all.
    pub development: Option<Development>,
    /// Where its ids come from.
    pub draws: Draws,
    /// What is counted.
    pub metrics: Arc<Metrics>,
}

/// A request that has been begun: it was refused at once, or its answer comes from a desk.
pub struct Begun {
    /// Its RequestId.
    pub request_id: Box<str>,
    format: Format,
    action: &'static str,
    state: State,
}

/// Where a request comes from, for the audit trail.
#[derive(Clone, Copy)]
struct Origin<'a> {
    source: &'a str,
    request_id: &'a str,
}

enum State {
    Done(Denied),
    /// With what meets it besides.
    Waiting(oneshot::Receiver<Reply>, Option<Box<Strike>>),
    /// Nothing is done.
    Struck(Box<Strike>),
}

/// What is sent back.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status; 0: nothing is sent back, and the connection is to end.
    pub status: u16,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// Its RequestId.
    pub request_id: Box<str>,
    /// In how many seconds to come again.
    pub retry_after_seconds: Option<u64>,
    /// The body.
    pub body: Vec<u8>,
    /// For metrics and logs: the action, a name of the table.
    pub action: &'static str,
    /// For metrics and logs: the code of the fault.
    pub code: &'static str,
}

impl Service {
    /// Begins a request: whatever can be done without waiting.
    pub fn begin(&self, incoming: Incoming<'_>, source: &str) -> Begun {
        let now = self.clock.now();
        let request = Request::read(incoming);
        let row = request.as_ref().ok().and_then(|request| api::operations::find(request.action()));
        let action = row.map_or(UNKNOWN, |row| row.name);
        let request_id = self.draws.request_id(action);
        let (format, state) = match request {
            Err(fault) => (incoming.format(), State::Done(fault.into())),
            Ok(request) => {
                let format = request.format();
                // Until all of it is decided nobody changes what it goes by.
                let _turn = self.turn(row);
                let directory = self.directory.now();
                let answer = self.enter(request, row, &directory, Origin { source, request_id: &request_id }, now);
                (format, answer.unwrap_or_else(State::Done))
            }
        };
        Begun { request_id, format, action, state }
    }

    /// A request that was refused before it could be read.
    #[must_use]
    pub fn refused(&self, incoming: Incoming<'_>, fault: Fault) -> Begun {
        let (request_id, format) = (self.draws.request_id(UNKNOWN), incoming.format());
        Begun { request_id, format, action: UNKNOWN, state: State::Done(fault.into()) }
    }

    /// Lets a request in and hands it to whoever decides. All of it sees the same directory.
    fn enter(
        &self,
        request: Request<'_>,
        row: Option<&'static Row>,
        directory: &Arc<Directory>,
        origin: Origin<'_>,
        now: Moment,
    ) -> Result<State, Denied> {
        let row = row.filter(|row| self.development.is_some() || !row.development);
        let row = row.ok_or(common::INVALID_ACTION)?;
        let version = request.version()?;
        if !api::operations::VERSIONS.contains(&version) {
            return Err(common::INVALID_VERSION.into());
        }
        if row.version != version {
            return Err(common::INVALID_ACTION.into());
        }
        let admitted = self.gate.admit(&request, row, directory, now)?;
        let region = match row.change {
            Change::Region(_) | Change::History(_) => Some(row.region(request.params(), directory)?),
            Change::Directory(_) => None,
            Change::Development(prepare) => {
                let development = self.development.as_ref().ok_or(common::INVALID_ACTION)?;
                let (params, caller) = (request.params(), &admitted.caller);
                let reply = development.call(row, prepare, params, caller, &self.world());
                let (waiter, answer) = waiter();
                waiter.send(reply);
                return Ok(State::Waiting(answer, None));
            }
        };
        let strike = self.development.as_ref().and_then(|development| development.strike(row)).map(Box::new);
        let strike = match strike {
            Some(strike) if strike.prevents() => return Ok(State::Struck(strike)),
            other => other,
        };
        let (waiter, answer) = waiter();
        let call = Call {
            waiter,
            row,
            params: request.into_params(),
            caller: admitted.caller,
            source: origin.source.into(),
            request_id: origin.request_id.into(),
            nonce: admitted.nonce,
            directory: Arc::clone(directory),
            wall: self.hour(now),
            draw: self.draws.call(row.name),
        };
        match region {
            Some(region) => {
                let region = self.regions.get(region).ok_or_else(|| row.unknown_region.clone())?;
                region.call(call);
                if self.development.is_some() {
                    // Whoever gave it leave takes that as its being decided.
                    region.catch_up();
                }
            }
            None => self.directory.call(call)?,
        }
        Ok(State::Waiting(answer, strike))
    }

    /// What there is now is what a server for development goes back to when it is reset. Nobody asks for anything yet.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub fn began(&self) -> Result<(), Failure> {
        self.development.as_ref().map_or(Ok(()), |development| development.began(&self.world()))
    }

    fn world(&self) -> World<'_> {
        World { directory: &self.directory, regions: &self.regions, draws: &self.draws }
    }

    /// Leave to decide what this operation asks for, or anything but that; needed only where there are orders.
    pub(crate) fn turn(&self, row: Option<&Row>) -> Option<Turn<'_>> {
        self.development.as_ref().map(|development| development.turn(row))
    }

    /// The hour by which is decided what is due, when the clock shows `now`.
    pub(crate) fn hour(&self, now: Moment) -> Moment {
        self.development.as_ref().map_or(now, |development| development.clock().now())
    }

    /// Whether all regions serve.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.regions.values().all(|region| region.look(|_| ()).is_some())
    }
}

impl Begun {
    /// Whether the gate let it in.
    #[must_use]
    pub const fn is_admitted(&self) -> bool {
        !matches!(self.state, State::Done(_))
    }

    /// Waits for the answer and writes it. `host` is the host the request was sent to; `page` tells the address below which
    /// faults have their pages.
    pub async fn finish(self, host: &str, page: impl FnOnce() -> Option<String>) -> Answer {
        let (reply, strike) = match self.state {
            State::Done(denied) => (Err(denied), None),
            State::Waiting(answer, strike) => {
                // A waiter that is lost went down with its desk.
                (answer.await.unwrap_or(Err(common::INTERNAL_ERROR)).map_err(Denied::from), strike)
            }
            State::Struck(strike) => (Err(common::INTERNAL_ERROR.into()), Some(strike)),
        };
        let (format, action, request_id) = (self.format, self.action, self.request_id);
        if let Some(strike) = &strike {
            // In a box of its own: other requests have no room to keep for it.
            Box::pin(tokio::time::sleep(Duration::from_millis(strike.delay_milliseconds))).await;
        }
        let (status, code, body, retry_after_seconds) = match (strike.map(|strike| strike.told), reply) {
            (Some(Told::Cut), _) => (0, INJECTED, Vec::new(), None),
            (Some(Told::Fault { status, code, message }), _) => {
                let body = render::trouble(format, &request_id, host, page().as_deref(), (&code, &message));
                (status, INJECTED, body, None)
            }
            (None | Some(Told::Late), Ok(body)) => (200, OK, render::answer(format, action, &request_id, &body), None),
            (None | Some(Told::Late), Err(Denied { fault, retry_after_seconds })) => {
                let body = render::fault(format, &request_id, host, page().as_deref(), &fault);
                (fault.status, fault.code, body, retry_after_seconds)
            }
        };
        let content_type = format.content_type();
        Answer { status, content_type, request_id, retry_after_seconds, body, action, code }
    }
}
