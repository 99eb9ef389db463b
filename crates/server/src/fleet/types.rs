//! Host classes and instance types: which class offers which type, in which unit it counts, and whether it can.

use super::catalogue::Catalogue;
use super::description::{ClassTable, Description, TypeTable};
use super::problem::Problem;
use super::regions::check_name;
use ledger::directory::{HostClass, InstanceType};
use ledger::limits::HOST_UNITS_MAX;
use ledger::{ClassName, Ladder, Shape, TypeName};
use std::collections::BTreeMap;

const GENERATIONS: &str = "ecs-1, ecs-2, ecs-3, ecs-4, ecs-5, ecs-6";
const ARCHITECTURES: &str = "X86, ARM";
const GENERAL_PURPOSE: &str = "General-purpose";

/// The classes of a description and the types that they offer.
pub(super) fn resolve(
    description: &Description,
    catalogue: &Catalogue,
    problems: &mut Vec<Problem>,
) -> (BTreeMap<ClassName, HostClass>, BTreeMap<TypeName, InstanceType>) {
    let known = known(description, catalogue, problems);
    let (mut classes, mut types) = (BTreeMap::new(), BTreeMap::new());
    for table in &description.class {
        let whose = format!("[[fleet.class]] {}", table.name);
        check_name(&whose, &table.name, problems);
        let offered = offered(table, &known, &mut types, problems);
        if offered.is_empty() {
            problems.push(Problem::ClassWithoutTypes(table.name.clone()));
            continue;
        }
        let Some(class) = class(table, &offered, problems) else { continue };
        if classes.insert(class.name.clone(), class).is_some() {
            problems.push(Problem::Twice { table: "[[fleet.class]]".to_owned(), name: table.name.clone() });
        }
    }
    for table in &description.types {
        if !types.contains_key(table.name.as_str()) {
            problems.push(Problem::TypeWithoutClass(table.name.clone()));
        }
    }
    (classes, types)
}

/// All types that a class could offer; those of one's own go before those of the catalogue.
fn known(
    description: &Description,
    catalogue: &Catalogue,
    problems: &mut Vec<Problem>,
) -> BTreeMap<TypeName, InstanceType> {
    let from_catalogue = |(name, kind): (&TypeName, &super::catalogue::Known)| {
        let family = catalogue.families.get(&kind.family);
        let text = |text: Option<&Box<str>>| text.cloned().unwrap_or_default();
        let whole = InstanceType {
            name: name.clone(),
            family: kind.family.clone(),
            class: ClassName::from(""),
            needs: kind.needs,
            gpu_spec: kind.gpu_spec.clone(),
            category: text(family.map(|family| &family.category)),
            architecture: "X86".into(),
            generation: text(family.map(|family| &family.generation)),
        };
        (name.clone(), whole)
    };
    let mut known: BTreeMap<TypeName, InstanceType> = catalogue.types.iter().map(from_catalogue).collect();
    let mut described = std::collections::BTreeSet::new();
    for table in &description.types {
        if !described.insert(&table.name) {
            problems.push(Problem::Twice { table: "[[fleet.type]]".to_owned(), name: table.name.clone() });
        }
        let own = own(table, catalogue, problems);
        known.insert(own.name.clone(), own);
    }
    known
}

fn own(table: &TypeTable, catalogue: &Catalogue, problems: &mut Vec<Problem>) -> InstanceType {
    let whose = format!("[[fleet.type]] {}", table.name);
    check_name(&whose, &table.name, problems);
    let needs = Shape { vcpus: table.vcpus, memory_mib: table.memory_gib.0, gpus: table.gpus };
    check_shape(&whose, needs, problems);
    let above = table.name.rsplit_once('.').map_or(table.name.as_str(), |(family, _)| family);
    let family = table.family.as_deref().unwrap_or(above);
    let like = catalogue.families.get(family);
    let category = table.category.as_deref().or(like.map(|like| &*like.category)).unwrap_or(GENERAL_PURPOSE);
    let generation = table.generation.as_deref().or(like.map(|like| &*like.generation)).unwrap_or_default();
    let architecture = table.architecture.as_deref().unwrap_or("X86");
    let mut word = |field, given: &str, known: &'static str| {
        if !given.is_empty() && !known.split(", ").any(|word| word == given) {
            let (kind, given) = (table.name.clone(), given.to_owned());
            problems.push(Problem::Word { kind, field, given, known });
        }
    };
    word("generation", generation, GENERATIONS);
    word("architecture", architecture, ARCHITECTURES);
    InstanceType {
        name: TypeName::from(&*table.name),
        family: family.into(),
        class: ClassName::from(""),
        needs,
        gpu_spec: table.gpu_spec.as_str().into(),
        category: category.into(),
        architecture: architecture.into(),
        generation: generation.into(),
    }
}

/// Takes the types that a class offers into `types`; gives their names and needs.
fn offered(
    table: &ClassTable,
    known: &BTreeMap<TypeName, InstanceType>,
    types: &mut BTreeMap<TypeName, InstanceType>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<TypeName, Shape> {
    let class = ClassName::from(&*table.name);
    let mut offered = BTreeMap::new();
    for pattern in &table.types {
        let mut any = false;
        for kind in known.values().filter(|kind| api::matches(pattern, kind.name.as_str())) {
            any = true;
            if offered.insert(kind.name.clone(), kind.needs).is_some() {
                continue;
            }
            let kind = InstanceType { class: class.clone(), ..kind.clone() };
            if let Some(twice) = types.insert(kind.name.clone(), kind) {
                let (class, kind, other) = (table.name.clone(), twice.name.to_string(), twice.class.to_string());
                problems.push(Problem::TypeOfTwoClasses { class, kind, other });
            }
        }
        if !any {
            let (class, pattern) = (table.name.clone(), pattern.clone());
            problems.push(Problem::PatternWithoutTypes { class, pattern });
        }
    }
    offered
}

/// A class with its unit and its ladder; nothing if it has none that would do.
fn class(table: &ClassTable, offered: &BTreeMap<TypeName, Shape>, problems: &mut Vec<Problem>) -> Option<HostClass> {
    let capacity = Shape { vcpus: table.vcpus, memory_mib: table.memory_gib.0, gpus: table.gpus };
    let whose = format!("[[fleet.class]] {}", table.name);
    check_shape(&whose, capacity, problems);
    let given = table.unit.map(|unit| Shape { vcpus: unit.vcpus, memory_mib: unit.memory_gib.0, gpus: unit.gpus });
    let unit = given.unwrap_or_else(|| smallest(offered.values()));
    let units = capacity.units(unit);
    if units > HOST_UNITS_MAX {
        let what = format!("a host would have {units} units, more than {HOST_UNITS_MAX}; choose a larger `unit`");
        problems.push(Problem::Amount { table: whose, what });
        return None;
    }
    let sizes = sizes(table, offered, unit, units, problems)?;
    let ladder = match &table.rungs {
        Some(rungs) => Ladder::new(rungs.clone()).map_err(|error| Problem::ladder(&table.name, error)),
        None => Ok(Ladder::covering(&sizes.values().copied().collect::<Vec<_>>())),
    };
    let ladder = ladder.map_err(|problem| problems.push(problem)).ok()?;
    for (kind, size) in sizes {
        check_rung(table, kind, size, &ladder, units, problems);
    }
    let rungs = ladder.rungs().to_vec();
    Some(HostClass { name: ClassName::from(&*table.name), capacity, unit, rungs, rungs_chosen: table.rungs.is_some() })
}

/// The unit of a class that names none: the least of each resource; of GPUs the least that any type has.
fn smallest<'a>(needs: impl Iterator<Item = &'a Shape> + Clone) -> Shape {
    Shape {
        vcpus: needs.clone().map(|need| need.vcpus).min().unwrap_or_default(),
        memory_mib: needs.clone().map(|need| need.memory_mib).min().unwrap_or_default(),
        gpus: needs.map(|need| need.gpus).filter(|gpus| *gpus > 0).min().unwrap_or_default(),
    }
}

/// The size of each type that a host can hold; nothing if there is one that it cannot.
fn sizes<'a>(
    table: &ClassTable,
    offered: &'a BTreeMap<TypeName, Shape>,
    unit: Shape,
    units: u32,
    problems: &mut Vec<Problem>,
) -> Option<BTreeMap<&'a TypeName, u32>> {
    let mut sizes = BTreeMap::new();
    for (name, needs) in offered {
        let (class, kind) = (table.name.clone(), name.to_string());
        match needs.size(unit) {
            None => problems.push(Problem::TypeWithoutUnit { class, kind }),
            Some(size) if size > units => problems.push(Problem::TypeTooLarge { class, kind, size, units }),
            Some(size) => drop(sizes.insert(name, size)),
        }
    }
    (sizes.len() == offered.len()).then_some(sizes)
}

fn check_rung(
    table: &ClassTable,
    kind: &TypeName,
    size: u32,
    ladder: &Ladder,
    units: u32,
    problems: &mut Vec<Problem>,
) {
    let (class, kind) = (table.name.clone(), kind.to_string());
    let rung = ladder.rung_for(size).map(|index| ladder.rungs()[index]);
    let top = ladder.rungs().last().copied().unwrap_or_default();
    match rung {
        None => problems.push(Problem::TypeAboveTop { class, kind, size, top }),
        Some(rung) if rung > units => problems.push(Problem::RungTooLarge { class, kind, size, rung, units }),
        Some(_) => {}
    }
}

fn check_shape(table: &str, shape: Shape, problems: &mut Vec<Problem>) {
    if shape.vcpus == 0 || shape.memory_mib == 0 {
        let what = "`vcpus` and `memory_gib` must be more than 0".to_owned();
        problems.push(Problem::Amount { table: table.to_owned(), what });
    }
}
