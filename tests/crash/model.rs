//! What a client may rely on: the promises it was given, and for the one request whose answer it never got, both
//! ways it may have gone. What it launched into them is in `launches.rs`.

use anyhow::{Context, Result, bail, ensure};
use rig::clock;
use rig::config::{REGION, TYPE, ZONE};
use serde_json::Value;

/// What can be seen of a reservation and changed by a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Instances.
    pub count: u64,
    /// Free text.
    pub description: String,
    /// The value of the tag `round`.
    pub tag: String,
    /// Whether it was released by hand.
    pub released: bool,
}

/// One reservation that was asked for.
#[derive(Clone, Debug)]
pub struct Promise {
    /// Its client token; its name is made of it and never changed.
    pub token: String,
    /// What it was asked for with.
    pub first: State,
    /// When it releases itself, in seconds since the epoch.
    pub ends: Option<u64>,
    /// Its id, once told.
    pub id: Option<String>,
    /// What was acknowledged last.
    pub known: State,
    /// What an unanswered request would have made of it.
    pub perhaps: Option<State>,
    /// Its StartTime, once seen.
    pub started: Option<String>,
}

/// A reservation as a listing shows it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its StartTime.
    pub started: String,
    /// Its EndTime.
    pub ends: String,
    /// How many of its slots are used.
    pub used: u64,
    /// The rest. `released` is the status, for whatever cause.
    pub state: State,
}

impl Promise {
    /// A new wish.
    #[must_use]
    pub fn wish(token: String, first: State, ends: Option<u64>) -> Self {
        Self { token, known: first.clone(), first, ends, id: None, perhaps: None, started: None }
    }

    /// The name that shows whose it is.
    #[must_use]
    pub fn name(&self) -> String {
        format!("n{}", self.token)
    }

    /// The parameters it is asked for with, the same at every try.
    #[must_use]
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let text = |text: &str| text.to_owned();
        let mut params = vec![
            ("RegionId", text(REGION)),
            ("ZoneId.1", text(ZONE)),
            ("InstanceType", text(TYPE)),
            ("InstanceAmount", self.first.count.to_string()),
            ("ClientToken", self.token.clone()),
            ("PrivatePoolOptions.Name", self.name()),
            ("Description", self.first.description.clone()),
            ("Tag.1.Key", text("round")),
            ("Tag.1.Value", self.first.tag.clone()),
        ];
        if let Some(ends) = self.ends {
            params.extend([("EndTimeType", text("Limited")), ("EndTime", clock::seconds_text(ends))]);
        }
        params
    }

    /// Compares with what a listing made between two moments shows, and takes it as known from now on.
    ///
    /// # Errors
    /// When it is neither what was acknowledged nor what the unanswered request would have made of it.
    pub fn settle(&mut self, seen: &Seen, from: u64, to: u64) -> Result<()> {
        ensure!(self.id.as_ref().is_none_or(|id| *id == seen.id), "{:?} has become {}", self.id, seen.id);
        let fits = |state: &State| {
            let released = match self.ends {
                _ if state.released => true,
                Some(ends) if ends <= from => true,
                Some(ends) if ends <= to => seen.state.released,
                _ => false,
            };
            State { released, ..state.clone() } == seen.state
        };
        let known = match (fits(&self.known), self.perhaps.take()) {
            (true, _) => self.known.clone(),
            (false, Some(perhaps)) if fits(&perhaps) => perhaps,
            (false, perhaps) => {
                bail!("{}: known {:?}, perhaps {perhaps:?}, seen {:?}", seen.id, self.known, seen.state)
            }
        };
        if let Some(ends) = self.ends {
            ensure!(seen.ends == clock::minutes_text(ends), "{} ends at {}, not {ends}", seen.id, seen.ends);
        }
        let started = self.started.get_or_insert_with(|| seen.started.clone());
        ensure!(*started == seen.started, "{} started at {started}, now at {}", seen.id, seen.started);
        self.known = known;
        self.id = Some(seen.id.clone());
        Ok(())
    }
}

impl Seen {
    /// Reads one item of DescribeCapacityReservations.
    ///
    /// # Errors
    /// When a field is missing, or two of them disagree.
    pub fn read(item: &Value) -> Result<Self> {
        let text = |name: &str| {
            let text = item.get(name).and_then(Value::as_str).map(str::to_owned);
            text.with_context(|| format!("no {name} in {item}"))
        };
        let resource = item.pointer("/AllocatedResources/AllocatedResource/0").context("no AllocatedResource")?;
        let amount = |name: &str| resource.get(name).and_then(Value::as_u64).with_context(|| format!("no {name}"));
        let (count, used, free) = (amount("TotalAmount")?, amount("UsedAmount")?, amount("AvailableAmount")?);
        ensure!(used + free == count, "{used} and {free} are not {count}");
        let tags = item.pointer("/Tags/Tag").and_then(Value::as_array).context("no Tags")?;
        let tag = tags.iter().find(|it| it.get("TagKey").and_then(Value::as_str) == Some("round"));
        let tag = tag.and_then(|it| it.get("TagValue")).and_then(Value::as_str).unwrap_or_default();
        let released = match text("Status")?.as_str() {
            "Active" => false,
            "Released" => true,
            other => bail!("the status is {other}"),
        };
        let state = State { count, description: text("Description")?, tag: tag.to_owned(), released };
        Ok(Self {
            id: text("PrivatePoolOptionsId")?,
            name: text("PrivatePoolOptionsName")?,
            started: text("StartTime")?,
            ends: text("EndTime")?,
            used,
            state,
        })
    }
}
