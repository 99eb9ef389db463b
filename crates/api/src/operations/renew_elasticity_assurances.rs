//! RenewElasticityAssurances: let assurances run on for another period after the one they have. All of the named ones,
//! or none.

use crate::assurances::{self, IDS, INVALID_PERIOD, INVALID_PERIOD_UNIT, RENEWED, RESOURCE};
use crate::faults::{self, POOL_NOT_FOUND};
use crate::limits::RENEWED_IDS_MAX;
use crate::listing::TOO_MANY_IDS;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use ledger::commands::{Command, Renew, RenewRefusal};
use ledger::{Entry, Renewal, RenewalStatus, ReservationId};
use rpc::body::{Body, Node};
use rpc::fault::{Fault, common};
use rpc::params::Params;

const MISSING_AUTO_RENEW_PERIOD: Fault =
    Fault::new(400, "MissingAutoRenewPeriod", "AutoRenewPeriod is mandatory for this action.");

/// The operation.
pub struct RenewElasticityAssurances;

impl Operation for RenewElasticityAssurances {
    const NAME: &'static str = "RenewElasticityAssurances";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Each(RESOURCE, IDS);
    const PARAMS: &'static [Param] = &[
        Param::optional("RegionId"),
        Param::required(IDS, faults::MISSING_POOL_ID),
        Param::optional("Period"),
        Param::optional("PeriodUnit"),
        Param::optional("AutoRenew"),
        Param::optional("AutoRenewPeriod"),
        Param::optional("AutoPay"),
        Param::optional("ClientToken"),
    ];
    const FAULTS: &'static [Fault] = &[
        INVALID_PERIOD_UNIT,
        INVALID_PERIOD,
        common::INVALID_PARAMETER,
        MISSING_AUTO_RENEW_PERIOD,
        TOO_MANY_IDS,
        POOL_NOT_FOUND,
        faults::POOL_INACTIVE,
    ];
    const REGION_BY: Option<(&'static str, Fault)> = Some((IDS, POOL_NOT_FOUND));

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let period = assurances::period(params, RENEWED, "Year")?;
        let renewal = renewal(params)?;
        let ids = assurances::ids(params, RENEWED_IDS_MAX, &POOL_NOT_FOUND)?;
        let command = Renew { ids, by: context.caller.account.clone(), period, renewal };
        let (entries, ()) = command.decide(context.ledger, context.now).map_err(refuse)?;
        let ends =
            entries.iter().filter_map(|entry| if let Entry::Renewed { end, .. } = entry { Some(*end) } else { None });
        ends.into_iter().try_for_each(assurances::in_time)?;
        let id = |id: &ReservationId| Node::Text(id.to_string().into());
        let body = Body::new().text("OrderId", assurances::order(context.draw)).list(
            "PrivatePoolOptionsIdSet",
            "PrivatePoolOptionsId",
            command.ids.iter().map(id),
        );
        Ok(Draft { entries, body })
    }
}

/// `AutoRenew` switches automatic renewal on, never off; then `AutoRenewPeriod` must say for how long. Nothing waits to
/// be paid, so `AutoPay` makes no difference.
fn renewal(params: &Params) -> Result<Option<Renewal>, Fault> {
    let auto = assurances::flag(params, "AutoRenew", false)?;
    let period = assurances::auto_renew_period(params)?;
    assurances::flag(params, "AutoPay", true)?;
    if !auto {
        return Ok(None);
    }
    let period = period.ok_or(MISSING_AUTO_RENEW_PERIOD)?;
    Ok(Some(Renewal { status: RenewalStatus::Auto, period }))
}

const fn refuse(refusal: RenewRefusal) -> Fault {
    match refusal {
        RenewRefusal::NotFound(_) => POOL_NOT_FOUND,
        RenewRefusal::Over(_) => faults::POOL_INACTIVE,
    }
}
