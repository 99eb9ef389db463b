//! Renew assurances, and say what is to happen at their end: all of the named ones, or none. An assurance counts for
//! ever as long as it is held, so renewing asks for no stock.

use super::Command;
use crate::{AccountId, Course, End, Entry, Ledger, Moment, Period, Renewal, Reservation, ReservationId};

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

/// Says what is to happen when the period of each of these is over.
#[derive(Clone, Debug)]
pub struct SetRenewal {
    /// Which.
    pub ids: Vec<ReservationId>,
    /// Who asks.
    pub by: AccountId,
    /// What.
    pub renewal: Renewal,
}

/// Why assurances are not renewed. Names the first that is in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenewRefusal {
    /// The asker has no assurance of this id.
    NotFound(ReservationId),
    /// It is over.
    Over(ReservationId),
}

fn assured<'a>(ledger: &'a Ledger, id: &ReservationId, by: &AccountId) -> Result<&'a Reservation, RenewRefusal> {
    let assured = |found: &&Reservation| found.owner == *by && matches!(found.course, Course::Assured(_));
    let found = ledger.reservation(id).filter(assured).ok_or(RenewRefusal::NotFound(*id))?;
    if found.holds() { Ok(found) } else { Err(RenewRefusal::Over(*id)) }
}

impl Command for Renew {
    type Done = ();
    type Refusal = RenewRefusal;

    fn decide(&self, ledger: &Ledger, now: Moment) -> Result<(Vec<Entry>, ()), RenewRefusal> {
        let mut entries = Vec::new();
        for id in &self.ids {
            let paid_until = match assured(ledger, id, &self.by)?.end {
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
            assured(ledger, id, &self.by).map(|_| Entry::RenewalSet { id: *id, renewal: self.renewal })
        };
        Ok((self.ids.iter().map(set).collect::<Result<_, _>>()?, ()))
    }
}
