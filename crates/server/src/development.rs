//! What a server for development has that no other has: a clock that callers set. Orders are followed one at a time, and
//! what they lead to has been decided when they are answered. Knows no key and no connection.

use crate::clock::{Adjustable, Clock};
use crate::directory::Regions;
use api::{Caller, Context, Order, Prepare, Row};
use desk::Reply;
use ledger::directory::Directory;
use ledger::{Ledger, RegionName};
use rpc::params::Params;
use std::sync::{Arc, Mutex, PoisonError};

/// What can be set.
pub struct Development {
    clock: Arc<Adjustable>,
    /// Whoever holds this decides by the hour and changes it.
    orders: Mutex<()>,
}

impl Development {
    /// With this clock, which is the one that the server goes by.
    #[must_use]
    pub fn new(clock: Arc<Adjustable>) -> Self {
        Self { clock, orders: Mutex::new(()) }
    }

    /// The clock that the server goes by.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock) as Arc<dyn Clock>
    }

    /// Decides an order and follows it.
    ///
    /// # Errors
    /// What the operation refuses; `DryRunOperation` when it asked for the checks alone.
    pub fn call(
        &self,
        row: &Row,
        prepare: Prepare<Order>,
        params: &Params,
        caller: &Caller,
        directory: &Directory,
        regions: &Regions,
    ) -> Reply {
        let _one_at_a_time = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        let (ledger, region, now) = (Ledger::default(), RegionName::from(""), self.clock.now());
        let context = Context { ledger: &ledger, directory, region: &region, caller, now, draw: 0 };
        let draft = prepare(params, &context)?;
        if row.is_dry_run(params)? {
            return Err(row.dry_run.clone());
        }
        for order in draft.entries {
            match order {
                Order::Clock { hour, runs } => {
                    self.clock.set(hour, runs);
                    regions.values().for_each(|region| region.tick(hour));
                }
            }
        }
        Ok(draft.body)
    }
}
