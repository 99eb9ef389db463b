//! StartInstances: start stopped instances: all of the named ones or none, or each by itself.

use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, instances};
use ledger::commands::{Command, Start, StartEach};
use ledger::{Entry, InstanceId};
use rpc::fault::{Fault, common};
use rpc::params::Params;

/// The operation.
pub struct StartInstances;

impl Operation for StartInstances {
    const NAME: &'static str = "StartInstances";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Each("instance", "InstanceId.N");
    const DRY_RUN: Fault = instances::DRY_RUN_OF_MANY;
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", instances::MISSING_REGION),
        Param::required("InstanceId.N", instances::MISSING_ID),
        Param::optional("BatchOptimization"),
        Param::optional("DryRun"),
    ];
    const FAULTS: &'static [Fault] = &[
        common::INVALID_PARAMETER,
        instances::TOO_MANY_IDS,
        faults::INSTANCE_NOT_FOUND,
        faults::INSTANCE_STATUS,
        faults::POOL_NOT_FOUND,
        faults::POOL_INACTIVE,
        faults::POOL_OTHER_TYPE,
        faults::POOL_OTHER_ZONE,
        faults::POOL_OTHER_CHARGE,
        faults::POOL_OTHER_PLATFORM,
        faults::POOL_NOT_NOW,
        faults::POOL_FULL,
        faults::TYPE_NOT_IN_ZONE,
        faults::SOLD_OUT,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let (each, named) = (instances::is_each(params)?, instances::named(params)?);
        let (entries, refused) = if each { by_itself(&named, context) } else { together(&named, context)? };
        let done: Vec<_> = named.into_iter().zip(refused).collect();
        Ok(Draft { entries, body: instances::responses(context, &done, instances::STARTING) })
    }
}

/// What is decided, and for each the fault if it does not start.
type Decided = (Vec<Entry>, Vec<Option<Fault>>);

fn together(named: &[&str], context: &Context<'_>) -> Result<Decided, Fault> {
    let command = Start { ids: instances::all(named)?, by: context.caller.account.clone() };
    let (entries, ()) = command.decide(context.ledger, context.now).map_err(instances::refuse)?;
    Ok((entries, vec![None; named.len()]))
}

fn by_itself(named: &[&str], context: &Context<'_>) -> Decided {
    let ids = named.iter().filter_map(|text| InstanceId::parse(text)).collect();
    let command = StartEach { ids, by: context.caller.account.clone() };
    let Ok((entries, done)) = command.decide(context.ledger, context.now);
    let mut done = done.into_iter().map(|(_, refused)| refused.map(instances::refuse));
    let fault = |text: &&str| match InstanceId::parse(text) {
        Some(_) => done.next().flatten(),
        None => Some(faults::INSTANCE_NOT_FOUND),
    };
    (entries, named.iter().map(fault).collect())
}
