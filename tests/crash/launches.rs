//! What a client may rely on of its instances: those of one launch live and go together, and for the one request whose
//! answer it never got it may be either way, for all of them alike.

use anyhow::{Context, Result, bail, ensure};
use rig::config::{REGION, TYPE, ZONE};
use serde_json::Value;

/// What the instances of a launch do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// They run.
    Running,
    /// They are stopped, and keep their places.
    Kept,
    /// They are stopped, and have given up their places.
    Parked,
    /// They are deleted.
    Gone,
}

impl Life {
    /// Whether they stand on hosts.
    #[must_use]
    pub const fn stands(self) -> bool {
        matches!(self, Self::Running | Self::Kept)
    }
}

/// Instances that were asked for together, in the slots of one reservation.
#[derive(Clone, Debug)]
pub struct Launch {
    /// Its client token; the instances' name is made of it.
    pub token: String,
    /// The reservation into which they were launched.
    pub reservation: String,
    /// How many.
    pub amount: usize,
    /// Their ids, once told.
    pub ids: Vec<String>,
    /// What was acknowledged last; Gone until it is known that they were made.
    pub known: Life,
    /// What an unanswered request would have made of them.
    pub perhaps: Option<Life>,
}

/// An instance as a listing shows it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it does.
    pub life: Life,
}

impl Launch {
    /// A new wish.
    #[must_use]
    pub fn wish(token: String, reservation: String, amount: usize) -> Self {
        Self { token, reservation, amount, ids: Vec::new(), known: Life::Gone, perhaps: Some(Life::Running) }
    }

    /// The name that shows whose they are.
    #[must_use]
    pub fn name(&self) -> String {
        format!("i{}", self.token)
    }

    /// The parameters they are asked for with, the same at every try.
    #[must_use]
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let text = |text: &str| text.to_owned();
        vec![
            ("RegionId", text(REGION)),
            ("ZoneId", text(ZONE)),
            ("InstanceType", text(TYPE)),
            ("Amount", self.amount.to_string()),
            ("ClientToken", self.token.clone()),
            ("InstanceName", self.name()),
            ("PrivatePoolOptions.MatchCriteria", text("Target")),
            ("PrivatePoolOptions.Id", self.reservation.clone()),
        ]
    }

    /// Compares with all that a listing shows of this name, and takes it as known from now on.
    ///
    /// # Errors
    /// When some are there and some not, when they do different things, or when it is neither what was acknowledged nor
    /// what the unanswered request would have made of them.
    pub fn settle(&mut self, shown: &[Shown]) -> Result<()> {
        let life = match shown {
            [] => Life::Gone,
            [first, ..] => first.life,
        };
        ensure!(shown.iter().all(|it| it.life == life), "half done: {self:?}, seen {shown:?}");
        ensure!(life == Life::Gone || shown.len() == self.amount, "{} of {self:?}: {shown:?}", shown.len());
        if life != self.known && Some(life) != self.perhaps {
            bail!("known {:?}, perhaps {:?}, seen {shown:?}: {self:?}", self.known, self.perhaps);
        }
        let mut ids: Vec<String> = shown.iter().map(|it| it.id.clone()).collect();
        ids.sort();
        let same = self.ids.is_empty() || ids.is_empty() || self.ids == ids;
        ensure!(same, "{:?} have become {ids:?}", self.ids);
        if !ids.is_empty() {
            self.ids = ids;
        }
        (self.known, self.perhaps) = (life, None);
        Ok(())
    }

    /// Takes the ids that a launch answered, or answered again.
    ///
    /// # Errors
    /// When it answered others before, or another number of them.
    pub fn take(&mut self, answered: &[Value]) -> Result<()> {
        let mut ids: Vec<String> = answered.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        ids.sort();
        ensure!(ids.len() == self.amount, "{ids:?} for {self:?}");
        ensure!(self.ids.is_empty() || self.ids == ids, "the token of {:?} now gives {ids:?}", self.ids);
        self.ids = ids;
        Ok(())
    }
}

impl Shown {
    /// Reads one item of DescribeInstances.
    ///
    /// # Errors
    /// When a field is missing or has a value that it should not have.
    pub fn read(item: &Value) -> Result<Self> {
        let text = |name: &str| {
            let text = item.get(name).and_then(Value::as_str).map(str::to_owned);
            text.with_context(|| format!("no {name} in {item}"))
        };
        let life = match (text("Status")?.as_str(), text("StoppedMode")?.as_str()) {
            ("Running", _) => Life::Running,
            ("Stopped", "KeepCharging") => Life::Kept,
            ("Stopped", "StopCharging") => Life::Parked,
            (status, mode) => bail!("an instance is {status} {mode}"),
        };
        Ok(Self { id: text("InstanceId")?, name: text("InstanceName")?, life })
    }
}
