//! The directory knows what it was told, just so: what is no news is not written again.

use ledger::Shape;
use ledger::directory::{
    AccessKey, Account, Directory, Entry, HostClass, InstanceType, KeySource, KeyState, LocalName, PageKey, Region,
    Secret,
};

fn shape() -> Shape {
    Shape { vcpus: 2, memory_mib: 8192, gpus: 0 }
}

fn facts(name: &str, secret: &str) -> Vec<Entry> {
    let local = LocalName { english: name.into(), chinese: "".into() };
    let region =
        Region { name: "cn-hangzhou".into(), local, endpoint: "".into(), code: "bp1".into(), zones: Vec::new() };
    let operator = name == "operator";
    let rungs = if operator { vec![1] } else { vec![1, 2] };
    vec![
        Entry::PageKeySet(PageKey([u8::from(operator) + 1; 32])),
        Entry::RegionPut(region),
        Entry::ClassPut(HostClass { name: "g6".into(), capacity: shape(), unit: shape(), rungs, rungs_chosen: true }),
        Entry::TypePut(InstanceType {
            name: "ecs.g6.large".into(),
            family: name.into(),
            class: "g6".into(),
            needs: shape(),
            gpu_spec: "".into(),
            category: "".into(),
            architecture: "".into(),
            generation: "".into(),
        }),
        Entry::AccountPut(Account { id: "1".into(), name: name.into(), operator }),
        Entry::KeyPut(AccessKey {
            id: "key".into(),
            account: "1".into(),
            secret: Secret::new(secret),
            state: KeyState::Enabled,
            source: KeySource::Configuration,
            permits: None,
            session: None,
        }),
    ]
}

#[test]
fn it_holds_what_it_was_told_and_nothing_else() {
    let (told, other) = (facts("operator", "one"), facts("tenant", "another"));
    let mut directory = Directory::default();
    for (at, fact) in told.iter().enumerate() {
        assert!(!directory.holds(fact), "{fact:?} is news");
        directory.apply(fact);
        assert!(told[..=at].iter().all(|fact| directory.holds(fact)), "{fact:?} was told");
    }
    assert!(other.iter().all(|fact| !directory.holds(fact)), "what is told otherwise is news");
    let mut again = Directory::default();
    directory.entries().iter().for_each(|fact| again.apply(fact));
    assert!(told.iter().all(|fact| again.holds(fact)), "its facts are the whole of it");
}

#[test]
fn only_an_enabled_key_signs() {
    let Some(Entry::KeyPut(mut key)) = facts("tenant", "one").pop() else { panic!("the last fact is the key") };
    assert!(key.is_enabled());
    key.state = KeyState::Disabled;
    assert!(!key.is_enabled());
}

#[test]
fn a_secret_signs_and_is_not_printed() {
    let key = facts("tenant", "S3CR3T").pop();
    let Some(Entry::KeyPut(AccessKey { secret, .. })) = &key else { panic!("the last fact is the key") };
    assert_eq!(secret.reveal(), "S3CR3T");
    assert_eq!(format!("{secret:?}"), "Secret(..)");
    assert!(!format!("{key:?}").contains("S3CR3T"));
}

/// Hosts of 96 units, a type that takes three: two processors and eight GiB a unit.
#[test]
fn units_are_those_of_the_class() {
    let class = HostClass {
        name: "g6".into(),
        capacity: Shape { vcpus: 192, memory_mib: 192 * 8192, gpus: 0 },
        unit: shape(),
        rungs: vec![1],
        rungs_chosen: false,
    };
    assert_eq!(class.units(), 96);
    let mut directory = Directory::default();
    let Entry::TypePut(kind) = facts("tenant", "one").swap_remove(3) else { panic!("the fourth fact is the type") };
    let kind = InstanceType { needs: Shape { vcpus: 6, ..shape() }, ..kind };
    assert_eq!(directory.size(&kind), None, "of a class that is not known");
    directory.apply(&Entry::ClassPut(class));
    assert_eq!(directory.size(&kind), Some(3));
}
