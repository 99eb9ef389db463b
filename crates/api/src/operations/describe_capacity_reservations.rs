//! DescribeCapacityReservations: list the caller's reservations, the oldest first.

use crate::listing::{self, IDS, INVALID_IDS, Question, TOO_MANY_IDS};
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, tags, words};
use ledger::{Kind, Reservation};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;

const STATUSES: [&str; 6] = ["All", "Pending", "Preparing", "Prepared", "Active", "Released"];

/// The operation.
pub struct DescribeCapacityReservations;

impl Operation for DescribeCapacityReservations {
    const NAME: &'static str = "DescribeCapacityReservations";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::All("capacityreservation");
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::optional(IDS),
        Param::optional("InstanceType"),
        Param::optional("ZoneId"),
        Param::optional("InstanceChargeType"),
        Param::optional("Platform"),
        Param::optional("Status"),
        Param::optional("ResourceGroupId"),
        Param::optional("Tag.N.Key"),
        Param::optional("Tag.N.Value"),
        Param::optional("MaxResults"),
        Param::optional("NextToken"),
    ];
    const FAULTS: &'static [Fault] = &[INVALID_IDS, TOO_MANY_IDS, common::INVALID_PARAMETER];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let mut question = Question::read(Self::NAME, Kind::CapacityReservation, &STATUSES, params, context)?;
        question.filter.platform = match params.text("Platform").filter(|text| !text.is_empty()) {
            None => None,
            Some(text) if text.eq_ignore_ascii_case("all") => None,
            Some(text) => {
                Some(words::read_platform(text).ok_or_else(|| common::INVALID_PARAMETER.because("Platform"))?)
            }
        };
        let names = ("CapacityReservationSet", "CapacityReservationItem");
        Ok(Draft { entries: Vec::new(), body: question.answer(params, context, names, item) })
    }
}

/// One reservation as the answer shows it.
fn item(reservation: &Reservation, context: &Context<'_>) -> Body {
    let text = |text: &str| String::from(text);
    let allocated = listing::allocated(reservation, context, ("CapacityReservationUsages", "CapacityReservationUsage"));
    Body::new()
        .text("Status", words::status(reservation.phase))
        .text("TimeSlot", "")
        .text("PrivatePoolOptionsMatchCriteria", words::matching(reservation.matching))
        .text("PrivatePoolOptionsId", reservation.id.to_string())
        .text("PrivatePoolOptionsName", text(&reservation.name))
        .text("RegionId", text(context.region.as_str()))
        .text("InstanceChargeType", "PostPaid")
        .text("EndTime", words::end_time(reservation.end))
        .text("StartTime", words::minutes(reservation.starts))
        .text("Description", text(&reservation.description))
        .text("EndTimeType", words::end_type(reservation.end))
        .text("ResourceGroupId", text(&reservation.group))
        .text("Platform", words::platform(reservation.platform))
        .list("AllocatedResources", "AllocatedResource", [allocated])
        .list("Tags", "Tag", reservation.tags.iter().map(tags::body))
        .text("StartTimeType", words::start_type(reservation))
        .text("SavingPlanId", "")
        .text("ReservedInstanceId", "")
        .text("CapacityReservationOwnerId", text(reservation.owner.as_str()))
}
