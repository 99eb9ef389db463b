//! Kind 10, ReservedLater: a reservation as it stands that is not simply one from the moment of its making on.
//!
//! ```text
//! the fields of kind 4 (see reserved.rs), then
//! made number · prepared flag (true: neither active nor released)
//! course word (1 immediate, 2 windowed, 3 assured)
//! windowed maybe (notice number, noticed flag)
//! assured maybe (paid maybe (count number, unit word; always there), status word, count number, unit word,
//!                rules list of (days word (1 daily, 2 weekly, 3 monthly), first number, last number,
//!                               from_hour number, to_hour number))
//! ```

use crate::format::common::{put_moment, take_moment};
use crate::format::fields::{Fields, Malformed, Sink, Source, Words, put_all, put_maybe, take_all, take_maybe};
use ledger::{Assurance, Course, Entry, Period, Phase, Recurrence, Renewal, Reservation, Rule};

const COURSE: &Words = &[(1, "immediate"), (2, "windowed"), (3, "assured")];
const DAYS: &Words = &[(1, "daily"), (2, "weekly"), (3, "monthly")];

/// Whether kind 4 says all of a reservation.
pub(in crate::format) fn is_plain(it: &Reservation) -> bool {
    matches!(it.course, Course::Immediate) && it.made == it.starts && it.phase != Phase::Prepared
}

pub(in crate::format) fn put(to: &mut dyn Sink, it: &Reservation) {
    it.put(to);
    put_moment(to, "made", it.made);
    to.flag("prepared", it.phase == Phase::Prepared);
    let code = match it.course {
        Course::Immediate => 1,
        Course::Windowed { .. } => 2,
        Course::Assured(_) => 3,
    };
    to.word("course", COURSE, code);
    to.maybe("windowed", code == 2, &mut |_, item| {
        if let Course::Windowed { notice_seconds, noticed } = it.course {
            item.number("notice", notice_seconds);
            item.flag("noticed", noticed);
        }
    });
    let assured = if let Course::Assured(paid) = &it.course { Some(&**paid) } else { None };
    put_maybe(to, "assured", assured);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    let mut it = Reservation::take(from)?;
    it.made = take_moment(from, "made")?;
    if from.flag("prepared")? {
        if it.phase != Phase::Active {
            return Err(Malformed::new("prepared: it is released"));
        }
        it.phase = Phase::Prepared;
    }
    let code = from.word("course", COURSE)?;
    let mut windowed = None;
    from.maybe("windowed", &mut |item| {
        windowed = Some((item.number("notice")?, item.flag("noticed")?));
        Ok(())
    })?;
    let assured: Option<Assurance> = take_maybe(from, "assured")?;
    it.course = match (code, windowed, assured) {
        (1, None, None) => Course::Immediate,
        (2, Some((notice_seconds, noticed)), None) => Course::Windowed { notice_seconds, noticed },
        (3, None, Some(paid)) => Course::Assured(Box::new(paid)),
        _ => return Err(Malformed::new("course: what follows does not go with it")),
    };
    if is_plain(&it) {
        return Err(Malformed::new("course: kind 4 says all of it"));
    }
    Ok(Entry::Reserved(Box::new(it)))
}

impl Fields for Assurance {
    fn put(&self, to: &mut dyn Sink) {
        put_maybe(to, "paid", Some(&self.period));
        self.renewal.put(to);
        put_all(to, "rules", &self.rules);
    }

    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        let paid: Option<Period> = take_maybe(from, "paid")?;
        let period = paid.ok_or_else(|| Malformed::new("paid: there is no period"))?;
        Ok(Self { period, renewal: Renewal::take(from)?, rules: take_all(from, "rules")?.into() })
    }
}

impl Fields for Rule {
    fn put(&self, to: &mut dyn Sink) {
        let (code, first, last) = match self.recurrence {
            Recurrence::Daily(each) => (1, each, 0),
            Recurrence::Weekly(days) => (2, days, 0),
            Recurrence::Monthly(first, last) => (3, first, last),
        };
        to.word("days", DAYS, code);
        to.number("first", u64::from(first));
        to.number("last", u64::from(last));
        to.number("from_hour", u64::from(self.from_hour));
        to.number("to_hour", u64::from(self.to_hour));
    }

    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        let code = from.word("days", DAYS)?;
        let recurrence = match (code, small(from, "first")?, small(from, "last")?) {
            (1, each, 0) => Recurrence::Daily(each),
            (2, days, 0) => Recurrence::Weekly(days),
            (3, first, last) => Recurrence::Monthly(first, last),
            _ => return Err(Malformed::new("last: it does not go with the days")),
        };
        Ok(Self { recurrence, from_hour: small(from, "from_hour")?, to_hour: small(from, "to_hour")? })
    }
}

fn small(from: &mut dyn Source, name: &'static str) -> Result<u8, Malformed> {
    let number = from.number(name)?;
    u8::try_from(number).map_err(|_| Malformed::new(format!("{name}: {number} is too large")))
}

/// Anything that can be kept as a rule, for tests.
#[cfg(test)]
pub(in crate::format) fn any_rule() -> impl proptest::strategy::Strategy<Value = Rule> {
    use proptest::prelude::*;
    let byte = || u8::arbitrary();
    let days = prop_oneof![
        byte().prop_map(Recurrence::Daily),
        byte().prop_map(Recurrence::Weekly),
        (byte(), byte()).prop_map(|(first, last)| Recurrence::Monthly(first, last)),
    ];
    (days, byte(), byte()).prop_map(|(recurrence, from_hour, to_hour)| Rule { recurrence, from_hour, to_hour })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use super::{any_rule, is_plain};
    use crate::format::common::any_id;
    use crate::format::pieces::any;
    use ledger::{Assurance, Course, End, Entry, MatchCriteria, Moment, Phase, Platform, Reservation, Why};
    use proptest::prelude::*;

    fn course() -> impl Strategy<Value = Course> {
        prop_oneof![
            Just(Course::Immediate),
            <(u64, bool)>::arbitrary()
                .prop_map(|(notice_seconds, noticed)| Course::Windowed { notice_seconds, noticed }),
            (any::period(), any::renewal(), prop::collection::vec(any_rule(), 0..4)).prop_map(
                |(period, renewal, rules)| Course::Assured(Box::new(Assurance {
                    period,
                    renewal,
                    rules: rules.into()
                }))
            ),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(id in any_id(), text: String, size: u32, course in course(), made: u64, starts: u64, phase in 0..3) {
            let plain = "text";
            let it = Reservation {
                id,
                owner: text.as_str().into(),
                zone: plain.into(),
                class: plain.into(),
                instance_type: plain.into(),
                size,
                count: 1,
                matching: MatchCriteria::Open,
                platform: Platform::Linux,
                group: plain.into(),
                name: plain.into(),
                description: plain.into(),
                tags: [].into(),
                creation_tags: [].into(),
                course,
                made: Moment(made),
                starts: Moment(starts),
                end: End::At(Moment(starts)),
                phase: match phase {
                    0 => Phase::Prepared,
                    1 => Phase::Active,
                    _ => Phase::Released { at: Moment(made), why: Why::Expired },
                },
            };
            prop_assume!(!is_plain(&it));
            both_forms(&Entry::Reserved(Box::new(it)))?;
        }
    }
}
