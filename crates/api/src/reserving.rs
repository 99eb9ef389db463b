//! What the operations that make reservations share: parameters that they read alike, and how what they ask for is
//! looked up and decided. Knows no operation by name.

use crate::faults::{self, UNKNOWN_ZONE};
use crate::limits::GROUP_CHARS;
use crate::{Context, pool_id, words};
use ledger::commands::{Command, Reserve, ReserveRefusal};
use ledger::{Course, End, Entry, Kind, MatchCriteria, Moment, Phase, Platform, Reservation, ReservationId, Tag};
use rpc::fault::{Fault, common};
use rpc::params::Params;

/// No `ZoneId.N` is given, or the first is empty.
pub const MISSING_ZONE: Fault = Fault::new(400, "MissingZoneId", "ZoneId is mandatory for this action.");
/// `InstanceType` is absent or empty.
pub const MISSING_TYPE: Fault = Fault::new(400, "MissingInstanceType", "InstanceType is mandatory for this action.");
/// `InstanceAmount` is absent or empty.
pub const MISSING_AMOUNT: Fault =
    Fault::new(400, "MissingParameter.InstanceAmount", "The specified parameter \"InstanceAmount\" can not be empty.");
/// More than one `ZoneId.N`.
pub const TOO_MANY_ZONES: Fault = Fault::new(400, "Invalid.TooManyZoneIds", "Too many ZoneIds in the request.");
/// `PrivatePoolOptions.MatchCriteria` is neither Open nor Target.
pub const INVALID_MATCHING: Fault = Fault::new(
    400,
    "Invalid.PrivatePoolOptions.MatchCriteria",
    "The specified parameter \"PrivatePoolOptions.MatchCriteria\" is invalid.",
);
/// `StartTime` is a time at which a reservation of this kind cannot begin.
pub const STARTS_LATER: Fault = Fault::new(
    400,
    "InvalidStartTime.NotSupported",
    "The specified StartTime should be within 180 calendar days from the current date, and you must specify a precision to hour.",
);
/// `StartTime` is no time, or one that is past.
pub const NO_START: Fault =
    Fault::new(400, "InvalidStartTime.MalFormed", "The specified StartTime is out of the permitted range.");
/// `ResourceGroupId` is no id of a resource group by its form.
pub const UNKNOWN_GROUP: Fault =
    Fault::new(404, "InvalidResourceGroup.NotFound", "The ResourceGroup provided does not exist in our records.");
/// `InstanceType` is not known.
pub const UNKNOWN_TYPE: Fault =
    Fault::new(403, "InvalidInstanceType.NotSupported", "The specified InstanceType is invalid.");
/// No host stands in the zone.
pub const EMPTY_ZONE: Fault = Fault::new(403, "Zone.NotOnSale", "The specified zone is not available for purchase.");
/// The zone has hosts, and none that offers the type or could ever hold it.
pub const NOT_OFFERED: Fault =
    Fault::new(400, "ResourceNotAvailable", "Resource you requested is not available in this region or zone.");
/// The promise could not be kept at every moment of it.
pub const NO_STOCK: Fault = Fault::new(
    403,
    "OperationDenied.NoStock",
    "The resource is out of stock in the specified zone. Please try other types, or choose other regions and zones.",
);

/// `ZoneId.N`, of which there is one.
pub fn zone(params: &Params) -> Result<&str, Fault> {
    match params.list("ZoneId")[..] {
        [(_, zone)] => Ok(zone),
        [] => Err(MISSING_ZONE),
        _ => Err(TOO_MANY_ZONES),
    }
}

/// `PrivatePoolOptions.MatchCriteria`, Open unless it says otherwise.
pub fn matching(params: &Params) -> Result<MatchCriteria, Fault> {
    let given = params.text("PrivatePoolOptions.MatchCriteria");
    given.map_or(Some(MatchCriteria::Open), words::read_matching).ok_or(INVALID_MATCHING)
}

/// There is no operation that makes resource groups: any id of their form is a label to filter by.
pub fn group(params: &Params) -> Result<&str, Fault> {
    let Some(text) = params.text("ResourceGroupId") else { return Ok("") };
    let legal = |code: &str| {
        let plain = code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        plain && GROUP_CHARS.contains(&code.len())
    };
    text.strip_prefix("rg-").filter(|code| legal(code)).map(|_| text).ok_or(UNKNOWN_GROUP)
}

/// What is asked for, each part of it in a form that could be granted.
pub struct Wish<'a> {
    /// Of which kind.
    pub kind: Kind,
    /// In which zone.
    pub zone: &'a str,
    /// Which instance type.
    pub instance_type: &'a str,
    /// How many instances.
    pub count: u32,
    /// Which instances may use it.
    pub matching: MatchCriteria,
    /// For which operating system.
    pub platform: Platform,
    /// Display name.
    pub name: &'a str,
    /// Free text.
    pub description: &'a str,
    /// Tags.
    pub tags: Box<[Tag]>,
    /// Resource group.
    pub group: &'a str,
    /// How it is to run.
    pub course: Course,
    /// When it is to begin.
    pub starts: Moment,
    /// When it is to end.
    pub end: End,
}

impl Wish<'_> {
    /// Decides it; the new id comes along.
    ///
    /// # Errors
    /// When the directory does not know what is asked for, or there is no room for it.
    pub fn reserve(self, context: &Context<'_>) -> Result<(Vec<Entry>, ReservationId), Fault> {
        let region = context.directory.regions.get(context.region).ok_or(UNKNOWN_ZONE)?;
        let zone = region.zones.iter().find(|zone| zone.name.as_str() == self.zone).ok_or(UNKNOWN_ZONE)?;
        let kind = context.directory.types.get(self.instance_type).ok_or(UNKNOWN_TYPE)?;
        if !context.ledger.pools().any(|(at, _, pool)| *at == zone.name && pool.hosts() > 0) {
            return Err(EMPTY_ZONE);
        }
        let size = context.directory.size(kind).ok_or(NOT_OFFERED)?;
        let id = pool_id::fresh(self.kind, &region.code, context.draw).ok_or(common::INTERNAL_ERROR)?;
        let reservation = Reservation {
            id,
            owner: context.caller.account.clone(),
            zone: zone.name.clone(),
            class: kind.class.clone(),
            instance_type: kind.name.clone(),
            size,
            count: self.count,
            matching: self.matching,
            platform: self.platform,
            group: self.group.into(),
            name: self.name.into(),
            description: self.description.into(),
            tags: self.tags.clone(),
            creation_tags: self.tags,
            course: self.course,
            made: context.now,
            starts: self.starts,
            end: self.end,
            phase: Phase::Active,
        };
        let (entries, ()) = Reserve { reservation }.decide(context.ledger, context.now).map_err(refuse)?;
        Ok((entries, id))
    }
}

fn refuse(refusal: ReserveRefusal) -> Fault {
    match refusal {
        // One draw in 2^88 meets an id that is taken; asking again draws anew.
        ReserveRefusal::IdTaken => common::SERVICE_UNAVAILABLE,
        ReserveRefusal::EndInPast => faults::INVALID_END_TIME,
        ReserveRefusal::NoPool | ReserveRefusal::TooLarge => NOT_OFFERED,
        ReserveRefusal::NoStock(_) => NO_STOCK,
    }
}
