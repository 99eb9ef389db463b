//! PutHostClass: a host class comes, or gets other rungs. What one host of it has, and its unit, are for good, because
//! what was promised is measured in them.

use crate::catalogue::invalid;
use crate::fleet::{self, MISSING_CLASS, MISSING_MEMORY, MISSING_VCPUS};
use crate::gib;
use crate::limits::CLASSES_MAX;
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use ledger::directory::{Directory, Entry, HostClass};
use ledger::limits::HOST_UNITS_MAX;
use ledger::{ClassName, Ladder, Shape};
use rpc::body::{Body, Node};
use rpc::fault::{Fault, common};
use rpc::params::Params;

const CLASS: &str = "HostClass";
const UNIT: [&str; 3] = ["Unit.Vcpus", "Unit.MemoryGib", "Unit.Gpus"];
const RUNGS: &str = "Rungs";

const INVALID_NAME: Fault = Fault::new(400, "InvalidHostClass.Malformed", "The specified HostClass is not valid.");
const INVALID_RUNGS: Fault = Fault::new(
    400,
    "InvalidRungs.Malformed",
    "The specified Rungs is not a JSON array of 1 to 16 whole numbers that begins with 1 and in which each divides the next.",
);
const OTHER_SHAPE: Fault = Fault::new(
    409,
    "InvalidHostClass.Conflict",
    "The specified HostClass exists with another capacity or unit, which cannot change.",
);
const UNCOVERED: Fault = Fault::new(
    403,
    "InvalidRungs.NotCovering",
    "The specified Rungs have none that covers an instance type of the class and fits a host.",
);
const TOO_MANY: Fault = Fault::new(403, "QuotaExceed.HostClasses", "There are as many host classes as there can be.");

/// The operation.
pub struct PutHostClass;

impl Operation<Entry> for PutHostClass {
    const NAME: &'static str = "PutHostClass";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Directory;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[
        Param::required(CLASS, MISSING_CLASS),
        Param::required("Vcpus", MISSING_VCPUS),
        Param::required("MemoryGib", MISSING_MEMORY),
        Param::optional("Gpus"),
        Param::optional(UNIT[0]),
        Param::optional(UNIT[1]),
        Param::optional(UNIT[2]),
        Param::optional(RUNGS),
        Param::optional("DryRun"),
    ];
    const FAULTS: &'static [Fault] =
        &[INVALID_NAME, common::INVALID_PARAMETER, INVALID_RUNGS, OTHER_SHAPE, UNCOVERED, TOO_MANY];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft<Entry>, Fault> {
        let name = params.text(CLASS).filter(|name| fleet::is_name(name)).ok_or(INVALID_NAME)?;
        let capacity = fleet::shape(params, ["Vcpus", "MemoryGib", "Gpus"])?;
        let unit = unit(params, capacity)?;
        let ladder = ladder(params)?;
        let (directory, name) = (context.directory, ClassName::from(name));
        let held = directory.classes.get(&name);
        if held.is_some_and(|held| held.capacity != capacity || unit.is_some_and(|unit| held.unit != unit)) {
            return Err(OTHER_SHAPE);
        }
        let unit = unit.or(held.map(|held| held.unit)).unwrap_or_else(|| share(capacity));
        let rungs_chosen = ladder.is_some() || held.is_some_and(|held| held.rungs_chosen);
        let rungs = match (&ladder, held) {
            (Some(ladder), _) => ladder.rungs().to_vec(),
            (None, Some(held)) => held.rungs.clone(),
            (None, None) => Ladder::covering(&[]).rungs().to_vec(),
        };
        let class = HostClass { name, capacity, unit, rungs, rungs_chosen };
        if ladder.is_some_and(|ladder| !covers(&ladder, &class, directory)) {
            return Err(UNCOVERED);
        }
        if held.is_none() && directory.classes.len() >= CLASSES_MAX {
            return Err(TOO_MANY);
        }
        let body = describe(&class);
        let entries = if held == Some(&class) { Vec::new() } else { vec![Entry::ClassPut(class)] };
        Ok(Draft { entries, body })
    }
}

/// The unit that is asked for, if one is; a host must hold one at least, and no more than can be counted.
fn unit(params: &Params, capacity: Shape) -> Result<Option<Shape>, Fault> {
    if UNIT.iter().all(|name| params.text(name).is_none()) {
        let units = capacity.units(share(capacity));
        return if units <= HOST_UNITS_MAX { Ok(None) } else { Err(invalid("Vcpus")) };
    }
    let unit = fleet::shape(params, UNIT)?;
    if (1..=HOST_UNITS_MAX).contains(&capacity.units(unit)) { Ok(Some(unit)) } else { Err(invalid("Unit")) }
}

/// The unit of a class that names none: what one GPU comes with, or without GPUs one vCPU.
fn share(capacity: Shape) -> Shape {
    let parts = if capacity.gpus > 0 { capacity.gpus } else { capacity.vcpus }.max(1);
    Shape {
        vcpus: (capacity.vcpus / parts).max(1),
        memory_mib: (capacity.memory_mib / u64::from(parts)).max(1),
        gpus: u32::from(capacity.gpus > 0),
    }
}

fn ladder(params: &Params) -> Result<Option<Ladder>, Fault> {
    let read = |text| Ladder::new(serde_json::from_str(text).ok()?).ok();
    params.text(RUNGS).map(|text| read(text).ok_or(INVALID_RUNGS)).transpose()
}

/// Whether every type of the class can be promised as a rung that a host holds.
fn covers(ladder: &Ladder, class: &HostClass, directory: &Directory) -> bool {
    let mut types = directory.types.values().filter(|kind| kind.class == class.name);
    types.all(|kind| kind.needs.size(class.unit).and_then(|size| fleet::rung(ladder, size, class)).is_some())
}

fn describe(class: &HostClass) -> Body {
    let unit = Body::new()
        .integer("Vcpus", class.unit.vcpus)
        .decimal("MemoryGib", gib::render(class.unit.memory_mib))
        .integer("Gpus", class.unit.gpus);
    let rungs = class.rungs.iter().map(|rung| Node::Integer(i64::from(*rung)));
    Body::new().object("Unit", unit).integer("Units", class.units()).list("Rungs", "Rung", rungs)
}
