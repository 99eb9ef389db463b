//! DescribeInstanceTypes: the instance types of the directory, filtered, a page at a time.
//!
//! What the directory does not know of a type (bandwidth, network cards, ...) is left out of the answer, and filters
//! on it filter nothing.

use crate::catalogue::{count, filter, invalid, one_of};
use crate::gib::{self, Gib};
use crate::paging;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use ledger::TypeName;
use ledger::directory::{self, InstanceType};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;
use std::ops::Bound;

/// Types that can be asked for by name in one request.
const NAMES_MAX: usize = 10;
/// Types on one page, and on a page of no named size.
const RESULTS_MAX: u32 = 1600;

/// The operation.
pub struct DescribeInstanceTypes;

impl Operation<directory::Entry> for DescribeInstanceTypes {
    const NAME: &'static str = "DescribeInstanceTypes";
    const SCOPE: Scope = Scope::Directory;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[
        Param::optional("InstanceTypes.N"),
        Param::optional("InstanceTypeFamily"),
        Param::optional("CpuArchitecture"),
        Param::optional("GPUSpec"),
        Param::optional("InstanceCategory"),
        Param::optional("InstanceFamilyLevel"),
        Param::optional("MinimumCpuCoreCount"),
        Param::optional("MaximumCpuCoreCount"),
        Param::optional("MinimumMemorySize"),
        Param::optional("MaximumMemorySize"),
        Param::optional("MinimumGPUAmount"),
        Param::optional("MaximumGPUAmount"),
        Param::optional("MaxResults"),
        Param::optional("NextToken"),
    ];
    const FAULTS: &'static [Fault] = &[];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft<directory::Entry>, Fault> {
        let wanted = Wanted::read(params)?;
        let limit = match count(params, "MaxResults")? {
            Some(limit @ 1..=RESULTS_MAX) => limit,
            Some(_) => return Err(invalid("MaxResults")),
            None => RESULTS_MAX,
        };
        let from = match paging::open(Self::NAME, params, context)? {
            Some(last) => Bound::Excluded(TypeName::from(&*last)),
            None => Bound::Unbounded,
        };
        let types = context.directory.types.range((from, Bound::Unbounded)).map(|(_, kind)| kind);
        let mut found = types.filter(|kind| wanted.takes(kind)).peekable();
        let page: Vec<&InstanceType> = (0..limit).map_while(|_| found.next()).collect();
        let more = page.last().filter(|_| found.peek().is_some());
        let next = more.map(|last| paging::issue(Self::NAME, params, context, last.name.as_str()));
        let body = Body::new().text("NextToken", next.unwrap_or_default()).list(
            "InstanceTypes",
            "InstanceType",
            page.into_iter().map(describe),
        );
        Ok(Draft { entries: Vec::new(), body })
    }
}

/// What is asked for; each part that is there must hold.
struct Wanted<'a> {
    names: Vec<&'a str>,
    family: Option<&'a str>,
    architecture: Option<&'a str>,
    gpu_spec: Option<&'a str>,
    category: Option<&'a str>,
    level: Option<&'a str>,
    vcpus: (Option<u32>, Option<u32>),
    memory: (Option<Gib>, Option<Gib>),
    gpus: (Option<u32>, Option<u32>),
}

impl<'a> Wanted<'a> {
    fn read(params: &'a Params) -> Result<Self, Fault> {
        let names: Vec<&str> = params.list("InstanceTypes").into_iter().map(|(_, name)| name).collect();
        if names.len() > NAMES_MAX {
            return Err(invalid("InstanceTypes"));
        }
        let levels = ["EntryLevel", "EnterpriseLevel", "CreditEntryLevel"];
        Ok(Self {
            names,
            family: filter(params, "InstanceTypeFamily"),
            architecture: one_of(params, "CpuArchitecture", &["X86", "ARM"], invalid("CpuArchitecture"))?,
            gpu_spec: filter(params, "GPUSpec"),
            category: filter(params, "InstanceCategory"),
            level: one_of(params, "InstanceFamilyLevel", &levels, invalid("InstanceFamilyLevel"))?,
            vcpus: (count(params, "MinimumCpuCoreCount")?, count(params, "MaximumCpuCoreCount")?),
            memory: (size(params, "MinimumMemorySize")?, size(params, "MaximumMemorySize")?),
            gpus: (count(params, "MinimumGPUAmount")?, count(params, "MaximumGPUAmount")?),
        })
    }

    fn takes(&self, kind: &InstanceType) -> bool {
        let (least, most) = self.memory;
        let memory = kind.needs.memory_mib;
        (self.names.is_empty() || self.names.contains(&kind.name.as_str()))
            && self.family.is_none_or(|family| *kind.family == *family)
            && self.architecture.is_none_or(|architecture| *kind.architecture == *architecture)
            && self.gpu_spec.is_none_or(|spec| kind.gpu_spec.contains(spec))
            && self.category.is_none_or(|category| *kind.category == *category)
            && self.level.is_none_or(|wanted| level(kind) == wanted)
            && within(self.vcpus, kind.needs.vcpus)
            && within(self.gpus, kind.needs.gpus)
            && least.is_none_or(|least| least.compare(memory).is_le())
            && most.is_none_or(|most| most.compare(memory).is_ge())
    }
}

fn within((least, most): (Option<u32>, Option<u32>), amount: u32) -> bool {
    least.is_none_or(|least| least <= amount) && most.is_none_or(|most| amount <= most)
}

fn size(params: &Params, name: &str) -> Result<Option<Gib>, Fault> {
    params.text(name).map(|text| Gib::parse(text).ok_or_else(|| invalid(name))).transpose()
}

/// Shared families are of the entry level, those that run on credits (`ecs.t5`, `ecs.t6`, ...) of a level of their own.
fn level(kind: &InstanceType) -> &'static str {
    match &*kind.category {
        "Shared" if kind.family.starts_with("ecs.t") => "CreditEntryLevel",
        "Shared" => "EntryLevel",
        _ => "EnterpriseLevel",
    }
}

fn describe(kind: &InstanceType) -> Body {
    Body::new()
        .text("InstanceTypeId", kind.name.as_str().to_owned())
        .text("InstanceTypeFamily", kind.family.to_string())
        .integer("CpuCoreCount", kind.needs.vcpus)
        .decimal("MemorySize", gib::render(kind.needs.memory_mib))
        .integer("GPUAmount", kind.needs.gpus)
        .text("GPUSpec", kind.gpu_spec.to_string())
        .text("CpuArchitecture", kind.architecture.to_string())
        .text("InstanceCategory", kind.category.to_string())
        .text("InstanceFamilyLevel", level(kind))
}
