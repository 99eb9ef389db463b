//! SetStock: so many instances of a type, and no more, can be had in a zone of a server for development. The rest of the
//! hosts of its class there is held by reservations of nobody.

use crate::limits::STOCK_MAX;
use crate::operations::EXTENSION;
use crate::reserving;
use crate::stock::Stock;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, windows};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::values;

const AMOUNT: &str = "InstanceAmount";

/// The operation.
pub struct SetStock;

impl Operation for SetStock {
    const NAME: &'static str = "SetStock";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const DEVELOPMENT: bool = true;
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::required("ZoneId", reserving::MISSING_ZONE),
        Param::required("InstanceType", reserving::MISSING_TYPE),
        Param::optional(AMOUNT),
        Param::optional("DryRun"),
    ];
    const FAULTS: &'static [Fault] = &[
        faults::INVALID_AMOUNT,
        faults::UNKNOWN_ZONE,
        reserving::UNKNOWN_TYPE,
        reserving::NOT_OFFERED,
        reserving::NO_STOCK,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let amount = amount(params)?;
        let zone = windows::zone(params, context)?.ok_or(reserving::MISSING_ZONE)?;
        let (kind, size) = windows::kind(params, context)?;
        let (_, pool) = windows::pools(context, kind, Some(zone)).next().ok_or(reserving::NOT_OFFERED)?;
        pool.ladder().rung_for(size).ok_or(reserving::NOT_OFFERED)?;
        let mut stock = Stock::lifted(context, zone, &kind.class, pool);
        if let Some(amount) = amount {
            if stock.available(size) < u64::from(amount) {
                return Err(reserving::NO_STOCK);
            }
            stock.leave(&kind.name, size, amount).ok_or(common::INTERNAL_ERROR)?;
        }
        let body = Body::new().integer("AvailableAmount", stock.available(size));
        Ok(Draft { entries: stock.facts(), body })
    }
}

/// `InstanceAmount`, 0 to 1,000,000.
fn amount(params: &Params) -> Result<Option<u32>, Fault> {
    let read = |text| {
        values::integer(text).and_then(|number| u32::try_from(number).ok()).filter(|number| *number <= STOCK_MAX)
    };
    params.text(AMOUNT).map(|text| read(text).ok_or(faults::INVALID_AMOUNT)).transpose()
}
