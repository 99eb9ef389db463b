//! Renew assurances, and say what is to happen at their end: all of the named ones, or none. An assurance counts for
//! ever as long as it is held, so renewing asks for no stock. When it may be used can be changed too.

use super::Command;
use crate::{
    AccountId, Assurance, Course, End, Entry, Ledger, Moment, Period, Renewal, RenewalStatus, Reservation,
    ReservationId, Rule,
};

/// Renews each of these for a period that follows on the one it has.
#[derive(Clone, Debug)]
pub struct Renew {
    /// Which.
    pub ids: Vec<ReservationId>,
    /// Who asks.
    pub by: AccountId,
    /// For how long.
    pub period: Period,
    /// What is to happen after that; nothing: as before.
    pub renewal: Option<Renewal>,
}

/// Says what is to happen when the period of each of these is over; leaves the rest.
#[derive(Clone, Debug)]
pub struct SetRenewal {
    /// Which.
    pub ids: Vec<ReservationId>,
    /// Who asks.
    pub by: AccountId,
    /// Whether it is renewed by itself.
    pub status: Option<RenewalStatus>,
    /// For how long, if it is.
    pub period: Option<Period>,
}

/// Gives an assurance that may be used at certain hours alone other hours.
#[derive(Clone, Debug)]
pub struct SetRules {
    /// Which.
    pub id: ReservationId,
    /// Who asks.
    pub by: AccountId,
    /// The hours: at least one rule.
    pub rules: Box<[Rule]>,
}

/// Why assurances are not renewed. Names the first that is in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenewRefusal {
    /// The asker has no assurance of this id.
    NotFound(ReservationId),
    /// It is over.
    Over(ReservationId),
}

/// Why an assurance gets no other hours, in the order in which it is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RulesRefusal {
    /// The asker has no assurance of this id.
    NotFound,
    /// It is over.
    Over,
    /// It may always be used, and stays so; or it would become so.
    Undivided,
}

fn assured<'a>(
    ledger: &'a Ledger,
    id: &ReservationId,
    by: &AccountId,
) -> Result<(&'a Reservation, &'a Assurance), RenewRefusal> {
    let found = ledger.reservation(id).filter(|found| found.owner == *by);
    let assured = found.and_then(|found| match &found.course {
        Course::Assured(paid) => Some((found, &**paid)),
        Course::Immediate | Course::Windowed { .. } => None,
    });
    let (found, paid) = assured.ok_or(RenewRefusal::NotFound(*id))?;
    if found.holds() { Ok((found, paid)) } else { Err(RenewRefusal::Over(*id)) }
}

impl Command for Renew {
    type Done = ();
    type Refusal = RenewRefusal;

    fn decide(&self, ledger: &Ledger, now: Moment) -> Result<(Vec<Entry>, ()), RenewRefusal> {
        let mut entries = Vec::new();
        for id in &self.ids {
            let paid_until = match assured(ledger, id, &self.by)?.0.end {
                End::At(end) => end,
                End::ByHand => now,
            };
            let (id, period) = (*id, self.period);
            entries.push(Entry::Renewed { id, period, end: period.after(paid_until) });
            entries.extend(self.renewal.map(|renewal| Entry::RenewalSet { id, renewal }));
        }
        Ok((entries, ()))
    }
}

impl Command for SetRenewal {
    type Done = ();
    type Refusal = RenewRefusal;

    fn decide(&self, ledger: &Ledger, _: Moment) -> Result<(Vec<Entry>, ()), RenewRefusal> {
        let set = |id: &ReservationId| {
            let (_, Assurance { renewal, .. }) = assured(ledger, id, &self.by)?;
            let (status, period) = (self.status.unwrap_or(renewal.status), self.period.unwrap_or(renewal.period));
            Ok(Entry::RenewalSet { id: *id, renewal: Renewal { status, period } })
        };
        Ok((self.ids.iter().map(set).collect::<Result<_, _>>()?, ()))
    }
}

impl Command for SetRules {
    type Done = ();
    type Refusal = RulesRefusal;

    fn decide(&self, ledger: &Ledger, _: Moment) -> Result<(Vec<Entry>, ()), RulesRefusal> {
        let (_, paid) = assured(ledger, &self.id, &self.by).map_err(|refusal| match refusal {
            RenewRefusal::NotFound(_) => RulesRefusal::NotFound,
            RenewRefusal::Over(_) => RulesRefusal::Over,
        })?;
        if paid.rules.is_empty() || self.rules.is_empty() {
            return Err(RulesRefusal::Undivided);
        }
        Ok((vec![Entry::RulesSet { id: self.id, rules: self.rules.clone() }], ()))
    }
}
