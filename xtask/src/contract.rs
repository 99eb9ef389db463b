//! Reads `contract/`: the wire as data. Strict: an unknown key is an error, so a typo cannot hide.
//! Knows the files' form (see `contract/README.md`); knows nothing of the code that answers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// The whole contract.
#[derive(Debug)]
pub struct Contract {
    /// By name.
    pub operations: BTreeMap<String, Operation>,
    /// Faults and parameters that every operation shares.
    pub common: Common,
    /// The list of faults that the reference prints on every page of the family.
    pub shared: Vec<Fault>,
}

/// One operation: `contract/<name>/operation.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// As on the wire; the folder's name too.
    pub name: String,
    /// One sentence.
    pub summary: String,
    /// Where the record comes from.
    pub source: String,
    /// API version that has the operation.
    pub version: String,
    /// The action an allow-list names.
    pub ram_action: String,
    /// `create`, `delete`, `get`, `list` or `update`.
    pub access: String,
    /// The resource an allow-list names; empty where none was published.
    pub resource: String,
    /// Whether it is for the accounts of operators alone.
    #[serde(default)]
    pub operator: bool,
    /// HTTP methods.
    pub methods: Vec<String>,
    /// Root element of an XML answer.
    pub xml_root: String,
    /// Whether the reference prints the shared list on this operation's page.
    pub shared_faults: bool,
    /// Published calls of one account in 60 seconds.
    pub quota_per_minute: Option<u32>,
    /// What else a caller should know.
    pub notes: Vec<String>,
    /// Parameters that are taken and ignored.
    #[serde(default)]
    pub ignored: Vec<String>,
    /// What the request may carry.
    #[serde(default, rename = "parameter")]
    pub parameters: Vec<Parameter>,
    /// What a success carries.
    #[serde(default, rename = "field")]
    pub fields: Vec<Field>,
    /// Which answer in which case, in the order of the checks.
    #[serde(default, rename = "decision")]
    pub decisions: Vec<Decision>,
    /// Faults on record, those that Berth sends first and in the order of the checks.
    #[serde(default, rename = "fault")]
    pub faults: Vec<Fault>,
}

/// `contract/common.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Common {
    /// The order of the gateway's checks.
    pub checks: Vec<String>,
    /// Parameters of every call.
    #[serde(rename = "parameter")]
    pub parameters: Vec<Parameter>,
    /// Faults of every call, in the order of the checks.
    #[serde(rename = "fault")]
    pub faults: Vec<Fault>,
}

/// `contract/shared.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shared {
    #[serde(rename = "fault")]
    faults: Vec<Fault>,
}

/// One request parameter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// On the wire; `N` stands for an index from 1.
    pub name: String,
    /// `string`, `integer`, `number` or `boolean`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether its absence is a fault.
    pub required: bool,
    /// The values allowed, where they are a list.
    #[serde(default)]
    pub values: Vec<String>,
    /// What its absence means.
    pub default: Option<toml::Value>,
    /// Least number.
    pub minimum: Option<i64>,
    /// Greatest number.
    pub maximum: Option<i64>,
    /// Fewest characters.
    pub length_min: Option<u32>,
    /// Most characters.
    pub length_max: Option<u32>,
    /// Most items of a list.
    pub count_max: Option<u32>,
    /// What it means.
    pub about: String,
}

/// One field of a success.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// From the root, by dots; `Wrapper.Item[]` is a list.
    pub path: String,
    /// `string`, `integer`, `number`, `boolean`, `object`, or one of these followed by ` list`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether Berth sends it.
    #[serde(default = "yes")]
    pub sent: bool,
    /// Why not.
    pub why: Option<String>,
}

/// One row of a decision table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// When.
    pub case: String,
    /// HTTP status.
    pub status: u16,
    /// Code of the fault; none for the success.
    pub code: Option<String>,
    /// Message of the fault.
    pub message: Option<String>,
    /// How sure the record is.
    pub certainty: String,
    /// Why the case cannot arise in Berth.
    pub unreachable: Option<String>,
}

/// One row of an error table. The same code may stand in several rows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// HTTP status.
    pub status: u16,
    /// Exact.
    pub code: String,
    /// Exact; `{...}` stands for a part of the request.
    pub message: String,
    /// Where the row was found.
    pub source: String,
    /// Whether Berth adds a colon and what is wrong to the message.
    #[serde(default)]
    pub detail: bool,
    /// Whether Berth ever sends it.
    pub sent: bool,
    /// When Berth sends it.
    pub when: Option<String>,
    /// Why Berth never sends it.
    pub why: Option<String>,
}

fn yes() -> bool {
    true
}

impl Contract {
    /// Reads `contract/` under `root`.
    ///
    /// # Errors
    /// A file that is missing or malformed, by its name.
    pub fn read(root: &Path) -> Result<Self> {
        let folder = root.join("contract");
        let mut operations = BTreeMap::new();
        for entry in fs::read_dir(&folder).context("contract/ cannot be listed")? {
            let path = entry?.path().join("operation.toml");
            if path.is_file() {
                let operation: Operation = toml_of(&path)?;
                operation.check().with_context(|| path.display().to_string())?;
                operations.insert(operation.name.clone(), operation);
            }
        }
        let common: Common = toml_of(&folder.join("common.toml"))?;
        let shared: Shared = toml_of(&folder.join("shared.toml"))?;
        Ok(Self { operations, common, shared: shared.faults })
    }

    /// Every row on record for an operation: its own, the shared ones if its page has them, the common ones.
    pub fn faults_of<'a>(&'a self, operation: &'a Operation) -> impl Iterator<Item = &'a Fault> {
        let shared = if operation.shared_faults { &self.shared[..] } else { &[] };
        operation.faults.iter().chain(shared).chain(&self.common.faults)
    }
}

/// The version of the operations that are recorded elsewhere.
const ECS: &str = "2014-05-26";
/// The version of those that are Berth's own.
const EXTENSION: &str = "2026-11-01";

impl Operation {
    /// Whether it is Berth's own: nothing of it is on record anywhere else.
    #[must_use]
    pub fn is_extension(&self) -> bool {
        self.version == EXTENSION
    }

    fn check(&self) -> Result<()> {
        ensure!(self.version == ECS || self.is_extension(), "{} is no version of the API", self.version);
        let service = if self.is_extension() { "berth" } else { "ecs" };
        ensure!(self.ram_action == format!("{service}:{}", self.name), "{} is not its ram_action", self.ram_action);
        ensure!(
            self.is_extension() == (self.source.starts_with("Berth ")),
            "only an operation of Berth's own has Berth for its source"
        );
        ensure!(self.is_extension() || !self.operator, "an operation that is on record is for every account");
        for fault in &self.faults {
            fault.check()?;
        }
        for decision in &self.decisions {
            let known = decision.code.is_none()
                || self.faults.iter().any(|it| {
                    it.status == decision.status
                        && Some(&it.code) == decision.code.as_ref()
                        && Some(&it.message) == decision.message.as_ref()
                });
            ensure!(known, "the decision `{}` names no fault of the operation", decision.case);
        }
        Ok(())
    }

    /// The parameter that `name` of a request is, `Tag.2.Key` being `Tag.N.Key`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|it| it.name == with_n(name))
    }
}

impl Fault {
    fn check(&self) -> Result<()> {
        let reason = if self.sent { &self.when } else { &self.why };
        ensure!(
            reason.as_ref().is_some_and(|it| !it.is_empty()),
            "{}: a row that is sent says `when`, one that is not says `why`",
            self.code
        );
        Ok(())
    }

    /// Whether the row may read so: `{...}` stands for anything, and a detail may follow where rows have one.
    #[must_use]
    pub fn reads(&self, message: &str) -> bool {
        let detailed =
            || message.strip_prefix(self.message.trim_end_matches('.')).is_some_and(|it| it.starts_with(": "));
        match (self.message.split_once('{'), self.message.rsplit_once('}')) {
            (Some((head, _)), Some((_, tail))) => message.starts_with(head) && message.ends_with(tail),
            _ => self.message == message || self.detail && detailed(),
        }
    }

    /// Whether `text` is the row's message up to its first `{...}` or less, as code keeps what it completes later.
    #[must_use]
    pub fn begins(&self, text: &str) -> bool {
        self.message.split_once('{').is_some_and(|(head, _)| head.starts_with(text))
    }
}

/// `Tag.2.Key` as `Tag.N.Key`.
#[must_use]
pub fn with_n(name: &str) -> String {
    let parts = name.split('.').map(|part| {
        let index = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if index { "N" } else { part }
    });
    parts.collect::<Vec<_>>().join(".")
}

fn toml_of<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    toml::from_str(&text).with_context(|| path.display().to_string())
}
