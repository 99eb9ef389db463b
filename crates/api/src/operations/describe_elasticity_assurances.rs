//! DescribeElasticityAssurances: list the caller's assurances, the oldest first.

use crate::assurances::{KIND, RESOURCE};
use crate::listing::{self, IDS, INVALID_IDS, Question, TOO_MANY_IDS};
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, recurrence, tags, words};
use ledger::{Course, Reservation, Rule};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;

const STATUSES: [&str; 6] = ["All", "Deactived", "Preparing", "Prepared", "Active", "Released"];
const PACKAGE: &str = "PackageType";
const PLAIN: &str = "ElasticityAssurance";
const DIVIDED: &str = "TimeDivisionElasticityAssurance";

const INVALID_PACKAGE: Fault =
    Fault::new(400, "Invalid.PackageType", "The specified parameter \"PackageType\" is invalid.");

/// The operation.
pub struct DescribeElasticityAssurances;

impl Operation for DescribeElasticityAssurances {
    const NAME: &'static str = "DescribeElasticityAssurances";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::All(RESOURCE);
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::optional(IDS),
        Param::optional("InstanceType"),
        Param::optional("ZoneId"),
        Param::optional("InstanceChargeType"),
        Param::optional(PACKAGE),
        Param::optional("Status"),
        Param::optional("ResourceGroupId"),
        Param::optional("Tag.N.Key"),
        Param::optional("Tag.N.Value"),
        Param::optional("MaxResults"),
        Param::optional("NextToken"),
    ];
    const FAULTS: &'static [Fault] = &[INVALID_PACKAGE, INVALID_IDS, TOO_MANY_IDS, common::INVALID_PARAMETER];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let divided = match params.text(PACKAGE).filter(|text| !text.is_empty()) {
            None => None,
            Some(PLAIN) => Some(false),
            Some(DIVIDED) => Some(true),
            Some(_) => return Err(INVALID_PACKAGE),
        };
        let mut question = Question::read(Self::NAME, KIND, &STATUSES, params, context)?;
        question.filter.divided = divided;
        let names = ("ElasticityAssuranceSet", "ElasticityAssuranceItem");
        Ok(Draft { entries: Vec::new(), body: question.answer(params, context, names, item) })
    }
}

/// One assurance as the answer shows it.
fn item(reservation: &Reservation, context: &Context<'_>) -> Body {
    let text = |text: &str| String::from(text);
    let rules: &[Rule] = match &reservation.course {
        Course::Assured(paid) => &paid.rules,
        Course::Immediate | Course::Windowed { .. } => &[],
    };
    let allocated = listing::allocated(reservation, context, ("ElasticityAssuranceUsages", "ElasticityAssuranceUsage"));
    Body::new()
        .text("Status", words::status(reservation.phase))
        .text(PACKAGE, if rules.is_empty() { PLAIN } else { DIVIDED })
        .text("InstanceChargeType", "PostPaid")
        .text("StartTimeType", words::start_type(reservation))
        .text("ResourceGroupId", text(&reservation.group))
        .text("ElasticityAssuranceOwnerId", text(reservation.owner.as_str()))
        .text("TotalAssuranceTimes", "Unlimited")
        .integer("UsedAssuranceTimes", 0)
        .text("Description", text(&reservation.description))
        .text("EndTime", words::end_time(reservation.end))
        .text("PrivatePoolOptionsName", text(&reservation.name))
        .text("LatestStartTime", "")
        .text("StartTime", words::minutes(reservation.starts))
        .text("RegionId", text(context.region.as_str()))
        .text("PrivatePoolOptionsMatchCriteria", words::matching(reservation.matching))
        .text("PrivatePoolOptionsId", reservation.id.to_string())
        .list("AllocatedResources", "AllocatedResource", [allocated])
        .list("Tags", "Tag", reservation.tags.iter().map(tags::body))
        .list("RecurrenceRules", "RecurrenceRule", rules.iter().map(recurrence::body))
}
