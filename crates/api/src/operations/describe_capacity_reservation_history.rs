//! DescribeCapacityReservationHistory: tell each change of a reservation's life, the oldest first: what, when, by whom. The
//! ledger says whether the caller may be told; the changes themselves are in the journal.

use crate::history::Search;
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, windows};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;

const ID: &str = "PrivatePoolOptions.Id";

/// The operation.
pub struct DescribeCapacityReservationHistory;

impl Operation<Search> for DescribeCapacityReservationHistory {
    const NAME: &'static str = "DescribeCapacityReservationHistory";
    const VERSION: &'static str = EXTENSION;
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Each("capacityreservation", ID);
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::required_with(ID, faults::MISSING_POOL_ID, faults::EMPTY_POOL_ID),
        Param::optional("MaxResults"),
        Param::optional("NextToken"),
    ];
    const FAULTS: &'static [Fault] = &[common::INVALID_PARAMETER, windows::NOT_FOUND];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft<Search>, Fault> {
        let search = Search::read(Self::NAME, params, context, params.text(ID).unwrap_or_default())?;
        Ok(Draft { entries: vec![search], body: Body::new() })
    }
}
