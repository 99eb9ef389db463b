//! What an operation is, and the row of the table that is made of it.

use crate::history::Search;
use crate::operations::ECS;
use crate::{Context, Draft, Order, Param};
use ledger::directory::{Directory, Region};
use ledger::{Entry, RegionName, directory};
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::values;

/// Whether everything is to be checked and nothing done.
const DRY_RUN: &str = "DryRun";

/// What an operation reads and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The directory alone; it needs no region.
    Directory,
    /// The ledger of the region that `RegionId` names.
    Region,
    /// What surrounds both on a server for development: its clock. No other server answers it.
    Development,
}

/// On what an operation acts, for a key's allow-list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// Everything: `*`.
    Any,
    /// The account's resources of a kind as a whole, such as `capacityreservation/*`.
    All(&'static str),
    /// The resource of a kind, or each of them, that this parameter names.
    Each(&'static str, &'static str),
    /// Each of the resources of a kind whose ids this parameter lists, as a JSON array.
    Listed(&'static str, &'static str),
    /// Each of the resources that this parameter names, of the kind that `ResourceType` names.
    Tagged(&'static str),
}

/// One operation of the API. `E` is the kind of fact it may bring about: a region's, or the directory's; or an order to a
/// server for development; or what the journal is to be searched for.
pub trait Operation<E = Entry> {
    /// Its name on the wire.
    const NAME: &'static str;
    /// The version of the API that has it.
    const VERSION: &'static str = ECS;
    /// Whether it is for the accounts of operators alone.
    const OPERATOR: bool = false;
    /// Whether only a server for development answers it; any other knows no such action. Orders are always such.
    const DEVELOPMENT: bool = false;
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
    /// Where clients leave `RegionId` out: the parameter with an id that tells the region, and the fault if it does not.
    const REGION_BY: Option<(&'static str, Fault)> = None;
    /// What is answered when everything was checked and nothing done.
    const DRY_RUN: Fault = common::DRY_RUN;

    /// Checks everything and says what would be done and answered. Changes nothing.
    ///
    /// # Errors
    /// The first fault in the order of checks.
    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft<E>, Fault>;
}

/// Checks everything and says what would be done and answered.
pub type Prepare<E> = fn(&Params, &Context<'_>) -> Result<Draft<E>, Fault>;

/// What an operation may change, and so who decides about it.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// The region that `RegionId` names: its desk.
    Region(Prepare<Entry>),
    /// The directory: its desk.
    Directory(Prepare<directory::Entry>),
    /// What surrounds them, where the server is for development.
    Development(Prepare<Order>),
    /// Nothing: the desk of the region that `RegionId` names says what its journal may be searched for.
    History(Prepare<Search>),
}

/// A row of the table: an operation as a value.
#[derive(Debug)]
pub struct Row {
    /// Its name on the wire.
    pub name: &'static str,
    /// The version of the API that has it.
    pub version: &'static str,
    /// Whether it is for the accounts of operators alone.
    pub operator: bool,
    /// Whether only a server for development answers it.
    pub development: bool,
    /// On what it acts.
    pub resource: Resource,
    /// Its parameters.
    pub params: &'static [Param],
    /// Its own faults.
    pub faults: &'static [Fault],
    /// The fault of a `RegionId` that names no region.
    pub unknown_region: Fault,
    /// The parameter with an id that tells the region when there is no `RegionId`, and the fault if it does not.
    pub region_by: Option<(&'static str, Fault)>,
    /// What is answered when everything was checked and nothing done.
    pub dry_run: Fault,
    /// Checks everything, and who decides.
    pub change: Change,
}

impl Row {
    /// The row of an operation of a region.
    #[must_use]
    pub const fn of<O: Operation>() -> Self {
        assert!(matches!(O::SCOPE, Scope::Region), "its facts are the directory's");
        Self::new::<Entry, O>(Change::Region(O::prepare))
    }

    /// The row of an operation of the directory.
    #[must_use]
    pub const fn of_directory<O: Operation<directory::Entry>>() -> Self {
        assert!(matches!(O::SCOPE, Scope::Directory), "its facts are a region's");
        Self::new::<directory::Entry, O>(Change::Directory(O::prepare))
    }

    /// The row of an operation that only a server for development answers.
    #[must_use]
    pub const fn of_development<O: Operation<Order>>() -> Self {
        assert!(matches!(O::SCOPE, Scope::Development), "its facts are orders");
        Self::new::<Order, O>(Change::Development(O::prepare))
    }

    /// The row of an operation that looks back.
    #[must_use]
    pub const fn of_history<O: Operation<Search>>() -> Self {
        assert!(matches!(O::SCOPE, Scope::Region), "the journal is a region's");
        Self::new::<Search, O>(Change::History(O::prepare))
    }

    const fn new<E, O: Operation<E>>(change: Change) -> Self {
        Self {
            name: O::NAME,
            version: O::VERSION,
            operator: O::OPERATOR,
            development: O::DEVELOPMENT || matches!(change, Change::Development(_)),
            resource: O::RESOURCE,
            params: O::PARAMS,
            faults: O::FAULTS,
            unknown_region: O::UNKNOWN_REGION,
            region_by: O::REGION_BY,
            dry_run: O::DRY_RUN,
            change,
        }
    }

    /// What an allow-list calls it.
    #[must_use]
    pub fn ram_action(&self) -> String {
        let service = if self.version == ECS { "ecs" } else { "berth" };
        format!("{service}:{}", self.name)
    }

    /// Whether this request asks for the checks alone.
    ///
    /// # Errors
    /// When it takes `DryRun` and that is no truth value.
    pub fn is_dry_run(&self, params: &Params) -> Result<bool, Fault> {
        let given = self.takes(DRY_RUN).then(|| params.text(DRY_RUN)).flatten();
        given.map_or(Ok(false), |text| values::flag(text).ok_or(common::INVALID_PARAMETER))
    }

    /// Whether it takes a parameter of this name.
    #[must_use]
    pub fn takes(&self, name: &str) -> bool {
        self.params.iter().any(|param| param.name == name)
    }

    /// The region that a request is for: the one that `RegionId` names or, where clients leave that out, the one of which
    /// the id that they name begins with the code.
    ///
    /// # Errors
    /// When there is no such region.
    pub fn region<'a>(&self, params: &Params, directory: &'a Directory) -> Result<&'a RegionName, Fault> {
        let name = params.text("RegionId").filter(|name| !name.is_empty());
        match (name, &self.region_by) {
            (None, Some((id, unknown))) => {
                let ids = Param::optional(id).values(params);
                let code = ids.first().and_then(|id| id.split_once('-')).map_or("", |(_, code)| code);
                let here = |region: &&Region| !region.code.is_empty() && code.starts_with(&*region.code);
                directory.regions.values().find(here).map(|region| &region.name).ok_or_else(|| unknown.clone())
            }
            (name, _) => {
                let found = directory.regions.get_key_value(name.unwrap_or_default());
                found.map(|(name, _)| name).ok_or_else(|| self.unknown_region.clone())
            }
        }
    }

    /// Checks that every parameter is there that must be.
    ///
    /// # Errors
    /// The fault of the first that is not.
    pub fn present(&self, params: &Params) -> Result<(), Fault> {
        self.params.iter().try_for_each(|param| param.present(params))
    }
}
