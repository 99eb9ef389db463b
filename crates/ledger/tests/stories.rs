//! Plays the stories: tables of what people do and what comes of it, one line each.
//!
//! ```text
//! ladder   CLASS  RUNG...                       release  ID OWNER
//! host     NAME  ZONE/CLASS  UNITS              modify   ID OWNER  count=N end=+1h|hand name=X text=X
//! remove   NAME                                 tag      ID OWNER  KEY=VALUE...
//! reserve  ID OWNER  ZONE/CLASS  SIZE  xCOUNT   untag    ID OWNER  KEY...|*
//!          [until +1h]
//! at       +1h     time goes on to this moment after the beginning, and what is due is settled
//! forget   1h      whatever was released longer ago is forgotten
//! expect   free ZONE/CLASS SIZE | short ZONE/CLASS | state ID | tags ID | list OWNER [after ID] | due
//! ```
//! What comes of it stands behind `->`: a refusal as the ledger calls it, in small letters. After each line the
//! invariants are checked, and that the facts mean the same to a ledger that only gets them told.
#![allow(clippy::disallowed_methods, reason = "stories are files; the ledger reads none")]

use crate::common::{id, reservation};
use ledger::check::check;
use ledger::commands::{
    AddHost, Command, Modify, Release, RemoveHost, Reserve, SetLadder, Settle, Tagged, Tags, Untag,
};
use ledger::{AccountId, ClassName, End, HostId, Ladder, Ledger, Moment, Phase, Tag, ZoneName};
use std::fmt::Debug;

const BEGINNING: u64 = 1_700_000_000;

struct Story {
    ledger: Ledger,
    told: Ledger,
    now: Moment,
}

#[test]
fn stories() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stories");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the stories").map(|file| file.expect("a file").path()).collect();
    files.sort();
    assert!(files.len() >= 6, "{files:?}");
    for file in files {
        let text = std::fs::read_to_string(&file).expect("readable");
        let mut story = Story { ledger: Ledger::default(), told: Ledger::default(), now: Moment(BEGINNING) };
        for (number, line) in
            text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        {
            let place = format!("{}:{}: {line}", file.display(), number + 1);
            let (deed, expected) = line.split_once("->").unwrap_or((line, "done"));
            let words: Vec<&str> = deed.split_whitespace().collect();
            assert_eq!(story.play(&words), expected.trim(), "{place}");
            assert_eq!(check(&story.ledger), [], "{place}");
            assert_eq!(story.told, story.ledger, "{place}");
        }
    }
}

impl Story {
    fn play(&mut self, words: &[&str]) -> String {
        match words {
            ["ladder", class, rungs @ ..] => match Ladder::new(rungs.iter().map(|rung| number(rung)).collect()) {
                Ok(ladder) => self.run(&SetLadder { class: ClassName::from(*class), ladder }),
                Err(error) => small(&error),
            },
            ["host", name, place, units] => {
                let ((zone, class), units) = (split(place), number(units));
                let (zone, class) = (ZoneName::from(zone), ClassName::from(class));
                self.run(&AddHost { host: HostId::from(*name), zone, class, units })
            }
            ["remove", name] => self.run(&RemoveHost { host: HostId::from(*name) }),
            ["reserve", name, owner, place, size, count, until @ ..] => {
                let mut wanted = reservation(name, owner, split(place), number(size), number(&count[1..]));
                wanted.end = until.last().map_or(End::ByHand, |end| self.end(end));
                self.run(&Reserve { reservation: wanted })
            }
            ["release", name, owner] => self.run(&Release { id: id(name), by: AccountId::from(*owner) }),
            ["modify", name, owner, changes @ ..] => {
                let change = |key: &str| changes.iter().find_map(|it| it.strip_prefix(key)?.strip_prefix('='));
                let (text, count) = (|key| change(key).map(Box::from), change("count").map(number));
                let (id, by, end) = (id(name), AccountId::from(*owner), change("end").map(|end| self.end(end)));
                self.run(&Modify { id, by, name: text("name"), description: text("text"), end, count })
            }
            ["tag", names, owner, tags @ ..] => {
                let tag =
                    |text: &&str| text.split_once('=').map(|(key, value)| Tag { key: key.into(), value: value.into() });
                let (ids, tags) = (
                    names.split(',').map(|it| Tagged::Reservation(id(it))).collect(),
                    tags.iter().filter_map(tag).collect(),
                );
                self.run(&Tags { ids, by: AccountId::from(*owner), tags })
            }
            ["untag", names, owner, keys @ ..] => {
                let keys = (*keys != ["*"]).then(|| keys.iter().map(|key| Box::from(*key)).collect());
                self.run(&Untag {
                    ids: names.split(',').map(|it| Tagged::Reservation(id(it))).collect(),
                    by: AccountId::from(*owner),
                    keys,
                })
            }
            ["at", moment] => {
                self.now = self.moment(moment);
                self.settle(u64::MAX)
            }
            ["forget", seconds] => self.settle(period(seconds)),
            ["expect", question @ ..] => self.answer(question),
            _ => panic!("no such line: {words:?}"),
        }
    }

    /// Decides, applies, and tells the other ledger; a decision alone must not change anything.
    fn run<C: Command>(&mut self, command: &C) -> String
    where
        C::Refusal: Debug,
    {
        let before = self.ledger.clone();
        let decided = command.decide(&self.ledger, self.now);
        assert_eq!(before, self.ledger, "a decision changes nothing");
        match decided {
            Ok((facts, _)) => {
                facts.iter().for_each(|fact| self.ledger.apply(fact));
                facts.iter().for_each(|fact| self.told.take(fact.clone()));
                "done".into()
            }
            Err(refusal) => small(&refusal),
        }
    }

    fn settle(&mut self, keep_released_seconds: u64) -> String {
        let settle = Settle { most: 2, keep_released_seconds };
        while settle.decide(&self.ledger, self.now).is_ok_and(|(facts, ())| !facts.is_empty()) {
            self.run(&settle);
        }
        "done".into()
    }

    fn answer(&self, question: &[&str]) -> String {
        let pool = |place: &str| self.ledger.pool(&split(place).0.into(), &split(place).1.into());
        match question {
            ["free", place, size] => pool(place).map_or("no pool".into(), |it| it.available(number(size)).to_string()),
            ["short", place] => {
                let short = pool(place).expect("a pool").shortfall().map(|(rung, slots)| format!("{rung}:{slots}"));
                listed(short)
            }
            ["state", name] => match self.ledger.reservation(&id(name)) {
                None => "unknown".into(),
                Some(found) => match found.phase {
                    Phase::Prepared => format!("prepared x{}", found.count),
                    Phase::Active => {
                        format!("active x{} {} {}", found.count, found.name, found.description).trim().into()
                    }
                    Phase::Released { at, why } => format!("released {} at {}", small(&why), self.ago(at)),
                },
            },
            ["tags", name] => {
                let found = self.ledger.reservation(&id(name)).expect("a reservation");
                listed(found.tags.iter().map(|tag| format!("{}={}", tag.key, tag.value)))
            }
            ["list", owner, after @ ..] => {
                let place = |name: &&str| self.ledger.reservation(&id(name)).map(|found| (found.starts, found.id));
                let after = after.last().and_then(place);
                let owner = AccountId::from(*owner);
                let all = self.ledger.reservations_of(&owner, ledger::Kind::CapacityReservation, after);
                listed(all.map(|found| found.id.to_string()[4..].trim_end_matches('0').to_owned()))
            }
            ["due"] => self.ledger.next_due().map_or("never".into(), |due| self.ago(due)),
            _ => panic!("no such question: {question:?}"),
        }
    }

    fn end(&self, text: &str) -> End {
        if text == "hand" { End::ByHand } else { End::At(self.moment(text)) }
    }

    fn moment(&self, text: &str) -> Moment {
        Moment(BEGINNING + period(text.strip_prefix('+').expect("a moment begins with +")))
    }

    fn ago(&self, moment: Moment) -> String {
        format!("+{}s", moment.0 - BEGINNING)
    }
}

fn number(text: &str) -> u32 {
    text.parse().expect("a number")
}

fn split(place: &str) -> (&str, &str) {
    place.split_once('/').expect("ZONE/CLASS")
}

fn period(text: &str) -> u64 {
    let (count, unit) = text.split_at(text.len() - 1);
    count.parse::<u64>().expect("a number") * if unit == "h" { 3600 } else { 1 }
}

fn listed(all: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = all.collect();
    if all.is_empty() { "none".into() } else { all.join(" ") }
}

/// The name of a refusal with what it says: `NoStock(Shortage { rung: 1, could: 2 })` is `no-stock 1 2`.
fn small(refusal: &impl Debug) -> String {
    let mut text = String::new();
    for letter in format!("{refusal:?}")
        .replace("Shortage", "")
        .replace("Reservation(", "(")
        .replace("rung:", "")
        .replace("could:", "")
        .chars()
    {
        match letter {
            'A'..='Z' if text.ends_with(|last: char| last.is_ascii_lowercase()) => {
                text.extend(['-', letter.to_ascii_lowercase()]);
            }
            'A'..='Z' => text.push(letter.to_ascii_lowercase()),
            '(' | ')' | '{' | '}' | ',' => text.push(' '),
            _ => text.push(letter),
        }
    }
    let short =
        |word: &str| word.strip_prefix("crp-").map_or(word.to_owned(), |id| id.trim_end_matches('0').to_owned());
    text.split_whitespace().map(short).collect::<Vec<_>>().join(" ")
}
