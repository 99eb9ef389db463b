//! What the process asks of the system about itself: descriptors enough for its connections, and that nobody gets its
//! memory, which holds the secrets of all keys. Knows no setting but what it is told.

use crate::limits::DESCRIPTORS_KEPT;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Keeps the memory of this process to itself: a crash leaves no core file, and other processes of the same user
/// cannot look into it. Called before any secret is read.
pub fn hide() {
    dumpable(false);
}

/// Takes [`hide`] back.
pub fn show() {
    dumpable(true);
}

#[cfg(target_os = "linux")]
fn dumpable(yes: bool) {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    // This holds whatever the limit on core files is, and where they are piped to a collector too.
    let behavior = if yes { DumpableBehavior::Dumpable } else { DumpableBehavior::NotDumpable };
    if let Err(error) = set_dumpable_behavior(behavior) {
        tracing::warn!(%error, "whether this process may be dumped could not be set");
    }
}

/// Elsewhere the limit on core files is all there is.
#[cfg(not(target_os = "linux"))]
fn dumpable(yes: bool) {
    let Rlimit { maximum, .. } = getrlimit(Resource::Core);
    let current = if yes { maximum } else { Some(0) };
    if let Err(error) = setrlimit(Resource::Core, Rlimit { current, maximum }) {
        tracing::warn!(%error, "the limit on core files could not be set");
    }
}

/// As many of these connections as there can be descriptors for. What a process is given at first is often 1,024: asks
/// for as many as are needed and may be had.
#[must_use]
pub fn connections(wanted: usize) -> usize {
    let needed = u64::try_from(wanted).unwrap_or(u64::MAX).saturating_add(DESCRIPTORS_KEPT);
    let limit = getrlimit(Resource::Nofile);
    let enough = |most: Option<u64>| most.is_none_or(|most| most >= needed);
    if enough(limit.current) {
        return wanted;
    }
    let asked = if enough(limit.maximum) { Some(needed) } else { limit.maximum };
    let raised = setrlimit(Resource::Nofile, Rlimit { current: asked, maximum: limit.maximum });
    let had = if raised.is_ok() { asked } else { limit.current };
    if enough(had) {
        return wanted;
    }
    // Of very few descriptors half are for connections.
    let had = had.unwrap_or(u64::MAX);
    let possible = had.saturating_sub(DESCRIPTORS_KEPT).max(had / 2).max(1);
    let possible = usize::try_from(possible).unwrap_or(usize::MAX).min(wanted);
    tracing::warn!(
        wanted,
        possible,
        "fewer connections than limits.connections: the system allows no more descriptors"
    );
    possible
}
