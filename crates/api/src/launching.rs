//! What RunInstances and CreateInstance read alike, and what is answered when there is no place for an instance.

use crate::faults::{self, UNKNOWN_ZONE};
use crate::limits::{CARRIED_CHARS_MAX, INSTANCE_NAME_CHARS, SECURITY_GROUPS_MAX};
use crate::{Context, instance_id, pool_id, tags};
use ledger::commands::{Command, Launch, LaunchRefusal, Own, PlaceRefusal};
use ledger::directory::InstanceType;
use ledger::{Attachment, Carried, Charge, Entry, Instance, InstanceId, Platform, Reservation, State, ZoneName};
use rpc::fault::{Fault, common};
use rpc::params::Params;

const MATCHING: &str = "PrivatePoolOptions.MatchCriteria";
const ID: &str = "PrivatePoolOptions.Id";
const HOST_NAME: &str = "HostName";

/// `RegionId` is absent or empty.
pub const MISSING_REGION: Fault = Fault::new(400, "MissingRegionId", "RegionId is mandatory for this action.");
/// `InstanceType` is absent or empty.
pub const MISSING_TYPE: Fault = Fault::new(
    400,
    "MissingParameter",
    "The input parameter InstanceType that is mandatory for processing this request is not supplied.",
);
/// `ImageId` is absent or empty where one must be.
pub const MISSING_IMAGE: Fault = Fault::new(
    400,
    "MissingParameter",
    "The input parameter ImageId that is mandatory for processing this request is not supplied.",
);
/// `PrivatePoolOptions.MatchCriteria` is none of its values.
pub const UNKNOWN_MODE: Fault =
    Fault::new(400, "UnknownError", "The request processing has failed due to some unknown error.");
/// `PrivatePoolOptions.Id` is absent with the mode Target.
pub const MISSING_POOL: Fault =
    Fault::new(400, "MissingParameter.PrivatePoolOptionsId", "The specified PrivatePoolOptions.Id should not be null.");
/// `PrivatePoolOptions.Id` is there with another mode than Target.
pub const POOL_WITHOUT_TARGET: Fault = Fault::new(
    400,
    "Invalid.PrivatePoolOptionsId",
    "The parameter PrivatePoolOptions.Id should be null when PrivatePoolOptions.MatchCriteria is not Target.",
);
/// `InstanceType` is not known.
pub const UNKNOWN_TYPE: Fault = Fault::new(
    400,
    "InvalidInstanceType.ValueNotSupported",
    "The specified InstanceType does not exist or beyond the permitted range.",
);
/// The account has as many instances as it may.
pub const TOO_MANY: Fault = Fault::new(
    403,
    "QuotaExceed.ElasticQuota",
    "No additional quota is available for the specified ECS instance type.",
);

/// What the parameters ask for, each of them in a form that could be granted.
pub struct Wish<'a> {
    /// In no zone yet, without a name and what it carries.
    instance: Instance,
    carried: Carried,
    kind: &'a InstanceType,
    /// Where it must stand: the zone that is named, else that of the reservation that is.
    zone: Option<&'a ZoneName>,
    name: Option<&'a str>,
    region_code: &'a str,
}

impl<'a> Wish<'a> {
    /// Reads the parameters.
    ///
    /// # Errors
    /// The first fault in the order of checks: what has a wrong form, what there is not, what does not go together.
    pub fn read(params: &'a Params, context: &Context<'a>) -> Result<Self, Fault> {
        let (charge, spot) = (charge(params)?, is_spot(params)?);
        let (name, carried) = (name(params)?, carried(params)?);
        let tags: Box<[_]> = tags::read(params)?.into();
        let kind =
            params.text("InstanceType").and_then(|kind| context.directory.types.get(kind)).ok_or(UNKNOWN_TYPE)?;
        let region = context.directory.regions.get(context.region).ok_or(UNKNOWN_ZONE)?;
        let named = |zone| region.zones.iter().map(|it| &it.name).find(|it| it.as_str() == zone).ok_or(UNKNOWN_ZONE);
        let zone = params.text("ZoneId").filter(|zone| !zone.is_empty()).map(named).transpose()?;
        let uses = Uses::read(params, spot, context)?;
        let size = context.directory.size(kind).ok_or(faults::TYPE_NOT_IN_ZONE)?;
        let instance = Instance {
            id: instance_id::fresh(&region.code, context.draw, 0).ok_or(common::INTERNAL_ERROR)?,
            owner: context.caller.account.clone(),
            zone: ZoneName::from(""),
            class: kind.class.clone(),
            instance_type: kind.name.clone(),
            size,
            platform: platform(params.text("ImageId").unwrap_or_default()),
            charge,
            spot,
            attachment: uses.attachment(),
            name: "".into(),
            carried: Box::default(),
            creation_tags: tags.clone(),
            tags,
            made: context.now,
            started: None,
            state: State::Parked { reclaimed: false },
        };
        Ok(Self { instance, carried, kind, zone: zone.or_else(|| uses.zone()), name, region_code: &region.code })
    }

    /// Launches so many of them, or at least `least`; with `suffix` their names are numbered.
    ///
    /// # Errors
    /// When there are no places for them.
    pub fn launch(
        &self,
        context: &Context<'_>,
        count: usize,
        least: usize,
        suffix: bool,
        run: bool,
    ) -> Result<(Vec<Entry>, Vec<InstanceId>), Fault> {
        let own = |index| self.own(context, index, suffix);
        let mut each: Vec<Own> = (0..count).map(own).collect::<Option<_>>().ok_or(common::INTERNAL_ERROR)?;
        let mut refused = None;
        for zone in self.zones(context) {
            let instance = Instance { zone: zone.clone(), ..self.instance.clone() };
            let launch = Launch { instance, each, least, run };
            match launch.decide(context.ledger, context.now) {
                Ok((entries, done)) => return Ok((entries, done.into_iter().map(|(id, _)| id).collect())),
                Err(refusal) => refused = refused.or(Some(refusal)),
            }
            each = launch.each;
        }
        Err(refused.map_or(faults::TYPE_NOT_IN_ZONE, |refusal| refuse_launch(&refusal)))
    }

    /// What is its own of one of them. With `suffix` its name, and its host name, end in its number.
    fn own(&self, context: &Context<'_>, index: usize, suffix: bool) -> Option<Own> {
        let id = instance_id::fresh(self.region_code, context.draw, index)?;
        let numbered = |text: &str| match suffix {
            true => format!("{text}{:03}", index + 1).into(),
            false => Box::from(text),
        };
        let mut carried = self.carried.clone();
        for (_, host) in carried.iter_mut().filter(|(name, _)| **name == *HOST_NAME) {
            *host = numbered(host);
        }
        Some(Own { id, name: self.name.map_or_else(|| id.to_string().into(), numbered), carried })
    }

    /// Where they may stand: without a zone, in any with hosts of the class, in order of name.
    fn zones(&self, context: &Context<'a>) -> Vec<&'a ZoneName> {
        if let Some(zone) = self.zone {
            return vec![zone];
        }
        let pools = context.ledger.pools().filter(|(_, class, pool)| **class == self.kind.class && pool.hosts() > 0);
        pools.map(|(zone, ..)| zone).collect()
    }
}

/// Which reservations they may use.
enum Uses<'a> {
    None,
    Open,
    Target(&'a Reservation),
}

impl<'a> Uses<'a> {
    /// # Errors
    /// A mode that there is not; a target without an id; an id without a target; a spot instance that would use one; an
    /// id of none of the caller's.
    fn read(params: &Params, spot: bool, context: &Context<'a>) -> Result<Self, Fault> {
        let id = params.text(ID).filter(|id| !id.is_empty());
        let target = match (params.text(MATCHING).filter(|mode| !mode.is_empty()).unwrap_or("None"), id) {
            ("None", None) => return Ok(Self::None),
            ("Open", None) => None,
            ("None" | "Open", Some(_)) => return Err(POOL_WITHOUT_TARGET),
            ("Target", None) => return Err(MISSING_POOL),
            ("Target", Some(id)) => Some(id),
            _ => return Err(UNKNOWN_MODE),
        };
        match target {
            _ if spot => Err(faults::SPOT_AND_POOL),
            None => Ok(Self::Open),
            Some(id) => pool_id::own_of_any_kind(context, id).map(Self::Target).ok_or(faults::POOL_NOT_FOUND),
        }
    }

    const fn attachment(&self) -> Attachment {
        match self {
            Self::None => Attachment::None,
            Self::Open => Attachment::Open,
            Self::Target(reservation) => Attachment::Target(reservation.id),
        }
    }

    const fn zone(&self) -> Option<&'a ZoneName> {
        match self {
            Self::Target(reservation) => Some(&reservation.zone),
            Self::None | Self::Open => None,
        }
    }
}

fn charge(params: &Params) -> Result<Charge, Fault> {
    match params.text("InstanceChargeType").filter(|text| !text.is_empty()) {
        None | Some("PostPaid") => Ok(Charge::PostPaid),
        Some("PrePaid") => Ok(Charge::PrePaid),
        Some(_) => Err(common::INVALID_PARAMETER.because("InstanceChargeType")),
    }
}

fn is_spot(params: &Params) -> Result<bool, Fault> {
    match params.text("SpotStrategy").filter(|text| !text.is_empty()) {
        None | Some("NoSpot") => Ok(false),
        Some("SpotWithPriceLimit" | "SpotAsPriceGo") => Ok(true),
        Some(_) => Err(common::INVALID_PARAMETER.because("SpotStrategy")),
    }
}

/// `InstanceName`: begins with a letter of any script and goes on with letters, digits, `.`, `:`, `_`, `-`.
fn name(params: &Params) -> Result<Option<&str>, Fault> {
    let inner = |letter: char| letter.is_alphanumeric() || ".:_-".contains(letter);
    let legal = |name: &&str| {
        let letters = name.starts_with(char::is_alphabetic) && name.chars().all(inner);
        INSTANCE_NAME_CHARS.contains(&name.chars().count()) && letters
    };
    let invalid = || common::INVALID_PARAMETER.because("InstanceName");
    params.text("InstanceName").map(|name| Some(name).filter(legal).ok_or_else(invalid)).transpose()
}

/// What is kept and shown and means nothing to Berth.
fn carried(params: &Params) -> Result<Carried, Fault> {
    let single = ["Description", HOST_NAME, "ImageId", "KeyPairName", "ResourceGroupId", "VSwitchId"];
    let mut carried: Vec<(Box<str>, Box<str>)> = Vec::new();
    let mut keep = |name: &str, text: &str| {
        if text.chars().count() > CARRIED_CHARS_MAX {
            return Err(common::INVALID_PARAMETER.because(name));
        }
        if !text.is_empty() {
            carried.push((name.into(), text.into()));
        }
        Ok(())
    };
    for name in single {
        keep(name, params.text(name).unwrap_or_default())?;
    }
    let groups = params.list("SecurityGroupIds").into_iter().map(|(_, id)| id);
    let groups: Vec<&str> = params.text("SecurityGroupId").into_iter().chain(groups).collect();
    if groups.len() > SECURITY_GROUPS_MAX {
        return Err(common::INVALID_PARAMETER.because("SecurityGroupIds"));
    }
    groups.into_iter().try_for_each(|id| keep("SecurityGroupId", id))?;
    Ok(carried.into())
}

/// The operating system, as far as an image's id tells: where one of its words, which are runs of letters and digits,
/// begins with `win` in any letter case, it is Windows.
fn platform(image: &str) -> Platform {
    let mut words = image.split(|letter: char| !letter.is_ascii_alphanumeric());
    let windows = words.any(|word| word.get(..3).is_some_and(|begin| begin.eq_ignore_ascii_case("win")));
    if windows { Platform::Windows } else { Platform::Linux }
}

fn refuse_launch(refusal: &LaunchRefusal) -> Fault {
    match refusal {
        // One draw in 2^88 meets an id that is taken; asking again draws anew.
        LaunchRefusal::IdTaken => common::SERVICE_UNAVAILABLE,
        LaunchRefusal::TooMany => TOO_MANY,
        LaunchRefusal::Place(refusal, _) => refuse(*refusal),
    }
}

/// What is answered when there is no place for an instance.
#[must_use]
pub const fn refuse(refusal: PlaceRefusal) -> Fault {
    match refusal {
        PlaceRefusal::Spot => faults::SPOT_AND_POOL,
        PlaceRefusal::NoReservation => faults::POOL_NOT_FOUND,
        PlaceRefusal::NotActive => faults::POOL_INACTIVE,
        PlaceRefusal::OtherType => faults::POOL_OTHER_TYPE,
        PlaceRefusal::OtherZone => faults::POOL_OTHER_ZONE,
        PlaceRefusal::OtherCharge => faults::POOL_OTHER_CHARGE,
        PlaceRefusal::OtherPlatform => faults::POOL_OTHER_PLATFORM,
        PlaceRefusal::NotNow => faults::POOL_NOT_NOW,
        PlaceRefusal::Full => faults::POOL_FULL,
        PlaceRefusal::NoPool | PlaceRefusal::TooLarge => faults::TYPE_NOT_IN_ZONE,
        PlaceRefusal::NoStock => faults::SOLD_OUT,
    }
}

#[cfg(test)]
mod tests {
    use super::platform;
    use ledger::Platform;

    #[test]
    fn an_image_tells_its_operating_system() {
        for windows in ["win2022_21H2_x64_dtc_zh-cn_40G.vhd", "m-win-server", "Windows_Server-2022"] {
            assert_eq!(platform(windows), Platform::Windows, "{windows}");
        }
        for linux in ["aliyun_3_x64_20G_alibase_20240819.vhd", "m-bp1darwin", "", "twin_peaks", "w_in"] {
            assert_eq!(platform(linux), Platform::Linux, "{linux}");
        }
    }
}
