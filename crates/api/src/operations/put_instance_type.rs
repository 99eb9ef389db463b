//! PutInstanceType: an instance type comes, or is described otherwise. What it needs, and its class, are for good, because
//! what was promised is measured in them. Where nobody chose the rungs of the class, they grow with it.

use crate::catalogue::{GENERATIONS, invalid, one_of};
use crate::fleet::{self, MISSING_CLASS, MISSING_MEMORY, MISSING_VCPUS};
use crate::hosts::UNKNOWN_CLASS;
use crate::limits::{FLEET_NAME_BYTES_MAX, TYPES_MAX};
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use ledger::directory::{Entry, HostClass, InstanceType};
use ledger::{ClassName, Ladder, Shape, TypeName};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;

const TYPE: &str = "InstanceType";
const CLASS: &str = "HostClass";

const MISSING_TYPE: Fault = Fault::new(400, "MissingInstanceType", "InstanceType is mandatory for this action.");
const INVALID_NAME: Fault =
    Fault::new(400, "InvalidInstanceType.Malformed", "The specified InstanceType is not valid.");

const OTHER_NEEDS: Fault = Fault::new(
    409,
    "InvalidInstanceType.Conflict",
    "The specified InstanceType exists with other needs or on another HostClass, which cannot change.",
);
const TOO_LARGE: Fault = Fault::new(
    403,
    "InvalidInstanceType.TooLarge",
    "No host of the specified HostClass can hold the specified InstanceType.",
);
const NO_RUNG: Fault = Fault::new(
    403,
    "InvalidInstanceType.NoRung",
    "No rung of the specified HostClass covers the specified InstanceType and fits a host; give the HostClass other Rungs.",
);
const TOO_MANY: Fault =
    Fault::new(403, "QuotaExceed.InstanceTypes", "There are as many instance types as there can be.");

/// The operation.
pub struct PutInstanceType;

impl Operation<Entry> for PutInstanceType {
    const NAME: &'static str = "PutInstanceType";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Directory;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[
        Param::required(TYPE, MISSING_TYPE),
        Param::required(CLASS, MISSING_CLASS),
        Param::required("Vcpus", MISSING_VCPUS),
        Param::required("MemoryGib", MISSING_MEMORY),
        Param::optional("Gpus"),
        Param::optional("GpuSpec"),
        Param::optional("Family"),
        Param::optional("Category"),
        Param::optional("Architecture"),
        Param::optional("Generation"),
        Param::optional("DryRun"),
    ];
    const FAULTS: &'static [Fault] =
        &[INVALID_NAME, common::INVALID_PARAMETER, UNKNOWN_CLASS, OTHER_NEEDS, TOO_LARGE, NO_RUNG, TOO_MANY];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft<Entry>, Fault> {
        let directory = context.directory;
        let name = params.text(TYPE).filter(|name| fleet::is_name(name)).ok_or(INVALID_NAME)?;
        let needs = fleet::shape(params, ["Vcpus", "MemoryGib", "Gpus"])?;
        let held = directory.types.get(name);
        let texts = Texts::read(params, name, context)?;
        let class = directory.classes.get(params.text(CLASS).unwrap_or_default()).ok_or(UNKNOWN_CLASS)?;
        if held.is_some_and(|held| held.needs != needs || held.class != class.name) {
            return Err(OTHER_NEEDS);
        }
        let size = needs.size(class.unit).filter(|size| *size <= class.units()).ok_or(TOO_LARGE)?;
        let ladder = ladder(class, size)?;
        let rung = fleet::rung(&ladder, size, class).ok_or(NO_RUNG)?;
        if held.is_none() && directory.types.len() >= TYPES_MAX {
            return Err(TOO_MANY);
        }
        let body = Body::new().integer("Units", size).integer("Rung", rung);
        let class = HostClass { rungs: ladder.rungs().to_vec(), ..class.clone() };
        let kind = texts.into_type(TypeName::from(name), class.name.clone(), needs);
        // The class first: a type is never there without its rung.
        let puts = [Entry::ClassPut(class), Entry::TypePut(kind)];
        Ok(Draft { entries: puts.into_iter().filter(|put| !directory.holds(put)).collect(), body })
    }
}

/// What is told about a type besides its amounts. What is not given stays as it was; for a new type it is as in others of
/// its family.
struct Texts<'a> {
    family: &'a str,
    category: &'a str,
    architecture: &'a str,
    generation: &'a str,
    gpu_spec: &'a str,
}

impl<'a> Texts<'a> {
    fn read(params: &'a Params, name: &'a str, context: &Context<'a>) -> Result<Self, Fault> {
        let types = &context.directory.types;
        let held = types.get(name);
        let family = match params.text("Family") {
            Some(family) => Some(family).filter(|family| fleet::is_name(family)).ok_or_else(|| invalid("Family"))?,
            None => held.map_or_else(|| name.rsplit_once('.').map_or(name, |(family, _)| family), |held| &held.family),
        };
        let like = held.or_else(|| types.values().find(|kind| *kind.family == *family));
        let architecture = one_of(params, "Architecture", &["X86", "ARM"], invalid("Architecture"))?;
        let generation = one_of(params, "Generation", &GENERATIONS, invalid("Generation"))?;
        Ok(Self {
            family,
            category: text(params, "Category")?.or(like.map(|like| &*like.category)).unwrap_or("General-purpose"),
            architecture: architecture.or(like.map(|like| &*like.architecture)).unwrap_or("X86"),
            generation: generation.or(like.map(|like| &*like.generation)).unwrap_or_default(),
            gpu_spec: text(params, "GpuSpec")?.or(held.map(|held| &*held.gpu_spec)).unwrap_or_default(),
        })
    }

    fn into_type(self, name: TypeName, class: ClassName, needs: Shape) -> InstanceType {
        InstanceType {
            name,
            family: self.family.into(),
            class,
            needs,
            gpu_spec: self.gpu_spec.into(),
            category: self.category.into(),
            architecture: self.architecture.into(),
            generation: self.generation.into(),
        }
    }
}

/// A text that people read: 1 to 64 characters, none of them a control character.
fn text<'a>(params: &'a Params, name: &str) -> Result<Option<&'a str>, Fault> {
    let legal =
        |text: &&str| (1..=FLEET_NAME_BYTES_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    params.text(name).map(|text| Some(text).filter(legal).ok_or_else(|| invalid(name))).transpose()
}

/// The ladder of the class as it is to be: as it was chosen, or with a rung for this size.
fn ladder(class: &HostClass, size: u32) -> Result<Ladder, Fault> {
    let ladder = Ladder::new(class.rungs.clone()).map_err(|_| common::INTERNAL_ERROR)?;
    if class.rungs_chosen { Ok(ladder) } else { ladder.with(size).map_err(|_| NO_RUNG) }
}
