//! What an operation is, and the row of the table that is made of it.

use crate::{Context, Draft, Param};
use rpc::fault::{Fault, common};
use rpc::params::Params;

/// What an operation reads and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The directory alone; it needs no region.
    Directory,
    /// The ledger of the region that `RegionId` names.
    Region,
}

/// On what an operation acts, for a key's allow-list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// Everything: `*`.
    Any,
    /// The account's reservations as a whole: `capacityreservation/*`.
    Reservations,
    /// The reservation, or each of the reservations, that this parameter names.
    Named(&'static str),
}

/// One operation of the API.
pub trait Operation {
    /// Its name on the wire.
    const NAME: &'static str;
    /// What it reads and writes.
    const SCOPE: Scope;
    /// On what it acts.
    const RESOURCE: Resource;
    /// Its parameters; those that must be there in the order in which their absence is told.
    const PARAMS: &'static [Param];
    /// Its own faults beside those of absent parameters, in the order of its checks.
    const FAULTS: &'static [Fault];
    /// The fault of a `RegionId` that names no region.
    const UNKNOWN_REGION: Fault = common::INVALID_REGION_ID;

    /// Checks everything and says what would be done and answered. Changes nothing.
    ///
    /// # Errors
    /// The first fault in the order of checks.
    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault>;
}

/// A row of the table: an operation as a value.
#[derive(Debug)]
pub struct Row {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it reads and writes.
    pub scope: Scope,
    /// On what it acts.
    pub resource: Resource,
    /// Its parameters.
    pub params: &'static [Param],
    /// Its own faults.
    pub faults: &'static [Fault],
    /// The fault of a `RegionId` that names no region.
    pub unknown_region: Fault,
    /// Checks everything and says what would be done and answered.
    pub prepare: fn(&Params, &Context<'_>) -> Result<Draft, Fault>,
}

impl Row {
    /// The row of an operation.
    #[must_use]
    pub const fn of<O: Operation>() -> Self {
        Self {
            name: O::NAME,
            scope: O::SCOPE,
            resource: O::RESOURCE,
            params: O::PARAMS,
            faults: O::FAULTS,
            unknown_region: O::UNKNOWN_REGION,
            prepare: O::prepare,
        }
    }

    /// Whether it takes a parameter of this name.
    #[must_use]
    pub fn takes(&self, name: &str) -> bool {
        self.params.iter().any(|param| param.name == name)
    }

    /// Checks that every parameter is there that must be.
    ///
    /// # Errors
    /// The fault of the first that is not.
    pub fn present(&self, params: &Params) -> Result<(), Fault> {
        self.params.iter().try_for_each(|param| param.present(params))
    }
}
