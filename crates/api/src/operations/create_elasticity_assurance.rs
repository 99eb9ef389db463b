//! CreateElasticityAssurance: promise capacity for a period, from now or from a later hour on.

use crate::assurances::{self, INVALID_PERIOD, INVALID_PERIOD_UNIT, KIND, PAID, RESOURCE};
use crate::faults::{self, UNKNOWN_ZONE};
use crate::reserving::{self, Wish};
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{fields, recurrence, tags};
use ledger::{Assurance, Course, End, Moment, Period, PeriodUnit, Platform, Renewal, RenewalStatus, Rule};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;

const CORES: &str = "InstanceCpuCoreCount";

const TOO_MANY_TYPES: Fault = Fault::new(
    400,
    "Invalid.TooManyInstanceTypes",
    "The specified parameter \"InstanceType\" should only has one item.",
);
const EMPTY_CORES: Fault = Fault::new(
    400,
    "MissingParameter.InstanceCpuCoreCount",
    "The specified parameter \"InstanceCpuCoreCount\" can not be empty.",
);
const CORES_AND_AMOUNT: Fault = Fault::new(
    400,
    "Invalid.InstanceCpuCoreCountOrInstanceAmount",
    "Both InstanceCpuCoreCount and InstanceAmount are provided.",
);
const INVALID_TIMES: Fault =
    Fault::new(400, "Invalid.AssuranceTimes.NotSupported", "The value of AssuranceTimes is not supported.");

/// The operation.
pub struct CreateElasticityAssurance;

impl Operation for CreateElasticityAssurance {
    const NAME: &'static str = "CreateElasticityAssurance";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::All(RESOURCE);
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::required("ZoneId.N", reserving::MISSING_ZONE),
        Param::required("InstanceType.N", reserving::MISSING_TYPE),
        Param::required("InstanceAmount", reserving::MISSING_AMOUNT),
        Param::optional(CORES),
        Param::optional("ClientToken"),
        Param::optional("Period"),
        Param::optional("PeriodUnit"),
        Param::optional("AssuranceTimes"),
        Param::optional("PrivatePoolOptions.Name"),
        Param::optional("PrivatePoolOptions.MatchCriteria"),
        Param::optional("Description"),
        Param::optional("StartTime"),
        Param::optional("AutoRenew"),
        Param::optional("AutoRenewPeriod"),
        Param::optional("RecurrenceRules.N.RecurrenceType"),
        Param::optional("RecurrenceRules.N.RecurrenceValue"),
        Param::optional("RecurrenceRules.N.StartHour"),
        Param::optional("RecurrenceRules.N.EndHour"),
        Param::optional("Tag.N.Key"),
        Param::optional("Tag.N.Value"),
        Param::optional("ResourceGroupId"),
    ];
    const FAULTS: &'static [Fault] = &[
        reserving::TOO_MANY_ZONES,
        TOO_MANY_TYPES,
        EMPTY_CORES,
        CORES_AND_AMOUNT,
        faults::INVALID_AMOUNT,
        INVALID_PERIOD_UNIT,
        INVALID_PERIOD,
        INVALID_TIMES,
        faults::INVALID_NAME,
        reserving::INVALID_MATCHING,
        faults::INVALID_DESCRIPTION,
        reserving::STARTS_LATER,
        reserving::NO_START,
        common::INVALID_PARAMETER,
        faults::TOO_MANY_TAGS,
        faults::INVALID_TAG_KEY,
        faults::INVALID_TAG_VALUE,
        faults::DUPLICATE_TAG_KEY,
        reserving::UNKNOWN_GROUP,
        UNKNOWN_ZONE,
        reserving::UNKNOWN_TYPE,
        reserving::EMPTY_ZONE,
        reserving::NOT_OFFERED,
        reserving::NO_STOCK,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let (entries, id) = read(params, context.now)?.reserve(context)?;
        let body =
            Body::new().text("OrderId", assurances::order(context.draw)).text("PrivatePoolOptionsId", id.to_string());
        Ok(Draft { entries, body })
    }
}

/// What the parameters ask for.
fn read(params: &Params, now: Moment) -> Result<Wish<'_>, Fault> {
    let zone = reserving::zone(params)?;
    let instance_type = one_type(params)?;
    if let Some(cores) = params.text(CORES) {
        return Err(if cores.is_empty() { EMPTY_CORES } else { CORES_AND_AMOUNT });
    }
    let count = fields::amount(params)?.ok_or(reserving::MISSING_AMOUNT)?;
    let period = assurances::period(params, PAID, "Year")?;
    if period.unit == PeriodUnit::Day && !recurrence::is_given(params) {
        return Err(INVALID_PERIOD_UNIT);
    }
    if params.text("AssuranceTimes").is_some_and(|times| times != "Unlimited") {
        return Err(INVALID_TIMES);
    }
    let name = fields::name(params)?.unwrap_or_default();
    let matching = reserving::matching(params)?;
    let description = fields::description(params)?.unwrap_or_default();
    let starts = assurances::starts(params, now)?;
    let renewal = renewal(params, period)?;
    let rules = recurrence::read(params)?;
    let tags = tags::read(params)?.into();
    let group = reserving::group(params)?;
    let end = period.after(starts);
    assurances::in_time(end)?;
    Ok(Wish {
        kind: KIND,
        zone,
        instance_type,
        count,
        matching,
        // An assurance is for any operating system.
        platform: Platform::Linux,
        name,
        description,
        tags,
        group,
        course: course(period, renewal, rules),
        starts,
        end: End::At(end),
    })
}

fn course(period: Period, renewal: Renewal, rules: Box<[Rule]>) -> Course {
    Course::Assured(Box::new(Assurance { period, renewal, rules }))
}

/// `InstanceType.N`, of which there is one.
fn one_type(params: &Params) -> Result<&str, Fault> {
    match params.list("InstanceType")[..] {
        [(_, one)] => Ok(one),
        [] => Err(reserving::MISSING_TYPE),
        _ => Err(TOO_MANY_TYPES),
    }
}

/// `AutoRenew` and `AutoRenewPeriod`: a year for what is paid by the year, else a month, unless it says otherwise.
fn renewal(params: &Params, paid: Period) -> Result<Renewal, Fault> {
    let auto = assurances::flag(params, "AutoRenew", false)?;
    let unit = if paid.unit == PeriodUnit::Year { PeriodUnit::Year } else { PeriodUnit::Month };
    let period = assurances::auto_renew_period(params)?.unwrap_or(Period { count: 1, unit });
    Ok(Renewal { status: if auto { RenewalStatus::Auto } else { RenewalStatus::Normal }, period })
}
