//! ModifyElasticityAssurance: change an assurance's name, text, hours or amount. All of it, or nothing; an amount by
//! itself.

use crate::assurances::{KIND, RESOURCE};
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, fields, pool_id, recurrence};
use ledger::commands::{Command, Modify, ModifyRefusal, RulesRefusal, SetRules};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;

const ID: &str = "PrivatePoolOptions.Id";

const NOT_FOUND: Fault = Fault::new(404, "InvalidPrivatePoolId.NotFound", "The specified private pool does not exist.");
const NOT_ACTIVE: Fault = Fault::new(
    403,
    "IncorrectPrivatePoolStatus",
    "The current status of the private pool does not support this operation.",
);
const NO_HOURS: Fault =
    Fault::new(403, "InvalidPrivatePoolOptions.Id", "The specified private pool does not support this operation.");
const BELOW_USED: Fault =
    Fault::new(403, "InvalidInstanceAmount.ValueNotSupported", "The specified InstanceAmount is invalid.");

/// The operation.
pub struct ModifyElasticityAssurance;

impl Operation for ModifyElasticityAssurance {
    const NAME: &'static str = "ModifyElasticityAssurance";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Each(RESOURCE, ID);
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::required_with(ID, faults::MISSING_POOL_ID, faults::EMPTY_POOL_ID),
        Param::optional("PrivatePoolOptions.Name"),
        Param::optional("Description"),
        Param::optional("InstanceAmount"),
        Param::optional("RecurrenceRules.N.RecurrenceType"),
        Param::optional("RecurrenceRules.N.RecurrenceValue"),
        Param::optional("RecurrenceRules.N.StartHour"),
        Param::optional("RecurrenceRules.N.EndHour"),
        Param::optional("ClientToken"),
    ];
    const FAULTS: &'static [Fault] = &[
        faults::INVALID_NAME,
        faults::INVALID_DESCRIPTION,
        faults::INVALID_AMOUNT,
        common::INVALID_PARAMETER,
        NOT_FOUND,
        NOT_ACTIVE,
        NO_HOURS,
        BELOW_USED,
        faults::SOLD_OUT,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let (name, description) = (fields::name(params)?, fields::description(params)?);
        let count = fields::amount(params)?;
        let rules = recurrence::read(params)?;
        let others = name.is_some() || description.is_some() || !rules.is_empty();
        if count.is_some() && others {
            return Err(common::INVALID_PARAMETER.because("InstanceAmount has to be the only change"));
        }
        let found = pool_id::own(context, KIND, params.text(ID).unwrap_or_default()).ok_or(NOT_FOUND)?;
        let (id, by) = (found.id, context.caller.account.clone());
        let (name, description) = (name.map(Box::from), description.map(Box::from));
        let changes = name.is_some() || description.is_some() || count.is_some();
        let modify = Modify { id, by: by.clone(), name, description, end: None, count };
        let (modified, ()) = modify.decide(context.ledger, context.now).map_err(refuse)?;
        let mut entries = if changes { modified } else { Vec::new() };
        if !rules.is_empty() {
            let set = SetRules { id, by, rules };
            entries.extend(set.decide(context.ledger, context.now).map_err(refuse_rules)?.0);
        }
        Ok(Draft { entries, body: Body::new() })
    }
}

const fn refuse(refusal: ModifyRefusal) -> Fault {
    match refusal {
        ModifyRefusal::NotFound => NOT_FOUND,
        ModifyRefusal::NotActive => NOT_ACTIVE,
        // This operation changes no end.
        ModifyRefusal::EndInPast | ModifyRefusal::OtherEnd => common::INTERNAL_ERROR,
        ModifyRefusal::BelowUsed(_) => BELOW_USED,
        ModifyRefusal::NoStock(_) => faults::SOLD_OUT,
    }
}

const fn refuse_rules(refusal: RulesRefusal) -> Fault {
    match refusal {
        RulesRefusal::NotFound => NOT_FOUND,
        RulesRefusal::Over => NOT_ACTIVE,
        RulesRefusal::Undivided => NO_HOURS,
    }
}
