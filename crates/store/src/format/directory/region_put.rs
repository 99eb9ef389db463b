//! Kind 1, RegionPut: a region and its zones.
//!
//! ```text
//! name text · english text · chinese text · endpoint text · code text
//! zones list of (name text, english text, chinese text)
//! ```

use crate::format::fields::{Fields, Malformed, Sink, Source, put_all, take_all};
use ledger::directory::{LocalName, Region, Zone};

impl Fields for Region {
    fn put(&self, to: &mut dyn Sink) {
        to.text("name", self.name.as_str());
        put_local(to, &self.local);
        to.text("endpoint", &self.endpoint);
        to.text("code", &self.code);
        put_all(to, "zones", &self.zones);
    }
    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        Ok(Self {
            name: from.text("name")?.as_ref().into(),
            local: take_local(from)?,
            endpoint: from.text("endpoint")?,
            code: from.text("code")?,
            zones: take_all(from, "zones")?,
        })
    }
}

impl Fields for Zone {
    fn put(&self, to: &mut dyn Sink) {
        to.text("name", self.name.as_str());
        put_local(to, &self.local);
    }
    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        Ok(Self { name: from.text("name")?.as_ref().into(), local: take_local(from)? })
    }
}

fn put_local(to: &mut dyn Sink, local: &LocalName) {
    to.text("english", &local.english);
    to.text("chinese", &local.chinese);
}

fn take_local(from: &mut dyn Source) -> Result<LocalName, Malformed> {
    Ok(LocalName { english: from.text("english")?, chinese: from.text("chinese")? })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use ledger::directory::{Entry, LocalName, Region, Zone};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(name: String, texts: [Box<str>; 4], zones: Vec<(String, Box<str>, Box<str>)>) {
            both_forms(&Entry::RegionPut(Region {
                name: name.as_str().into(),
                local: LocalName { english: texts[0].clone(), chinese: texts[1].clone() },
                endpoint: texts[2].clone(),
                code: texts[3].clone(),
                zones: zones
                    .into_iter()
                    .map(|(name, english, chinese)| Zone { name: name.as_str().into(), local: LocalName { english, chinese } })
                    .collect(),
            }))?;
        }
    }
}
