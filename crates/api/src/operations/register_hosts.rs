//! RegisterHosts: hosts come into the fleet, all of the named ones or none. One that stands there already, just so, is
//! passed over, so that a registration that was cut off can be sent again.

use crate::faults::UNKNOWN_ZONE;
use crate::hosts::{self, UNKNOWN_CLASS};
use crate::limits::HOSTS_OF_CALL_MAX;
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use ledger::commands::{AddHost, Command, RegisterHosts as Register};
use ledger::{ClassName, HostId, Ladder};
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
        let given = objects(params.text(HOSTS).unwrap_or_default(), HOSTS_OF_CALL_MAX);
        let given = given.ok().filter(|given| !given.is_empty()).ok_or(INVALID_HOSTS)?;
        let mut ladders = BTreeMap::new();
        let hosts = given.iter().map(|one| host(one, context, &mut ladders)).collect::<Result<Vec<_>, _>>()?;
        let all = hosts.len();
        let (entries, came) = Register { hosts, ladders }
            .decide(context.ledger, context.now)
            .map_err(|trouble| hosts::refuse(&trouble))?;
        Ok(Draft { entries, body: Body::new().integer("Registered", came).integer("Unchanged", all - came) })
    }
}

/// One host; the ladder of its class comes along.
fn host(
    given: &BTreeMap<String, String>,
    context: &Context<'_>,
    ladders: &mut BTreeMap<ClassName, Ladder>,
) -> Result<AddHost, Fault> {
    let (Some(id), Some(zone), Some(class), 3) = (given.get(ID), given.get(ZONE), given.get(CLASS), given.len()) else {
        return Err(INVALID_HOSTS);
    };
    if !hosts::is_name(id) {
        return Err(INVALID_ID.because(&id.escape_debug().take(64).collect::<String>()));
    }
    let region = context.directory.regions.get(context.region);
    let zone = region.and_then(|region| region.zones.iter().find(|it| it.name.as_str() == zone));
    let zone = zone.ok_or_else(|| UNKNOWN_ZONE.because(id))?;
    let class = context.directory.classes.get(&**class).ok_or_else(|| UNKNOWN_CLASS.because(id))?;
    if !ladders.contains_key(&class.name) {
        let ladder = Ladder::new(class.rungs.clone()).map_err(|_| common::INTERNAL_ERROR)?;
        ladders.insert(class.name.clone(), ladder);
    }
    let (host, zone, units) = (HostId::from(&**id), zone.name.clone(), class.units());
    Ok(AddHost { host, zone, class: class.name.clone(), units })
}
