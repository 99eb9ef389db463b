//! Kind 4, AccountPut: id text, name text, operator flag.

use crate::format::fields::{Fields, Malformed, Sink, Source};
use ledger::directory::Account;

impl Fields for Account {
    fn put(&self, to: &mut dyn Sink) {
        to.text("id", self.id.as_str());
        to.text("name", &self.name);
        to.flag("operator", self.operator);
    }
    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        Ok(Self { id: from.text("id")?.as_ref().into(), name: from.text("name")?, operator: from.flag("operator")? })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use ledger::directory::{Account, Entry};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(id: String, name: Box<str>, operator: bool) {
            both_forms(&Entry::AccountPut(Account { id: id.as_str().into(), name, operator }))?;
        }
    }
}
