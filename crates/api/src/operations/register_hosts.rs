//! RegisterHosts: hosts come into the fleet, all of the named ones or none. One that stands there already, just so, is
//! passed over, so that a registration that was cut off can be sent again.

use crate::faults::UNKNOWN_ZONE;
use crate::hosts::{self, UNKNOWN_CLASS};
use crate::limits::HOSTS_OF_CALL_MAX;
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use ledger::commands::{AddHost, Command, RegisterHosts as Register};
use ledger::directory::HostClass;
use ledger::{ClassName, HostId, Ladder, ZoneName};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::values::objects;
use std::collections::BTreeMap;

const HOSTS: &str = "Hosts";
const ID: &str = "HostId";
const ZONE: &str = "ZoneId";
const CLASS: &str = "HostClass";

const MISSING_HOSTS: Fault = Fault::new(400, "MissingHosts", "Hosts is mandatory for this action.");
const INVALID_HOSTS: Fault = Fault::new(
    400,
    "InvalidHosts.Malformed",
    "The specified Hosts is not a JSON array of 1 to 1000 objects with the texts HostId, ZoneId and HostClass.",
);
const INVALID_ID: Fault = Fault::new(400, "InvalidHostId.Malformed", "The specified HostId is not valid.");

/// The operation.
pub struct RegisterHosts;

impl Operation for RegisterHosts {
    const NAME: &'static str = "RegisterHosts";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", hosts::MISSING_REGION),
        Param::required(HOSTS, MISSING_HOSTS),
        Param::optional("DryRun"),
    ];
    const FAULTS: &'static [Fault] =
        &[INVALID_HOSTS, INVALID_ID, UNKNOWN_ZONE, UNKNOWN_CLASS, hosts::CONFLICT, hosts::TOO_MANY];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let mut given = read(params.text(HOSTS).unwrap_or_default())?;
        // Each check looks at all hosts before the next one begins, so that the earlier fault is told; of several hosts the
        // first by name.
        given.sort_by(|one, other| one.id.cmp(&other.id));
        named(&given)?;
        let zones = given.iter().map(|host| zone(host, context)).collect::<Result<Vec<_>, _>>()?;
        let classes = given.iter().map(|host| class(host, context)).collect::<Result<Vec<_>, _>>()?;
        let ladders = ladders(&classes)?;
        let places = given.iter().zip(zones).zip(classes);
        let hosts: Vec<AddHost> = places.map(|((host, zone), class)| add(host, zone, class)).collect();
        let all = hosts.len();
        let (entries, came) = Register { hosts, ladders }
            .decide(context.ledger, context.now)
            .map_err(|trouble| hosts::refuse(&trouble))?;
        Ok(Draft { entries, body: Body::new().integer("Registered", came).integer("Unchanged", all - came) })
    }
}

/// One host as it is named in a request.
struct Given {
    id: String,
    zone: String,
    class: String,
}

fn read(text: &str) -> Result<Vec<Given>, Fault> {
    let given = objects(text, HOSTS_OF_CALL_MAX).ok().filter(|given| !given.is_empty()).ok_or(INVALID_HOSTS)?;
    let one = |mut host: BTreeMap<String, String>| {
        let given = Given { id: host.remove(ID)?, zone: host.remove(ZONE)?, class: host.remove(CLASS)? };
        host.is_empty().then_some(given)
    };
    given.into_iter().map(one).collect::<Option<_>>().ok_or(INVALID_HOSTS)
}

fn named(given: &[Given]) -> Result<(), Fault> {
    match given.iter().find(|host| !hosts::is_name(&host.id)) {
        Some(host) => Err(INVALID_ID.because(&host.id.escape_debug().take(64).collect::<String>())),
        None => Ok(()),
    }
}

fn zone<'a>(host: &Given, context: &Context<'a>) -> Result<&'a ZoneName, Fault> {
    let zones = context.directory.regions.get(context.region).into_iter().flat_map(|region| &region.zones);
    let mut names = zones.map(|zone| &zone.name);
    names.find(|name| name.as_str() == host.zone).ok_or_else(|| UNKNOWN_ZONE.because(&host.id))
}

fn class<'a>(host: &Given, context: &Context<'a>) -> Result<&'a HostClass, Fault> {
    context.directory.classes.get(&*host.class).ok_or_else(|| UNKNOWN_CLASS.because(&host.id))
}

/// The ladder of each class, for a region that does not count in it yet.
fn ladders(classes: &[&HostClass]) -> Result<BTreeMap<ClassName, Ladder>, Fault> {
    let once: BTreeMap<&ClassName, &HostClass> = classes.iter().map(|class| (&class.name, *class)).collect();
    let ladder = |class: &HostClass| Ladder::new(class.rungs.clone()).map_err(|_| common::INTERNAL_ERROR);
    once.into_iter().map(|(name, class)| Ok((name.clone(), ladder(class)?))).collect()
}

fn add(host: &Given, zone: &ZoneName, class: &HostClass) -> AddHost {
    let (zone, units) = (zone.clone(), class.units());
    AddHost { host: HostId::from(&*host.id), zone, class: class.name.clone(), units }
}
