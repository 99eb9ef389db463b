//! What is told of reservations and of who uses them is true at every moment: against a plain second model, in which
//! hosts never run out.

use crate::common::launching::*;
use crate::common::{self, ALICE, ID, Pairs, REGION, World, with};
use proptest::prelude::*;

/// Which reservations an instance may use. The first can only be named; the second is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    None,
    Open,
    Target(usize),
}

#[derive(Clone, Debug)]
enum Step {
    Launch { mode: Mode, amount: usize, run: bool },
    Stop { which: usize, keep: bool },
    Start { which: usize },
    Delete { which: usize },
    Attach { which: usize, mode: Mode },
    Resize { which: usize, count: usize },
    Release { which: usize },
}

fn mode() -> impl Strategy<Value = Mode> {
    prop_oneof![1 => Just(Mode::None), 2 => Just(Mode::Open), 3 => (0..2_usize).prop_map(Mode::Target)]
}

fn step() -> impl Strategy<Value = Step> {
    let which = || 0..8_usize;
    prop_oneof![
        4 => (mode(), 1..4_usize, any::<bool>()).prop_map(|(mode, amount, run)| Step::Launch { mode, amount, run }),
        3 => (which(), any::<bool>()).prop_map(|(which, keep)| Step::Stop { which, keep }),
        3 => which().prop_map(|which| Step::Start { which }),
        1 => which().prop_map(|which| Step::Delete { which }),
        4 => (which(), mode()).prop_map(|(which, mode)| Step::Attach { which, mode }),
        1 => (0..2_usize, 1..6_usize).prop_map(|(which, count)| Step::Resize { which, count }),
        1 => (0..2_usize).prop_map(|which| Step::Release { which }),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Runs,
    Kept,
    Parked,
}

#[derive(Clone, Debug)]
struct Known {
    id: String,
    mode: Mode,
    doing: Doing,
    uses: Option<usize>,
}

struct Pool {
    id: String,
    count: usize,
    over: bool,
}

/// The second model, beside the world that is asked.
struct Model {
    world: World,
    pools: [Pool; 2],
    instances: Vec<Known>,
}

type Outcome<T> = Result<T, &'static str>;

const OVER: &str = "Invalid.PrivatePoolOptions.status";
const FULL: &str = "Invalid.PrivatePoolOptions.NoStock";

impl Model {
    fn new() -> Self {
        let mut world = World::large();
        let pools = [("Target", 3), ("Open", 2)].map(|(mode, count)| {
            let id = world.reserve(ALICE, &[(MODE, mode), ("InstanceAmount", &count.to_string())]);
            Pool { id, count, over: false }
        });
        Self { world, pools, instances: Vec::new() }
    }

    fn left(&self, pool: usize) -> usize {
        let used = self.instances.iter().filter(|it| it.uses == Some(pool)).count();
        if self.pools[pool].over { 0 } else { self.pools[pool].count - used }
    }

    /// What one more in this mode would use.
    fn match_one(&self, mode: Mode) -> Outcome<Option<usize>> {
        match mode {
            Mode::None => Ok(None),
            Mode::Open => Ok((self.left(1) > 0).then_some(1)),
            Mode::Target(pool) if self.pools[pool].over => Err(OVER),
            Mode::Target(pool) if self.left(pool) == 0 => Err(FULL),
            Mode::Target(pool) => Ok(Some(pool)),
        }
    }

    fn launch(&mut self, mode: Mode, amount: usize, doing: Doing) -> Outcome<()> {
        let before = self.instances.len();
        for _ in 0..amount {
            match self.match_one(mode) {
                Ok(uses) => self.instances.push(Known { id: String::new(), mode, doing, uses }),
                Err(code) => {
                    self.instances.truncate(before);
                    return Err(code);
                }
            }
        }
        Ok(())
    }

    fn attach(&mut self, at: usize, mode: Mode) -> Outcome<()> {
        let it = self.instances[at].clone();
        let stays = match mode {
            Mode::Target(pool) => it.uses == Some(pool),
            Mode::Open => it.uses == Some(1),
            Mode::None => false,
        };
        // There is one word for what is over and for what is full here.
        let uses = if stays { it.uses } else { self.match_one(mode).map_err(|_| OVER)? };
        let uses = if it.doing == Doing::Parked { None } else { uses };
        (self.instances[at].mode, self.instances[at].uses) = (mode, uses);
        Ok(())
    }

    /// Asks the world; its code if it refuses.
    fn ask(&mut self, action: &str, pairs: &Pairs<'_>) -> Outcome<rpc::body::Body> {
        self.world.call(ALICE, action, pairs).map_err(|fault| fault.code)
    }

    fn play(&mut self, step: &Step) {
        if let Step::Launch { mode, amount, run } = *step {
            return self.play_launch(mode, amount, run);
        }
        let (action, name, value, more, expected) = match *step {
            Step::Resize { which, count } => {
                let pool = &self.pools[which];
                let expected = match () {
                    () if pool.over => Err("IncorrectPrivatePoolStatus"),
                    () if count + self.left(which) < pool.count => Err("InvalidInstanceAmount.ValueNotSupported"),
                    () => Ok(()),
                };
                let id = pool.id.clone();
                if expected.is_ok() {
                    self.pools[which].count = count;
                }
                ("ModifyCapacityReservation", ID, id, vec![("InstanceAmount", count.to_string())], expected)
            }
            Step::Release { which } => {
                let expected = if self.pools[which].over { Err(OVER) } else { Ok(()) };
                self.pools[which].over = true;
                self.instances.iter_mut().filter(|it| it.uses == Some(which)).for_each(|it| it.uses = None);
                ("ReleaseCapacityReservation", ID, self.pools[which].id.clone(), vec![], expected)
            }
            ref step => match self.expect_of_one(step) {
                Some((action, id, more, expected)) => (action, "InstanceId", id, more, expected),
                None => return,
            },
        };
        let mut pairs = vec![REGION, (name, &*value)];
        pairs.extend(more.iter().map(|(name, value)| (*name, value.as_str())));
        let answer = self.ask(action, &pairs).map(drop);
        assert_eq!(answer, expected, "{step:?}");
    }

    #[expect(clippy::type_complexity, reason = "a request and what is expected of it")]
    fn expect_of_one(
        &mut self,
        step: &Step,
    ) -> Option<(&'static str, String, Vec<(&'static str, String)>, Outcome<()>)> {
        let (Step::Stop { which, .. } | Step::Start { which } | Step::Delete { which } | Step::Attach { which, .. }) =
            *step
        else {
            return None;
        };
        let at = which.checked_rem(self.instances.len())?;
        let it = self.instances[at].clone();
        let status = Err("IncorrectInstanceStatus");
        let (action, more, expected) = match *step {
            Step::Stop { keep, .. } => {
                let word = if keep { "KeepCharging" } else { "StopCharging" };
                let expected = if it.doing == Doing::Runs { Ok(()) } else { status };
                if expected.is_ok() {
                    let (doing, uses) = if keep { (Doing::Kept, it.uses) } else { (Doing::Parked, None) };
                    (self.instances[at].doing, self.instances[at].uses) = (doing, uses);
                }
                ("StopInstance", vec![("StoppedMode", word.to_owned())], expected)
            }
            Step::Start { .. } => {
                let uses = match it.doing {
                    Doing::Runs => Err("IncorrectInstanceStatus"),
                    Doing::Kept => Ok(it.uses),
                    Doing::Parked => self.match_one(it.mode),
                };
                if let Ok(uses) = uses {
                    (self.instances[at].doing, self.instances[at].uses) = (Doing::Runs, uses);
                }
                ("StartInstance", vec![], uses.map(drop))
            }
            Step::Delete { .. } => {
                self.instances.remove(at);
                ("DeleteInstance", vec![("Force", "true".to_owned())], Ok(()))
            }
            Step::Attach { mode, .. } => (ATTACH, self.mode_pairs(mode), self.attach(at, mode)),
            _ => return None,
        };
        Some((action, it.id, more, expected))
    }

    fn mode_pairs(&self, mode: Mode) -> Vec<(&'static str, String)> {
        match mode {
            Mode::None => vec![(MODE, "None".to_owned())],
            Mode::Open => vec![(MODE, "Open".to_owned())],
            Mode::Target(pool) => vec![(MODE, "Target".to_owned()), (ID, self.pools[pool].id.clone())],
        }
    }

    fn play_launch(&mut self, mode: Mode, amount: usize, run: bool) {
        let amount = if run { amount } else { 1 };
        let before = self.instances.len();
        let expected = self.launch(mode, amount, if run { Doing::Runs } else { Doing::Kept });
        let (count, how) = (amount.to_string(), self.mode_pairs(mode));
        let mut pairs: Pairs<'_> = how.iter().map(|(name, value)| (*name, value.as_str())).collect();
        pairs.push(("Amount", &count));
        let ids = if run {
            self.ask(RUN, &with(&common::launching::run(), &pairs)).map(|body| common::texts(&body, "InstanceIdSets"))
        } else {
            self.ask(MAKE, &with(&make(), &pairs)).map(|body| vec![common::text(&body, "InstanceId")])
        };
        assert_eq!(ids.as_ref().map(Vec::len), expected.as_ref().map(|()| &amount).copied());
        for (known, id) in self.instances[before..].iter_mut().zip(ids.unwrap_or_default()) {
            known.id = id;
        }
    }

    /// Everything that is told of reservations and instances.
    fn told(&mut self) {
        for at in 0..self.pools.len() {
            let mut expected: Vec<String> =
                self.instances.iter().filter(|it| it.uses == Some(at)).map(|it| it.id.clone()).collect();
            expected.sort();
            let (id, count) = (self.pools[at].id.clone(), self.pools[at].count);
            assert_eq!(users(&mut self.world, &id), expected);
            let counts =
                [count, expected.len(), count - expected.len()].map(|count| i64::try_from(count).expect("few"));
            assert_eq!(amounts(&mut self.world, &id), counts);
        }
        for it in self.instances.clone() {
            let name = |pool: usize| self.pools[pool].id.clone();
            let (word, uses) = match it.mode {
                Mode::None => ("None", String::new()),
                Mode::Open => ("Open", it.uses.map_or_else(String::new, name)),
                Mode::Target(pool) if self.pools[pool].over => ("", String::new()),
                Mode::Target(pool) => ("Target", name(pool)),
            };
            assert_eq!(attached(&mut self.world, &it.id), (word.to_owned(), uses), "{it:?}");
        }
    }
}

proptest! {
    #[test]
    fn what_is_told_is_true(steps in prop::collection::vec(step(), 1..40)) {
        let mut model = Model::new();
        for step in &steps {
            model.play(step);
            model.told();
        }
        prop_assert_eq!(ledger::check::check(&model.world.ledger), vec![]);
    }
}
