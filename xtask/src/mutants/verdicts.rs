//! What became of each change, kept in a file from run to run, and whether that is good enough.

use super::file_of;
use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// Of a hundred changes that build, so many have to be noticed.
const CAUGHT_PERCENT: usize = 95;

/// What stands in `xtask/mutants.toml`.
#[derive(Deserialize)]
pub struct Known {
    #[serde(default)]
    pub survivor: Vec<Survivor>,
}

#[derive(Deserialize)]
pub struct Survivor {
    /// The change, without the line and column of its place.
    mutant: String,
    reason: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub enum Verdict {
    /// By a test of this round.
    Noticed {
        round: usize,
    },
    /// It made a test of this round run for ever, which is noticed.
    Endless {
        round: usize,
    },
    DoesNotBuild,
    /// By the tests of so many rounds; those of the last of them were built from this tree.
    Passed {
        rounds: usize,
        tree: String,
    },
}

/// What became of each change of some files.
#[derive(Default, Serialize, Deserialize)]
pub struct Verdicts {
    /// A digest of each.
    files: BTreeMap<String, String>,
    of: BTreeMap<String, Verdict>,
}

impl Verdicts {
    /// What earlier runs wrote, if any.
    pub fn read(file: &Path) -> Result<Option<Self>> {
        match fs::read(file) {
            Ok(text) => serde_json::from_slice(&text).with_context(|| file.display().to_string()).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| file.display().to_string()),
        }
    }

    /// All or nothing: a run may be broken off at any time. A line a change, for it is kept with the code.
    pub fn write(&self, file: &Path) -> Result<()> {
        let lines = self.of.iter().map(|(name, verdict)| {
            Ok(format!("{}: {}", serde_json::to_string(name)?, serde_json::to_string(verdict)?))
        });
        let of = lines.collect::<Result<Vec<_>>>()?.join(",\n");
        let files = serde_json::to_string_pretty(&self.files)?;
        let beside = file.with_extension("new");
        fs::create_dir_all(file.parent().unwrap_or(file))?;
        fs::write(&beside, format!("{{\"files\": {files},\n\"of\": {{\n{of}\n}}}}\n"))?;
        Ok(fs::rename(beside, file)?)
    }

    /// Forgets what became of changes of files that are others now.
    pub fn of_these(mut self, files: BTreeMap<String, String>) -> Self {
        let stayed = |file: &str| self.files.get(file).is_some_and(|before| files.get(file) == Some(before));
        self.of.retain(|name, _| stayed(file_of(name)));
        self.files = files;
        self
    }

    pub fn say(&mut self, name: String, verdict: Verdict) {
        self.of.insert(name, verdict);
    }

    pub fn noticed(&self, name: &str) -> bool {
        matches!(self.of.get(name), Some(Verdict::Noticed { .. } | Verdict::Endless { .. }))
    }

    /// Whether a change has to face the tests of this round, the `first` being the first for it: nobody noticed it so far.
    /// `trees` are those that the tests of each round are built from now.
    pub fn faces(&self, name: &str, round: usize, first: usize, trees: &[String]) -> bool {
        match self.of.get(name) {
            Some(Verdict::Passed { rounds, tree })
                if rounds.checked_sub(1).and_then(|it| trees.get(it)) == Some(tree) =>
            {
                *rounds == round
            }
            None | Some(Verdict::Passed { .. }) => first == round,
            Some(_) => false,
        }
    }

    /// Prints survivors and figures.
    ///
    /// # Errors
    /// When too few were noticed, or one survived that is not known.
    pub fn judge<'a>(
        &self,
        names: &[String],
        rounds: impl Iterator<Item = &'a str>,
        known: &[Survivor],
        file: &str,
    ) -> Result<()> {
        let of = |round: usize| {
            let count = |wanted: &dyn Fn(&Verdict) -> bool| {
                names.iter().filter_map(|name| self.of.get(name)).filter(|it| wanted(it)).count()
            };
            let noticed = count(&|it| matches!(it, Verdict::Noticed { round: by } if *by == round));
            (noticed, count(&|it| matches!(it, Verdict::Endless { round: by } if *by == round)))
        };
        let (mut caught, mut survived, mut unknown) = (0, 0, 0);
        for (number, says) in rounds.enumerate() {
            let (noticed, endless) = of(number);
            caught += noticed + endless;
            println!("{says} noticed {noticed} changes, and {endless} that made them run for ever");
        }
        for name in names {
            match self.of.get(name) {
                Some(Verdict::Passed { .. }) => {
                    let reason = known.iter().find(|it| it.mutant == placeless(name)).map(|it| it.reason.as_str());
                    survived += 1;
                    unknown += usize::from(reason.is_none());
                    println!("survived: {name}: {}", reason.unwrap_or("NOT KNOWN"));
                }
                Some(_) => {}
                None => bail!("{name}: has not been tried"),
            }
        }
        let tried = caught + survived;
        println!("{tried} changes that build, {caught} noticed ({} do not build)", names.len() - tried);
        ensure!(caught * 100 >= tried * CAUGHT_PERCENT, "fewer than {CAUGHT_PERCENT} of a hundred were noticed");
        ensure!(
            unknown == 0,
            "{unknown} survived that {file} does not list: write a test that notices, or the reason why none can"
        );
        Ok(())
    }
}

/// `file:line:column: what` as `file: what`: places move.
fn placeless(name: &str) -> String {
    let mut parts = name.splitn(4, ':');
    let file = parts.next().unwrap_or_default();
    format!("{file}:{}", parts.nth(2).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{Survivor, Verdict, Verdicts, placeless};
    use std::collections::BTreeMap;

    fn name(number: usize) -> String {
        format!("a.rs:{number}:2: replace + with - in f")
    }

    fn files(digest: &str) -> BTreeMap<String, String> {
        BTreeMap::from([("a.rs".into(), digest.into())])
    }

    fn passed(rounds: usize, tree: &str) -> Verdict {
        Verdict::Passed { rounds, tree: tree.into() }
    }

    /// So many noticed, so many survived.
    fn verdicts(noticed: usize, survived: usize) -> (Verdicts, Vec<String>) {
        let mut verdicts = Verdicts::default().of_these(files("as it is"));
        let names: Vec<String> = (0..=noticed + survived).map(name).collect();
        for (number, name) in names.iter().enumerate() {
            verdicts.say(
                name.clone(),
                match number {
                    0 => Verdict::DoesNotBuild,
                    1 => Verdict::Endless { round: 0 },
                    _ if number <= noticed => Verdict::Noticed { round: number % 2 },
                    _ => passed(2, "tree"),
                },
            );
        }
        (verdicts, names)
    }

    #[test]
    fn five_of_a_hundred_may_survive_if_they_are_known() {
        let known = Survivor { mutant: "a.rs: replace + with - in f".into(), reason: "the same".into() };
        let judge = |(verdicts, names): (Verdicts, Vec<String>), known: &[Survivor]| {
            verdicts.judge(&names, ["quick", "slow"].into_iter(), known, "list").is_ok()
        };
        assert!(judge(verdicts(95, 5), std::slice::from_ref(&known)));
        assert!(!judge(verdicts(95, 5), &[]));
        assert!(!judge(verdicts(94, 6), std::slice::from_ref(&known)));
        let (verdicts, mut names) = verdicts(99, 1);
        names.push("one that nobody tried".into());
        assert!(!judge((verdicts, names), &[known]));
    }

    #[test]
    fn only_who_was_not_noticed_faces_the_next() {
        let mut verdicts = Verdicts::default().of_these(files("as it is"));
        let trees = ["one", "two", "three"].map(String::from);
        let faced = |verdicts: &Verdicts, first| {
            (0..3).filter(|round| verdicts.faces(&name(1), *round, first, &trees)).collect::<Vec<_>>()
        };
        assert_eq!((faced(&verdicts, 0), faced(&verdicts, 1)), (vec![0], vec![1]));
        verdicts.say(name(1), passed(1, "one"));
        assert_eq!(faced(&verdicts, 0), [1]);
        verdicts.say(name(1), passed(3, "three"));
        assert!(faced(&verdicts, 0).is_empty(), "it survived");
        verdicts.say(name(1), passed(3, "before"));
        assert_eq!(faced(&verdicts, 0), [0], "other tests");
        verdicts.say(name(1), Verdict::Noticed { round: 1 });
        assert!(faced(&verdicts, 0).is_empty());
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, (verdicts, names)) = (folder.path().join("deep").join("part.json"), verdicts(3, 2));
        verdicts.write(&file).expect("written");
        let read = Verdicts::read(&file).expect("readable").expect("there");
        assert_eq!(format!("{:?}", read.of), format!("{:?}", verdicts.of));
        assert_eq!(read.of.len(), names.len());
        assert_eq!(read.files, verdicts.files);
        assert_eq!(read.of_these(files("as it is")).of.len(), names.len());
        assert!(Verdicts::read(&file.with_extension("other")).expect("no trouble").is_none());
    }

    #[test]
    fn of_a_file_that_has_changed_nothing_is_known() {
        assert!(verdicts(3, 2).0.of_these(files("changed")).of.is_empty());
        assert!(verdicts(3, 2).0.of_these(BTreeMap::new()).of.is_empty(), "it is gone");
    }

    #[test]
    fn a_place_is_left_out() {
        assert_eq!(placeless("crates/x.rs:17:49: replace :: with * in f"), "crates/x.rs: replace :: with * in f");
    }
}
