//! Pieces of the facts about instances and assurances: where an instance stands, what it may use, periods.
//! Their layout is fixed as that of the kinds which use them.

use super::common::{put_id, take_id};
use super::fields::{Fields, Malformed, Sink, Source, Words, put_maybe, take_maybe, take_u32};
use ledger::{Attachment, Choice, InstanceId, Period, PeriodUnit, Place, Renewal, RenewalStatus, ReservationId};

/// text: as it is issued, prefix and all.
pub(crate) fn put_instance(to: &mut dyn Sink, name: &'static str, id: &InstanceId) {
    to.text(name, &id.to_string());
}

pub(crate) fn take_instance(from: &mut dyn Source, name: &'static str) -> Result<InstanceId, Malformed> {
    let text = from.text(name)?;
    InstanceId::parse(&text).ok_or_else(|| Malformed::new(format!("{name}: {text:?} is no instance id")))
}

/// An id by itself is an item with one field.
impl Fields for ReservationId {
    fn put(&self, to: &mut dyn Sink) {
        put_id(to, "", self);
    }
    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        take_id(from, "")
    }
}

const CHOICE: &Words = &[(1, "named"), (2, "first"), (3, "none-matched"), (4, "not-asked")];

/// host text, units number, reservation maybe text, choice word, among number (0 unless the choice is `first`).
impl Fields for Place {
    fn put(&self, to: &mut dyn Sink) {
        to.text("host", self.host.as_str());
        to.number("units", u64::from(self.units));
        put_maybe(to, "reservation", self.reservation.as_ref());
        let (code, among) = match self.choice {
            Choice::Named => (1, 0),
            Choice::First { among } => (2, among),
            Choice::NoneMatched => (3, 0),
            Choice::NotAsked => (4, 0),
        };
        to.word("choice", CHOICE, code);
        to.number("among", u64::from(among));
    }

    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        let (host, units) = (from.text("host")?.as_ref().into(), take_u32(from, "units")?);
        let reservation = take_maybe(from, "reservation")?;
        let (code, among) = (from.word("choice", CHOICE)?, take_u32(from, "among")?);
        let choice = match (code, among) {
            (2, among) => Choice::First { among },
            (1, 0) => Choice::Named,
            (3, 0) => Choice::NoneMatched,
            (4, 0) => Choice::NotAsked,
            _ => return Err(Malformed::new("among: only a first choice has it")),
        };
        Ok(Self { host, units, reservation, choice })
    }
}

const ATTACHMENT: &Words = &[(1, "none"), (2, "open"), (3, "target")];

/// mode word, target maybe text (there exactly with the mode `target`).
impl Fields for Attachment {
    fn put(&self, to: &mut dyn Sink) {
        let (code, target) = match self {
            Self::None => (1, None),
            Self::Open => (2, None),
            Self::Target(id) => (3, Some(id)),
        };
        to.word("mode", ATTACHMENT, code);
        put_maybe(to, "target", target);
    }

    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        let code = from.word("mode", ATTACHMENT)?;
        match (code, take_maybe(from, "target")?) {
            (1, None) => Ok(Self::None),
            (2, None) => Ok(Self::Open),
            (3, Some(id)) => Ok(Self::Target(id)),
            _ => Err(Malformed::new("target: it does not go with the mode")),
        }
    }
}

const UNIT: &Words = &[(1, "day"), (2, "week"), (3, "month"), (4, "year")];

/// count number, unit word.
impl Fields for Period {
    fn put(&self, to: &mut dyn Sink) {
        to.number("count", u64::from(self.count));
        let code = match self.unit {
            PeriodUnit::Day => 1,
            PeriodUnit::Week => 2,
            PeriodUnit::Month => 3,
            PeriodUnit::Year => 4,
        };
        to.word("unit", UNIT, code);
    }

    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        let count = take_u32(from, "count")?;
        let unit = match from.word("unit", UNIT)? {
            1 => PeriodUnit::Day,
            2 => PeriodUnit::Week,
            3 => PeriodUnit::Month,
            _ => PeriodUnit::Year,
        };
        Ok(Self { count, unit })
    }
}

const RENEWAL: &Words = &[(1, "auto"), (2, "normal"), (3, "never")];

/// status word, then a period.
impl Fields for Renewal {
    fn put(&self, to: &mut dyn Sink) {
        let code = match self.status {
            RenewalStatus::Auto => 1,
            RenewalStatus::Normal => 2,
            RenewalStatus::Never => 3,
        };
        to.word("status", RENEWAL, code);
        self.period.put(to);
    }

    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        let status = match from.word("status", RENEWAL)? {
            1 => RenewalStatus::Auto,
            2 => RenewalStatus::Normal,
            _ => RenewalStatus::Never,
        };
        Ok(Self { status, period: Period::take(from)? })
    }
}

/// Anything legal, for tests.
#[cfg(test)]
pub(crate) mod any {
    use super::*;
    use crate::format::common::any_id;
    use proptest::prelude::*;

    pub(crate) fn instance_id() -> impl Strategy<Value = InstanceId> {
        let byte = prop::sample::select(b"abcdefghijklmnopqrstuvwxyz0123456789".to_vec());
        prop::collection::vec(byte, 20)
            .prop_map(|code| InstanceId::new(code.try_into().expect("20 of them")).expect("legal letters"))
    }

    pub(crate) fn place() -> impl Strategy<Value = Place> {
        let choice = prop_oneof![
            Just(Choice::Named),
            Just(Choice::NoneMatched),
            Just(Choice::NotAsked),
            any::<u32>().prop_map(|among| Choice::First { among }),
        ];
        (any::<String>(), any::<u32>(), prop::option::of(any_id()), choice).prop_map(
            |(host, units, reservation, choice)| Place { host: host.as_str().into(), units, reservation, choice },
        )
    }

    pub(crate) fn attachment() -> impl Strategy<Value = Attachment> {
        prop_oneof![Just(Attachment::None), Just(Attachment::Open), any_id().prop_map(Attachment::Target)]
    }

    pub(crate) fn period() -> impl Strategy<Value = Period> {
        let units = [PeriodUnit::Day, PeriodUnit::Week, PeriodUnit::Month, PeriodUnit::Year];
        (any::<u32>(), prop::sample::select(units.to_vec())).prop_map(|(count, unit)| Period { count, unit })
    }

    pub(crate) fn renewal() -> impl Strategy<Value = Renewal> {
        let statuses = [RenewalStatus::Auto, RenewalStatus::Normal, RenewalStatus::Never];
        (prop::sample::select(statuses.to_vec()), period()).prop_map(|(status, period)| Renewal { status, period })
    }
}
