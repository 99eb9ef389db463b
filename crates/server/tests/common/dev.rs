//! `berth dev` in this process, its clock like one that is set by hand.

use super::{Answer, Ask, NOW, REGION, Site};
use ledger::Moment;
use server::Server;
use server::clock::{Clock, Hand};
use server::dev::{self, Options};
use std::sync::Arc;

pub struct Dev {
    site: Site,
    pub wall: Arc<Hand>,
    pub server: Server,
}

impl Dev {
    pub fn new() -> Self {
        let wall = Arc::new(Hand::at(Moment(NOW)));
        let clock = Arc::clone(&wall) as Arc<dyn Clock>;
        Self::with(&Options::at("127.0.0.1:0".parse().unwrap()), wall, clock)
    }

    pub fn with(options: &Options, wall: Arc<Hand>, clock: Arc<dyn Clock>) -> Self {
        let server = dev::start(options, clock).unwrap().server;
        Self { site: Site::new(), wall, server }
    }

    pub fn ask<'a>(&self, action: &'a str, params: &'a [(&'a str, &'a str)]) -> Ask<'a> {
        Ask { address: self.server.address(), key: (dev::KEY, dev::SECRET), ..self.site.ask(action, params) }
    }

    pub fn done(&self, action: &str, params: &[(&str, &str)]) -> Answer {
        let answer = self.ask(action, params).send();
        assert_eq!(answer.status, 200, "{action}: {}", answer.body);
        answer
    }

    pub fn told(&self, action: &str, params: &[(&str, &str)]) -> (u16, String) {
        let answer = self.ask(action, params).send();
        (answer.status, if answer.status == 200 { String::new() } else { answer.code() })
    }

    pub fn hour(&self) -> String {
        self.done("AdvanceClock", &[("Seconds", "0")]).field("Time")
    }

    /// A reservation of one `ecs.g6.large` in zone h; its id.
    pub fn reserve(&self, more: &[(&str, &str)]) -> String {
        self.done("CreateCapacityReservation", &[&one()[..], more].concat()).field("PrivatePoolOptionsId")
    }

    /// An answer without what differs each time.
    pub fn body(&self, action: &str, params: &[(&str, &str)]) -> String {
        let answer = self.done(action, params);
        answer.body.replace(&answer.field("RequestId"), "{*}")
    }
}

/// What a reservation of one `ecs.g6.large` in zone h needs.
pub fn one<'a>() -> [(&'a str, &'a str); 4] {
    [("RegionId", REGION), ("ZoneId.1", "cn-hangzhou-h"), ("InstanceType", "ecs.g6.large"), ("InstanceAmount", "1")]
}
