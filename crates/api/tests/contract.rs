//! Every row takes the parameters on record and tells the faults on record, in the order on record.

use api::operations::TABLE;
use rpc::fault::{Fault, common};
use std::path::PathBuf;
use toml::{Table, Value};

/// Answered by the desk around an operation. So is the fault of an unknown region, which the row names for it.
const NOT_OUR_OWN: [&str; 4] =
    ["DryRunOperation", "IdempotentParameterMismatch", "InternalError", "InvalidClientToken.ValueNotSupported"];

/// Has no row of its own on record: `contract/common.toml` has it for every operation.
fn is_common(fault: &Fault) -> bool {
    *fault == common::INVALID_PARAMETER
}

#[expect(clippy::disallowed_methods, reason = "the contract is data of the test, not of the crate")]
fn contract(action: &str) -> Table {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../../contract/{action}/operation.toml"));
    std::fs::read_to_string(&path).expect("a contract").parse().expect("TOML")
}

fn tables<'a>(contract: &'a Table, key: &str) -> Vec<&'a Table> {
    contract.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table).collect()
}

#[test]
fn parameters_are_those_on_record() {
    for row in TABLE {
        let contract = contract(row.name);
        let recorded = tables(&contract, "parameter");
        let mut names: Vec<&str> = recorded.iter().filter_map(|parameter| parameter["name"].as_str()).collect();
        let mut taken: Vec<&str> = row.params.iter().map(|param| param.name).collect();
        names.sort_unstable();
        taken.sort_unstable();
        assert_eq!(taken, names, "{}", row.name);
    }
}

#[test]
fn versions_and_callers_are_those_on_record() {
    for row in TABLE {
        let contract = contract(row.name);
        assert_eq!(Some(row.version), contract["version"].as_str(), "{}", row.name);
        assert_eq!(Some(&*row.ram_action()), contract["ram_action"].as_str(), "{}", row.name);
        assert_eq!(row.operator, contract.get("operator").and_then(Value::as_bool).unwrap_or(false), "{}", row.name);
    }
}

#[test]
fn faults_are_those_on_record_in_that_order() {
    for row in TABLE {
        let contract = contract(row.name);
        let around =
            |code: &str| NOT_OUR_OWN.contains(&code) || code == row.unknown_region.code || code == row.dry_run.code;
        let sent = tables(&contract, "fault").into_iter().filter(|fault| fault["sent"].as_bool() == Some(true));
        let recorded: Vec<(i64, &str, &str)> = sent
            .filter_map(|fault| {
                Some((fault["status"].as_integer()?, fault["code"].as_str()?, fault["message"].as_str()?))
            })
            .filter(|(_, code, _)| !around(code))
            .collect();
        let absent = row.params.iter().flat_map(|param| param.absent.iter().chain(&param.empty));
        let mut told: Vec<(i64, &str, &str)> = Vec::new();
        for fault in absent.chain(row.faults).filter(|fault| !is_common(fault) && !around(fault.code)) {
            let fault = (i64::from(fault.status), fault.code, &*fault.message);
            // An empty one among several may be told before the rest is looked at; the record has it once.
            told.retain(|earlier| *earlier != fault);
            told.push(fault);
        }
        assert_eq!(told, recorded, "{}", row.name);
    }
}
