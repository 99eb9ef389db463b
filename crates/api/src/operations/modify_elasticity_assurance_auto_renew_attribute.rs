//! ModifyElasticityAssuranceAutoRenewAttribute: say what happens when the periods of assurances are over. For all of the
//! named ones, or for none.

use crate::assurances::{self, IDS, INVALID_ID, INVALID_PERIOD, INVALID_PERIOD_UNIT, MISSING_ID, RESOURCE};
use crate::limits::{AUTO_RENEW_IDS_MAX, PERIOD_YEARS_MAX};
use crate::listing::TOO_MANY_IDS;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, words};
use ledger::commands::{Command, SetRenewal};
use ledger::{Period, PeriodUnit, RenewalStatus};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

const STATUS: &str = "RenewalStatus";

const INVALID_STATUS: Fault =
    Fault::new(403, "InvalidParameter.RenewalStatus", "The specified parameter RenewalStatus is not valid.");

/// The operation.
pub struct ModifyElasticityAssuranceAutoRenewAttribute;

impl Operation for ModifyElasticityAssuranceAutoRenewAttribute {
    const NAME: &'static str = "ModifyElasticityAssuranceAutoRenewAttribute";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Each(RESOURCE, IDS);
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::required(IDS, MISSING_ID),
        Param::optional(STATUS),
        Param::optional("Period"),
        Param::optional("PeriodUnit"),
    ];
    const FAULTS: &'static [Fault] = &[INVALID_PERIOD_UNIT, INVALID_PERIOD, INVALID_STATUS, TOO_MANY_IDS, INVALID_ID];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let period = period(params)?;
        let status =
            params.text(STATUS).map(|text| words::read_renewal_status(text).ok_or(INVALID_STATUS)).transpose()?;
        let ids = assurances::ids(params, AUTO_RENEW_IDS_MAX, &INVALID_ID)?;
        // A period counts only where it is given, or where renewal is switched on.
        let given = params.text("Period").or(params.text("PeriodUnit")).is_some();
        let period = (given || status == Some(RenewalStatus::Auto)).then_some(period);
        let command = SetRenewal { ids, by: context.caller.account.clone(), status, period };
        let (entries, ()) = command.decide(context.ledger, context.now).map_err(|_| INVALID_ID)?;
        let changes = status.is_some() || period.is_some();
        Ok(Draft { entries: if changes { entries } else { Vec::new() }, body: Body::new() })
    }
}

/// One month, or 1, 3 or 5 years.
fn period(params: &Params) -> Result<Period, Fault> {
    let units = &[("Month", PeriodUnit::Month, 1), ("Year", PeriodUnit::Year, PERIOD_YEARS_MAX)];
    let period = assurances::period(params, units, "Month")?;
    if [1, 3, 5].contains(&period.count) { Ok(period) } else { Err(INVALID_PERIOD) }
}
