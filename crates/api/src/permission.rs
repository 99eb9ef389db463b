//! Whether a key's allow-list covers a request. Knows patterns and names; finds no key and reads no ledger.

use crate::{Caller, Param, Resource, Row, instance_id};
use ledger::directory::Permit;
use rpc::params::Params;

/// Whether these permits (absent: everything) let the caller do this in that region.
#[must_use]
pub fn allows(permits: Option<&[Permit]>, row: &Row, caller: &Caller, region: &str, params: &Params) -> bool {
    let Some(permits) = permits else { return true };
    let action = row.ram_action();
    let able: Vec<&Permit> = permits.iter().filter(|permit| any_matches(&permit.actions, &action)).collect();
    let covered = |resource: &str| able.iter().any(|permit| any_matches(&permit.resources, resource));
    let account = caller.account.as_str();
    let resource = |kind: &str, id: &str| format!("acs:ecs:{region}:{account}:{kind}/{id}");
    let all = |kind: &str, ids: &[&str]| !able.is_empty() && ids.iter().all(|id| covered(&resource(kind, id)));
    let each = |kind: &str, name| all(kind, &Param::optional(name).values(params));
    match row.resource {
        Resource::Any => !able.is_empty(),
        Resource::All(kind) => covered(&resource(kind, "*")),
        Resource::Each(kind, name) => each(kind, name),
        Resource::Listed(kind, name) => {
            // What is no list names nothing, and is refused by the operation.
            let ids = instance_id::array(params, name).ok().flatten().unwrap_or_default();
            all(kind, &ids.iter().map(String::as_str).collect::<Vec<_>>())
        }
        Resource::Tagged(name) => each(params.text("ResourceType").unwrap_or_default(), name),
    }
}

/// Whether one of these patterns says what the text is.
pub(crate) fn any_matches(patterns: &[Box<str>], text: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern, text))
}

/// Whether a text is as a pattern says, in which `*` stands for any run of characters; in time proportional to the
/// product of both lengths at most.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        if pattern.get(at) == Some(&b'*') {
            star = Some((at, from));
            at += 1;
        } else if pattern.get(at) == Some(&text[from]) {
            (at, from) = (at + 1, from + 1);
        } else if let Some((after, taken)) = star {
            star = Some((after, taken + 1));
            (at, from) = (after + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_run() {
        let table = [
            ("*", "", true),
            ("*", "anything", true),
            ("", "a", false),
            ("ecs:*", "ecs:ReleaseCapacityReservation", true),
            ("ecs:Describe*", "ecs:ReleaseCapacityReservation", false),
            ("acs:ecs:*:*:capacityreservation/crp-a*", "acs:ecs:r:1:capacityreservation/crp-ab", true),
            ("acs:ecs:*:*:capacityreservation/crp-a*", "acs:ecs:r:1:capacityreservation/crp-b", false),
            ("*ab", "aab", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
        ];
        for (pattern, text, expected) in table {
            assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
        }
    }
}
