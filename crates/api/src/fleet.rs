//! What the operations about host classes and instance types share: names, amounts, and their faults. Knows no host.

use crate::catalogue::count;
use crate::gib::Gib;
use crate::limits::FLEET_NAME_BYTES_MAX;
use ledger::directory::HostClass;
use ledger::{Ladder, Shape};
use rpc::fault::{Fault, common};
use rpc::params::Params;

/// `HostClass` is absent or empty.
pub const MISSING_CLASS: Fault = Fault::new(400, "MissingHostClass", "HostClass is mandatory for this action.");
/// `Vcpus` is absent or empty.
pub const MISSING_VCPUS: Fault = Fault::new(400, "MissingVcpus", "Vcpus is mandatory for this action.");
/// `MemoryGib` is absent or empty.
pub const MISSING_MEMORY: Fault = Fault::new(400, "MissingMemoryGib", "MemoryGib is mandatory for this action.");

/// Whether a text may name a class, a type or a family.
pub fn is_name(text: &str) -> bool {
    is_name_within(text, FLEET_NAME_BYTES_MAX)
}

/// Whether a text may name a part of the fleet: so many letters, digits, `-`, `_` and `.`, the first a letter or digit.
pub fn is_name_within(text: &str, bytes_max: usize) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text.len() <= bytes_max
        && text.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric())
        && text.bytes().all(legal)
}

/// The amounts that these three parameters give: vCPUs and memory, more than none of each, and GPUs, none if absent.
///
/// # Errors
/// `InvalidParameter` with the name of the first that is wrong.
pub fn shape(params: &Params, [vcpus, memory, gpus]: [&str; 3]) -> Result<Shape, Fault> {
    let wrong = |name| common::INVALID_PARAMETER.because(name);
    let given = count(params, vcpus)?.filter(|vcpus| *vcpus > 0).ok_or_else(|| wrong(vcpus))?;
    let mib = params.text(memory).and_then(Gib::parse).and_then(Gib::mib).filter(|mib| *mib > 0);
    let memory_mib = mib.ok_or_else(|| wrong(memory))?;
    Ok(Shape { vcpus: given, memory_mib, gpus: count(params, gpus)?.unwrap_or(0) })
}

/// The rung that a size is promised as, if a host of the class holds as many units.
pub fn rung(ladder: &Ladder, size: u32, class: &HostClass) -> Option<u32> {
    let rung = ladder.rung_for(size).and_then(|index| ladder.rungs().get(index)).copied();
    rung.filter(|rung| *rung <= class.units())
}
