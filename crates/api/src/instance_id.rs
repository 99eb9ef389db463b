//! Ids of instances: issuing them, and finding what a caller means by one.
//!
//! A stranger's instance, one that never was and what is no id at all are the same here: nothing.

use crate::Context;
use crate::limits::INSTANCE_IDS_MAX;
use crate::pool_id::code;
use ledger::{Instance, InstanceId};
use rpc::params::Params;
use rpc::values::{TextsError, texts};

/// How far apart the numbers lie of which the ids of one request are made: such that none of 10,000 comes twice.
const STEP: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

/// The caller's own instance of this id.
pub fn own<'a>(context: &Context<'a>, text: &str) -> Option<&'a Instance> {
    let (ledger, caller) = (context.ledger, &context.caller.account);
    ledger.instance(&InstanceId::parse(text)?).filter(|found| found.owner == *caller)
}

/// The new id number `index` of a request: the region's code, then digits of its draw. Nothing if the code is not of small
/// letters and digits.
pub fn fresh(region_code: &str, draw: u128, index: usize) -> Option<InstanceId> {
    InstanceId::new(code(region_code, nth(draw, index)))
}

/// The draw of which the new id number `index` of a request is made.
pub fn nth(draw: u128, index: usize) -> u128 {
    draw.wrapping_add(STEP.wrapping_mul(u128::try_from(index).unwrap_or_default()))
}

/// The texts of a parameter that is a JSON array of at most 100 ids, if it is given.
///
/// # Errors
/// When it is no such array, or too long.
pub fn array(params: &Params, name: &str) -> Result<Option<Vec<String>>, TextsError> {
    params.text(name).filter(|text| !text.is_empty()).map(|text| texts(text, INSTANCE_IDS_MAX)).transpose()
}

#[cfg(test)]
mod tests {
    use super::{STEP, fresh};
    use std::collections::BTreeSet;

    /// Two of them are alike when they lie a multiple of 36^17 apart, whatever the draw is; numbers wrap around.
    #[test]
    fn ids_of_one_request_differ() {
        for steps in 1..10_000 {
            let apart = STEP.wrapping_mul(steps);
            assert!(apart % 36_u128.pow(17) != 0 && apart.wrapping_neg() % 36_u128.pow(17) != 0, "{steps}");
        }
        for draw in [0, 1, u128::MAX] {
            let ids: BTreeSet<_> = (0..100).map(|index| fresh("bp1", draw, index)).collect();
            assert_eq!(ids.len(), 100);
            assert!(ids.iter().all(|id| id.is_some_and(|id| id.to_string().starts_with("i-bp1"))));
        }
        assert_eq!(fresh("BP", 0, 0), None);
    }
}
