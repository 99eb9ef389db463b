//! The second judge of the directory: host classes and instance types once more, written from the recorded operations and the manual.
//! It is told each change in the order in which they are decided, what becomes durable and what is published, and says what the
//! answer is.

use super::answers;
use super::faults::{DRY_RUN, NO_CLASS, Row};
use super::known::{Class, Known, Shape, Type};
use super::model::{number, value};
use crate::judge::{Sent, Violation};
use std::collections::BTreeMap;
use std::rc::Rc;

const OTHER_CLASS: Row =
    ("InvalidHostClass.Conflict", "The specified HostClass exists with another capacity or unit, which cannot change.");
const NO_LADDER: Row = (
    "InvalidRungs.Malformed",
    "The specified Rungs is not a JSON array of 1 to 16 whole numbers that begins with 1 and in which each divides the next.",
);
const NOT_COVERING: Row = (
    "InvalidRungs.NotCovering",
    "The specified Rungs have none that covers an instance type of the class and fits a host.",
);
const OTHER_TYPE: Row = (
    "InvalidInstanceType.Conflict",
    "The specified InstanceType exists with other needs or on another HostClass, which cannot change.",
);
const TOO_LARGE: Row =
    ("InvalidInstanceType.TooLarge", "No host of the specified HostClass can hold the specified InstanceType.");
const NO_RUNG: Row = (
    "InvalidInstanceType.NoRung",
    "No rung of the specified HostClass covers the specified InstanceType and fits a host; give the HostClass other Rungs.",
);

/// The text of a success, or a fault.
type Told = Result<String, Row>;

/// The judge of one run.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    durable: Known,
    published: Rc<Known>,
    /// As it was before what was published last.
    before: Rc<Known>,
    /// What is being made durable.
    under_way: Option<Known>,
    expected: BTreeMap<u64, Told>,
}

impl Directory {
    /// A request was answered from what it found: what is published, or was before. It changes nothing.
    pub(crate) fn found(&mut self, number: u64, sent: &Sent, late: bool) {
        let told = Known::clone(&self.finds(late)).told(sent);
        self.expected.extend(told.map(|told| (number, told)));
    }

    /// What a request finds: what is published, or was before.
    pub(crate) fn finds(&self, late: bool) -> Rc<Known> {
        Rc::clone(if late { &self.before } else { &self.published })
    }

    /// A change was decided on what is durable.
    pub(crate) fn decided(&mut self, number: u64, sent: &Sent) {
        let mut after = self.durable.clone();
        let told = after.told(sent);
        self.under_way = Some(after).filter(|_| matches!(told, Some(Ok(_))));
        self.expected.extend(told.map(|told| (number, told)));
    }

    /// What is under way has become durable.
    pub(crate) fn committed(&mut self) {
        self.durable = self.under_way.take().unwrap_or_else(|| self.durable.clone());
    }

    /// What is durable is what requests find.
    pub(crate) fn published(&mut self) {
        self.before = std::mem::replace(&mut self.published, Rc::new(self.durable.clone()));
    }

    /// The directory is loaded anew, and what was under way is lost.
    pub(crate) fn loaded(&mut self) {
        self.under_way = None;
        self.published();
    }

    /// A process begins: nobody has found anything yet.
    pub(crate) fn begun(&mut self) {
        self.before = Rc::clone(&self.published);
        self.expected.clear();
    }

    /// An answer leaves.
    pub(crate) fn answered(&mut self, number: u64, answer: Result<&str, (&str, &str)>) -> Result<(), Violation> {
        match self.expected.remove(&number) {
            Some(told) if told.as_deref().map_err(|told| *told) != answer => {
                Err(format!("request {number} is answered\n{answer:?}\nand the second judge says\n{told:?}"))
            }
            _ => Ok(()),
        }
    }

    /// Whether it says what a request is answered.
    pub(crate) fn expects(&self, number: u64) -> bool {
        self.expected.contains_key(&number)
    }
}

fn shape(sent: &Sent, vcpus: &str, memory: &str) -> Shape {
    (number(value(sent, vcpus)), number(value(sent, memory)))
}

impl Known {
    /// What a request is told, if its operation is known; and its effect.
    fn told(&mut self, sent: &Sent) -> Option<Told> {
        let told = match sent.action {
            "DescribeInstanceTypes" => Ok(answers::types(&self.types)),
            "PutHostClass" => self.put_class(sent),
            "PutInstanceType" => self.put_type(sent),
            _ => return None,
        };
        let dry = value(sent, "DryRun") == Some("true");
        Some(told.and_then(|told| if dry { Err(DRY_RUN) } else { Ok(told) }))
    }

    /// PutHostClass.
    fn put_class(&mut self, sent: &Sent) -> Told {
        let name = value(sent, "HostClass").unwrap_or_default();
        let rungs: Option<Vec<u64>> = value(sent, "Rungs").map(|text| serde_json::from_str(text).unwrap_or_default());
        let is_ladder = |rungs: &Vec<u64>| {
            rungs.first() == Some(&1) && rungs.windows(2).all(|two| two[0] < two[1] && two[1].is_multiple_of(two[0]))
        };
        if rungs.as_ref().is_some_and(|rungs| !is_ladder(rungs)) {
            return Err(NO_LADDER);
        }
        let capacity = shape(sent, "Vcpus", "MemoryGib");
        let unit = value(sent, "Unit.Vcpus").map(|_| shape(sent, "Unit.Vcpus", "Unit.MemoryGib"));
        let is = self.classes.get(name);
        if is.is_some_and(|is| is.capacity != capacity || unit.is_some_and(|unit| unit != is.unit)) {
            return Err(OTHER_CLASS);
        }
        let new =
            || Class { capacity, unit: unit.unwrap_or((1, capacity.1 / capacity.0)), rungs: vec![1], chosen: false };
        let mut class = is.cloned().unwrap_or_else(new);
        if let Some(rungs) = rungs {
            (class.rungs, class.chosen) = (rungs, true);
        }
        let mut types = self.types.values().filter(|it| it.class == name);
        if types.any(|it| class.rung(class.size(it.needs)).is_none()) {
            return Err(NOT_COVERING);
        }
        let told = answers::class(&class);
        self.classes.insert(name.to_owned(), class);
        Ok(told)
    }

    /// PutInstanceType.
    fn put_type(&mut self, sent: &Sent) -> Told {
        let name = value(sent, "InstanceType").unwrap_or_default();
        let class_name = value(sent, "HostClass").unwrap_or_default();
        let class = self.classes.get_mut(class_name).ok_or(NO_CLASS)?;
        let needs = shape(sent, "Vcpus", "MemoryGib");
        let is = self.types.get(name);
        if is.is_some_and(|is| (is.class.as_str(), is.needs) != (class_name, needs)) {
            return Err(OTHER_TYPE);
        }
        let size = class.size(needs);
        if size > class.units() {
            return Err(TOO_LARGE);
        }
        if !class.chosen {
            class.grow(size);
        }
        let rung = class.rung(size).ok_or(NO_RUNG)?;
        // A new type is like the first of its family.
        let first = || self.types.iter().find(|(it, _)| answers::family(it) == answers::family(name));
        let like = is.or_else(|| first().map(|(_, it)| it));
        let usual = like.map_or("General-purpose", |like| &like.category);
        let category = value(sent, "Category").unwrap_or(usual).to_owned();
        self.types.insert(name.to_owned(), Type { class: class_name.to_owned(), needs, category });
        Ok(format!("{{\"Units\":{size},\"Rung\":{rung}}}"))
    }
}
