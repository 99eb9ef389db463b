//! Kind 4, Reserved: a reservation as it stands.
//!
//! ```text
//! id text · owner text · zone text · class text · type text · size number · count number
//! matching word (1 open, 2 target) · platform word (1 linux, 2 windows)
//! group text · name text · description text
//! tags list of (key text, value text) · creation_tags list of the same
//! starts number · end maybe number (absent: by hand)
//! released maybe (at number, why word)  (absent: active)
//! ```
//!
//! It began when it was made. What this layout does not say of a reservation is kind 10's to say.

use crate::format::common::{put_end, put_id, put_moment, put_why, take_end, take_id, take_moment, take_why};
use crate::format::fields::{Fields, Malformed, Sink, Source, Words, put_all, take_all, take_u32};
use ledger::{Course, MatchCriteria, Moment, Phase, Platform, Reservation};

const MATCHING: &Words = &[(1, "open"), (2, "target")];
const PLATFORM: &Words = &[(1, "linux"), (2, "windows")];

impl Fields for Reservation {
    fn put(&self, to: &mut dyn Sink) {
        put_id(to, "id", &self.id);
        to.text("owner", self.owner.as_str());
        to.text("zone", self.zone.as_str());
        to.text("class", self.class.as_str());
        to.text("type", self.instance_type.as_str());
        to.number("size", u64::from(self.size));
        to.number("count", u64::from(self.count));
        to.word("matching", MATCHING, matching_code(self.matching));
        put_platform(to, self.platform);
        to.text("group", &self.group);
        to.text("name", &self.name);
        to.text("description", &self.description);
        put_all(to, "tags", &self.tags);
        put_all(to, "creation_tags", &self.creation_tags);
        put_moment(to, "starts", self.starts);
        put_end(to, "end", self.end);
        to.maybe("released", matches!(self.phase, Phase::Released { .. }), &mut |_, item| {
            if let Phase::Released { at, why } = self.phase {
                put_moment(item, "at", at);
                put_why(item, "why", why);
            }
        });
    }

    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        let mut it = Self {
            id: take_id(from, "id")?,
            owner: from.text("owner")?.as_ref().into(),
            zone: from.text("zone")?.as_ref().into(),
            class: from.text("class")?.as_ref().into(),
            instance_type: from.text("type")?.as_ref().into(),
            size: take_u32(from, "size")?,
            count: take_u32(from, "count")?,
            matching: if from.word("matching", MATCHING)? == 1 { MatchCriteria::Open } else { MatchCriteria::Target },
            platform: take_platform(from)?,
            group: from.text("group")?,
            name: from.text("name")?,
            description: from.text("description")?,
            tags: take_all(from, "tags")?.into(),
            creation_tags: take_all(from, "creation_tags")?.into(),
            course: Course::Immediate,
            made: Moment(0),
            starts: take_moment(from, "starts")?,
            end: take_end(from, "end")?,
            phase: take_phase(from)?,
        };
        it.made = it.starts;
        Ok(it)
    }
}

fn matching_code(it: MatchCriteria) -> u8 {
    match it {
        MatchCriteria::Open => 1,
        MatchCriteria::Target => 2,
    }
}

/// word: the operating system.
pub(super) fn put_platform(to: &mut dyn Sink, it: Platform) {
    let code = match it {
        Platform::Linux => 1,
        Platform::Windows => 2,
    };
    to.word("platform", PLATFORM, code);
}

pub(super) fn take_platform(from: &mut dyn Source) -> Result<Platform, Malformed> {
    Ok(if from.word("platform", PLATFORM)? == 1 { Platform::Linux } else { Platform::Windows })
}

fn take_phase(from: &mut dyn Source) -> Result<Phase, Malformed> {
    let mut phase = Phase::Active;
    from.maybe("released", &mut |item| {
        phase = Phase::Released { at: take_moment(item, "at")?, why: take_why(item, "why")? };
        Ok(())
    })?;
    Ok(phase)
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use crate::format::common::any_id;
    use ledger::{Course, End, Entry, MatchCriteria, Moment, Phase, Platform, Reservation, Tag, Why};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(
            id in any_id(), texts: [String; 7], size: u32, count: u32, target: bool, windows: bool,
            tags: Vec<(Box<str>, Box<str>)>, starts: u64, end: Option<u64>, released: Option<(u64, bool)>,
        ) {
            both_forms(&Entry::Reserved(Box::new(Reservation {
                id,
                owner: texts[0].as_str().into(),
                zone: texts[1].as_str().into(),
                class: texts[2].as_str().into(),
                instance_type: texts[3].as_str().into(),
                size,
                count,
                matching: if target { MatchCriteria::Target } else { MatchCriteria::Open },
                platform: if windows { Platform::Windows } else { Platform::Linux },
                group: texts[4].as_str().into(),
                name: texts[5].as_str().into(),
                description: texts[6].as_str().into(),
                creation_tags: tags.iter().skip(1).map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect(),
                tags: tags.into_iter().map(|(key, value)| Tag { key, value }).collect(),
                course: Course::Immediate,
                made: Moment(starts),
                starts: Moment(starts),
                end: end.map_or(End::ByHand, |at| End::At(Moment(at))),
                phase: released.map_or(Phase::Active, |(at, expired)| Phase::Released {
                    at: Moment(at),
                    why: if expired { Why::Expired } else { Why::ByHand },
                }),
            })))?;
        }
    }
}
