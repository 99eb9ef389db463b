//! Pieces that several kinds of record share: moments, ends, ids, tags.
//! Their layout is fixed as that of the kinds which use them.

use super::fields::{Fields, Malformed, Sink, Source, Words};
use ledger::{End, Moment, ReservationId, Tag, Why};

/// number: seconds since the epoch.
pub(crate) fn put_moment(to: &mut dyn Sink, name: &'static str, it: Moment) {
    to.number(name, it.0);
}

pub(crate) fn take_moment(from: &mut dyn Source, name: &'static str) -> Result<Moment, Malformed> {
    Ok(Moment(from.number(name)?))
}

/// maybe number: the moment; absent when it ends only by hand.
pub(crate) fn put_end(to: &mut dyn Sink, name: &'static str, it: End) {
    to.maybe(name, it != End::ByHand, &mut |_, item| {
        if let End::At(at) = it {
            put_moment(item, "", at);
        }
    });
}

pub(crate) fn take_end(from: &mut dyn Source, name: &'static str) -> Result<End, Malformed> {
    let mut end = End::ByHand;
    from.maybe(name, &mut |item| {
        end = End::At(take_moment(item, "")?);
        Ok(())
    })?;
    Ok(end)
}

/// text: as it is issued, prefix and all.
pub(crate) fn put_id(to: &mut dyn Sink, name: &'static str, id: &ReservationId) {
    let mut text = String::with_capacity(24);
    text.push_str(id.kind().prefix());
    text.push('-');
    text.extend(id.code().iter().copied().map(char::from));
    to.text(name, &text);
}

pub(crate) fn take_id(from: &mut dyn Source, name: &'static str) -> Result<ReservationId, Malformed> {
    let text = from.text(name)?;
    ReservationId::parse(&text).ok_or_else(|| Malformed::new(format!("{name}: {text:?} is no reservation id")))
}

const WHY: &Words = &[(1, "by-hand"), (2, "expired")];

pub(crate) fn put_why(to: &mut dyn Sink, name: &'static str, why: Why) {
    let code = match why {
        Why::ByHand => 1,
        Why::Expired => 2,
    };
    to.word(name, WHY, code);
}

pub(crate) fn take_why(from: &mut dyn Source, name: &'static str) -> Result<Why, Malformed> {
    Ok(if from.word(name, WHY)? == 1 { Why::ByHand } else { Why::Expired })
}

/// key text, value text.
impl Fields for Tag {
    fn put(&self, to: &mut dyn Sink) {
        to.text("key", &self.key);
        to.text("value", &self.value);
    }
    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        Ok(Self { key: from.text("key")?, value: from.text("value")? })
    }
}

/// Any legal id, for tests.
#[cfg(test)]
pub(crate) fn any_id() -> impl proptest::strategy::Strategy<Value = ReservationId> {
    use ledger::Kind;
    use proptest::prelude::*;
    let byte = prop::sample::select(b"abcdefghijklmnopqrstuvwxyz0123456789".to_vec());
    (any::<bool>(), prop::collection::vec(byte, 20)).prop_map(|(assurance, code)| {
        let kind = if assurance { Kind::ElasticityAssurance } else { Kind::CapacityReservation };
        ReservationId::new(kind, code.try_into().expect("20 of them")).expect("legal letters")
    })
}
