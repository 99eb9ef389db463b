//! Kind 17, Launched: an instance as it stands.
//!
//! ```text
//! id text · owner text · zone text · class text · type text · size number
//! platform word (1 linux, 2 windows) · charge word (1 postpaid, 2 prepaid) · spot flag
//! attachment (see pieces.rs) · name text
//! carried list of (name text, value text)
//! tags list of (key text, value text) · creation_tags list of the same
//! made number · started maybe number
//! state word (1 running, 2 stopped, 3 parked, 4 reclaimed) · place maybe (there exactly when running or stopped)
//! ```

use super::reserved::{put_platform, take_platform};
use crate::format::common::{put_moment, take_moment};
use crate::format::fields::{
    Fields, Malformed, Sink, Source, Words, put_all, put_maybe, take_all, take_maybe, take_u32,
};
use crate::format::pieces::{put_instance, take_instance};
use ledger::{Attachment, Charge, Instance, State};

const CHARGE: &Words = &[(1, "postpaid"), (2, "prepaid")];
const STATE: &Words = &[(1, "running"), (2, "stopped"), (3, "parked"), (4, "reclaimed")];

/// name text, value text.
impl Fields for (Box<str>, Box<str>) {
    fn put(&self, to: &mut dyn Sink) {
        to.text("name", &self.0);
        to.text("value", &self.1);
    }
    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        Ok((from.text("name")?, from.text("value")?))
    }
}

impl Fields for Instance {
    fn put(&self, to: &mut dyn Sink) {
        put_instance(to, "id", &self.id);
        to.text("owner", self.owner.as_str());
        to.text("zone", self.zone.as_str());
        to.text("class", self.class.as_str());
        to.text("type", self.instance_type.as_str());
        to.number("size", u64::from(self.size));
        put_platform(to, self.platform);
        let charge = match self.charge {
            Charge::PostPaid => 1,
            Charge::PrePaid => 2,
        };
        to.word("charge", CHARGE, charge);
        to.flag("spot", self.spot);
        self.attachment.put(to);
        to.text("name", &self.name);
        put_all(to, "carried", &self.carried);
        put_all(to, "tags", &self.tags);
        put_all(to, "creation_tags", &self.creation_tags);
        put_moment(to, "made", self.made);
        to.maybe("started", self.started.is_some(), &mut |_, item| {
            if let Some(at) = self.started {
                put_moment(item, "", at);
            }
        });
        let state = match &self.state {
            State::Running(_) => 1,
            State::Stopped(_) => 2,
            State::Parked { reclaimed: false } => 3,
            State::Parked { reclaimed: true } => 4,
        };
        to.word("state", STATE, state);
        put_maybe(to, "place", self.place());
    }

    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        Ok(Self {
            id: take_instance(from, "id")?,
            owner: from.text("owner")?.as_ref().into(),
            zone: from.text("zone")?.as_ref().into(),
            class: from.text("class")?.as_ref().into(),
            instance_type: from.text("type")?.as_ref().into(),
            size: take_u32(from, "size")?,
            platform: take_platform(from)?,
            charge: if from.word("charge", CHARGE)? == 1 { Charge::PostPaid } else { Charge::PrePaid },
            spot: from.flag("spot")?,
            attachment: Attachment::take(from)?,
            name: from.text("name")?,
            carried: take_all(from, "carried")?.into(),
            tags: take_all(from, "tags")?.into(),
            creation_tags: take_all(from, "creation_tags")?.into(),
            made: take_moment(from, "made")?,
            started: take_started(from)?,
            state: take_state(from)?,
        })
    }
}

fn take_started(from: &mut dyn Source) -> Result<Option<ledger::Moment>, Malformed> {
    let mut started = None;
    from.maybe("started", &mut |item| {
        started = Some(take_moment(item, "")?);
        Ok(())
    })?;
    Ok(started)
}

fn take_state(from: &mut dyn Source) -> Result<State, Malformed> {
    let code = from.word("state", STATE)?;
    match (code, take_maybe(from, "place")?) {
        (1, Some(place)) => Ok(State::Running(place)),
        (2, Some(place)) => Ok(State::Stopped(place)),
        (3, None) => Ok(State::Parked { reclaimed: false }),
        (4, None) => Ok(State::Parked { reclaimed: true }),
        _ => Err(Malformed::new("place: it does not go with the state")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use crate::format::pieces::any;
    use ledger::{Charge, Entry, Instance, Moment, Platform, State, Tag};
    use proptest::prelude::*;

    fn state() -> impl Strategy<Value = State> {
        prop_oneof![
            any::place().prop_map(State::Running),
            any::place().prop_map(State::Stopped),
            bool::arbitrary().prop_map(|reclaimed| State::Parked { reclaimed }),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(
            id in any::instance_id(), texts: [String; 5], size: u32, flags: [bool; 3],
            attachment in any::attachment(), carried: Vec<(Box<str>, Box<str>)>, moments: (u64, Option<u64>),
            state in state(),
        ) {
            let tags = carried.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() });
            both_forms(&Entry::Launched(Box::new(Instance {
                id,
                owner: texts[0].as_str().into(),
                zone: texts[1].as_str().into(),
                class: texts[2].as_str().into(),
                instance_type: texts[3].as_str().into(),
                size,
                platform: if flags[0] { Platform::Linux } else { Platform::Windows },
                charge: if flags[1] { Charge::PostPaid } else { Charge::PrePaid },
                spot: flags[2],
                attachment,
                name: texts[4].as_str().into(),
                tags: tags.clone().collect(),
                creation_tags: tags.skip(1).collect(),
                carried: carried.into(),
                made: Moment(moments.0),
                started: moments.1.map(Moment),
                state,
            })))?;
        }
    }
}
