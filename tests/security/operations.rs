//! What there is to ask: every operation of the contract with its parameters, so that a test that has to go through all
//! of them fails when one is added and not tried.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// One operation.
#[derive(Debug, Deserialize)]
pub struct Operation {
    /// Its name.
    pub name: String,
    /// The version of the API that has it.
    pub version: String,
    #[serde(default)]
    parameter: Vec<Parameter>,
}

#[derive(Debug, Deserialize)]
struct Parameter {
    name: String,
}

impl Operation {
    /// The names of its parameters, `N` for an index.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.parameter.iter().map(|parameter| parameter.name.as_str())
    }

    /// Whether it has a parameter of this name.
    pub fn has(&self, name: &str) -> bool {
        self.parameters().any(|found| found == name)
    }
}

/// All of them.
///
/// # Errors
/// When the contract cannot be read.
pub fn all() -> Result<Vec<Operation>> {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contract");
    let mut operations = Vec::new();
    for entry in fs::read_dir(&contract).with_context(|| contract.display().to_string())? {
        let file = entry?.path().join("operation.toml");
        if let Ok(text) = fs::read_to_string(&file) {
            operations.push(toml::from_str::<Operation>(&text).with_context(|| file.display().to_string())?);
        }
    }
    ensure!(operations.len() >= 50, "the contract has {} operations only", operations.len());
    operations.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(operations)
}

/// Those with a parameter of this name.
///
/// # Errors
/// As [`all`].
pub fn with(parameter: &str) -> Result<Vec<Operation>> {
    Ok(all()?.into_iter().filter(|operation| operation.has(parameter)).collect())
}

/// The version of an operation, as a client says it.
#[must_use]
pub fn version(operation: &Operation) -> &'static str {
    if operation.version == rig::call::EXTENSION { rig::call::EXTENSION } else { rig::call::VERSION }
}
