//! DescribeElasticityAssuranceAutoRenewAttribute: tell what happens when the periods of assurances are over.

use crate::assurances::{self, IDS, INVALID_ID, MISSING_ID, RESOURCE};
use crate::limits::AUTO_RENEW_IDS_MAX;
use crate::listing::TOO_MANY_IDS;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, words};
use ledger::{Course, ReservationId};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

/// The operation.
pub struct DescribeElasticityAssuranceAutoRenewAttribute;

impl Operation for DescribeElasticityAssuranceAutoRenewAttribute {
    const NAME: &'static str = "DescribeElasticityAssuranceAutoRenewAttribute";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Each(RESOURCE, IDS);
    const PARAMS: &'static [Param] =
        &[Param::required("RegionId", faults::MISSING_REGION), Param::required(IDS, MISSING_ID)];
    const FAULTS: &'static [Fault] = &[TOO_MANY_IDS, INVALID_ID];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let ids = assurances::ids(params, AUTO_RENEW_IDS_MAX, &INVALID_ID)?;
        let items = ids.iter().map(|id| item(id, context)).collect::<Option<Vec<_>>>().ok_or(INVALID_ID)?;
        let body = Body::new().list("ElasticityAssuranceRenewAttributes", "ElasticityAssuranceRenewAttribute", items);
        Ok(Draft { entries: Vec::new(), body })
    }
}

/// One of the caller's own assurances; nothing if it is none.
fn item(id: &ReservationId, context: &Context<'_>) -> Option<Body> {
    let found = context.ledger.reservation(id).filter(|found| found.owner == context.caller.account)?;
    let Course::Assured(paid) = &found.course else { return None };
    let renewal = paid.renewal;
    let body = Body::new()
        .text("PeriodUnit", words::period_unit(renewal.period.unit))
        .integer("Period", renewal.period.count)
        .text("PrivatePoolOptionsId", id.to_string())
        .text("RenewalStatus", words::renewal_status(renewal.status));
    Some(body)
}
