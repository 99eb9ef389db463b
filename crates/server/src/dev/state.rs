//! The state that `berth dev --state FILE` begins with, as its file is written: the hour, the fleet, accounts with their
//! keys, and the calls to make. Strict: a name that is not known is refused. Makes no call.

use crate::config::{AccountSettings, Config, ConfigError, KeySettings, PermitSettings};
use crate::fleet::Description;
use ledger::Moment;
use ledger::directory::Secret;
use rpc::time::{self, LATEST_SECONDS};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use toml::{Spanned, Table};

/// What a server for development begins with.
#[derive(Default)]
pub struct State {
    /// What the clock shows at first, and whether it goes on from there; nothing: the real hour.
    pub clock: Option<(Moment, bool)>,
    /// Instead of the demo fleet.
    pub fleet: Option<Description>,
    /// Accounts beside its own.
    pub accounts: Vec<AccountSettings>,
    /// What is called before anyone else may call.
    pub calls: Vec<StateCall>,
}

/// One call of a state file.
#[derive(Clone, Debug, PartialEq)]
pub struct StateCall {
    /// Where it stands.
    pub at: Place,
    /// The operation.
    pub action: String,
    /// How later calls name its answer.
    pub name: Option<String>,
    /// The key that signs it; nothing: that of `berth dev`.
    pub by: Option<String>,
    /// Parameters by their names on the wire, before references are followed.
    pub params: Vec<(String, String)>,
}

/// Where in a state file something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// Which of the calls, from 1.
    pub entry: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, line {}, call {}", self.path.display(), self.line, self.entry)
    }
}

/// Why a state cannot be begun with.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The file cannot be read.
    #[error("{path} cannot be read: {error}")]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// It is no TOML, or has names or values that are not known.
    #[error("{path}: {}\nexamples/dev-state.toml explains every entry", error.to_string().trim_end())]
    Form {
        /// Which.
        path: PathBuf,
        /// Where and what.
        error: Box<toml::de::Error>,
    },
    /// Its fleet, accounts or clock do not agree with themselves.
    #[error("{path}: {error}")]
    Settings {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        error: ConfigError,
    },
    /// A call is written in a way that cannot be sent, or was answered with a fault.
    #[error("{at}: {what}")]
    Call {
        /// Which call.
        at: Place,
        /// What is wrong with it, and what to do.
        what: String,
    },
}

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    clock: Option<ClockTable>,
    fleet: Option<Description>,
    #[serde(default)]
    account: Vec<AccountTable>,
    #[serde(default)]
    call: Vec<Spanned<Table>>,
}

/// `[clock]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockTable {
    time: String,
    #[serde(default = "goes_on")]
    runs: bool,
}

const fn goes_on() -> bool {
    true
}

/// `[[account]]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountTable {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    operator: bool,
    #[serde(default)]
    key: Vec<KeyTable>,
}

/// `[[account.key]]`: its secret is written here, for what it opens is on this machine alone and gone at its end.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyTable {
    id: String,
    secret: String,
    #[serde(default)]
    disabled: bool,
    allow: Option<Vec<PermitSettings>>,
}

impl State {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or says what cannot be.
    pub fn read(path: &Path) -> Result<Self, StateError> {
        let text = std::fs::read_to_string(path).map_err(|error| StateError::Read { path: path.into(), error })?;
        Self::of(path, &text)
    }

    fn of(path: &Path, text: &str) -> Result<Self, StateError> {
        let form = |error| StateError::Form { path: path.into(), error: Box::new(error) };
        let wrong = |at: &str, what: &str| StateError::Settings {
            path: path.into(),
            error: ConfigError::Value { at: at.into(), what: what.into() },
        };
        let File { clock, fleet, account, call } = toml::from_str(text).map_err(form)?;
        let clock = clock.map(|ClockTable { time, runs }| {
            let hour = time::parse_either(&time).filter(|hour| *hour <= LATEST_SECONDS);
            let hour = hour.ok_or_else(|| wrong("clock.time", "is no time such as \"2027-01-01T00:00:00Z\""))?;
            Ok((Moment(hour), runs))
        });
        if let Some(key) = account.iter().flat_map(|it| &it.key).find(|key| key.secret.trim().is_empty()) {
            return Err(wrong(&format!("key {:?}", key.id), "its secret is empty"));
        }
        let calls = call.iter().enumerate().map(|(index, call)| {
            let line = text[..call.span().start.min(text.len())].matches('\n').count() + 1;
            let at = Place { path: path.into(), line, entry: index + 1 };
            StateCall::read(at, call.get_ref())
        });
        Ok(Self {
            clock: clock.transpose()?,
            fleet,
            accounts: account.into_iter().map(AccountTable::settings).collect(),
            calls: calls.collect::<Result<_, _>>()?,
        })
    }

    /// Puts the settings among it into a configuration.
    pub fn settle(&mut self, config: &mut Config) {
        if let Some(fleet) = self.fleet.take() {
            config.fleet = fleet;
        }
        config.account.append(&mut self.accounts);
    }
}

impl AccountTable {
    fn settings(self) -> AccountSettings {
        let key = |KeyTable { id, secret, disabled, allow }| KeySettings {
            id,
            secret: Some(Secret::new(secret.trim())),
            secret_file: None,
            secret_env: None,
            disabled,
            allow,
            session: None,
        };
        let Self { id, name, operator, key: keys } = self;
        AccountSettings { id, name, operator, key: keys.into_iter().map(key).collect() }
    }
}

impl StateCall {
    fn read(at: Place, table: &Table) -> Result<Self, StateError> {
        let wrong = |what: String| StateError::Call { at: at.clone(), what };
        let mut own = [("Action", None), ("as", None), ("by", None)];
        let mut params = Vec::new();
        for (name, value) in table {
            if let Some((_, place)) = own.iter_mut().find(|(own, _)| own == name) {
                let text = value.as_str().ok_or_else(|| wrong(format!("{name} is a text")))?;
                *place = Some(text.to_owned());
            } else {
                spread(name, value, &mut params).map_err(wrong)?;
            }
        }
        let [(_, action), (_, name), (_, by)] = own;
        let action = action.ok_or_else(|| wrong("has no Action: the name of an operation".into()))?;
        let legal = |name: &str| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        if name.as_deref().is_some_and(|name| !legal(name)) {
            return Err(wrong("`as` is made of letters, digits, '-' and '_'".into()));
        }
        Ok(Self { at, action, name, by, params })
    }
}

/// A value and all values in it, by their names on the wire: `Tag = [{ Key = "a" }]` is `Tag.1.Key=a`.
fn spread(name: &str, value: &toml::Value, params: &mut Vec<(String, String)>) -> Result<(), String> {
    let text = match value {
        toml::Value::Table(inner) => {
            return inner.iter().try_for_each(|(part, value)| spread(&format!("{name}.{part}"), value, params));
        }
        toml::Value::Array(inner) => {
            let mut numbered = inner.iter().zip(1..);
            return numbered.try_for_each(|(value, at): (_, usize)| spread(&format!("{name}.{at}"), value, params));
        }
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Boolean(truth) => truth.to_string(),
        toml::Value::Datetime(time) => time.to_string(),
        toml::Value::Float(_) => return Err(format!("{name}: a number with a fraction is written as a text")),
    };
    params.push((name.to_owned(), text));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Place, State, StateCall};
    use std::path::Path;

    fn read(text: &str) -> Result<State, String> {
        State::of(Path::new("s.toml"), text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_call_is_read_by_the_names_of_the_wire() {
        let text = r#"
[[call]]
Action = "DescribeZones"

# A remark between them.
[[call]]
Action = "CreateCapacityReservation"
as = "pool"
by = "tenant"
RegionId = "cn-hangzhou"
ZoneId = ["cn-hangzhou-h"]
InstanceAmount = 2
EndTime = 2027-01-01T00:00:00Z
PrivatePoolOptions.Name = "pool"
Tag = [{ Key = "a", Value = "b" }, { Key = "c" }]
Whether = true
"#;
        let state = read(text).expect("it is sound");
        let params = [
            ("EndTime", "2027-01-01T00:00:00Z"),
            ("InstanceAmount", "2"),
            ("PrivatePoolOptions.Name", "pool"),
            ("RegionId", "cn-hangzhou"),
            ("Tag.1.Key", "a"),
            ("Tag.1.Value", "b"),
            ("Tag.2.Key", "c"),
            ("Whether", "true"),
            ("ZoneId.1", "cn-hangzhou-h"),
        ];
        assert_eq!(
            state.calls[1],
            StateCall {
                at: Place { path: "s.toml".into(), line: 6, entry: 2 },
                action: "CreateCapacityReservation".into(),
                name: Some("pool".into()),
                by: Some("tenant".into()),
                params: params.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            }
        );
    }

    #[test]
    fn what_cannot_be_is_told_with_its_place() {
        let table = [
            ("[[call]]\nRegionId = \"r\"", "s.toml, line 1, call 1: has no Action"),
            ("\n[[call]]\nAction = 3", "s.toml, line 2, call 1: Action is a text"),
            ("[[call]]\nAction = \"A\"\nas = \"a.b\"", "`as` is made of"),
            ("[[call]]\nAction = \"A\"\nAmount = 1.5", "call 1: Amount: a number with a fraction"),
            ("[[calls]]\nAction = \"A\"", "unknown field `calls`"),
            ("[clock]\ntime = \"noon\"", "s.toml: clock.time: is no time"),
            ("[clock]\nruns = false", "missing field `time`"),
            ("[[account]]\nid = \"1\"\nkey = [{ id = \"k\", secret = \" \" }]", "key \"k\": its secret is empty"),
            ("[[account]]\nid = \"1\"\nkey = [{ id = \"k\" }]", "missing field `secret`"),
            ("x", "dev-state.toml explains"),
        ];
        for (text, told) in table {
            let error = read(text).err().unwrap_or_else(|| panic!("{text} is taken"));
            assert!(error.contains(told), "{error}");
        }
    }
}
