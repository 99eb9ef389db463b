//! The end of a run: everything is healed, given back and looked at once more.

use super::{LONG, World};
use crate::judge::{Sent, Violation};
use crate::script::{ACCOUNTS, HOSTS, OPERATOR};
use ledger::Kind;
use ledger::directory::HostClass;
use std::hash::Hasher;

impl World {
    /// At the end everything is healed and given back, and every host must be whole.
    ///
    /// # Errors
    /// What is not.
    pub fn finish(&mut self) -> Result<u64, Violation> {
        self.settle()?;
        self.judge.nobody_waits()?;
        self.agree()?;
        self.order("DescribePools", &[])?;
        for host in HOSTS {
            self.order("UndrainHosts", &[("HostIds", format!("[{host:?}]"))])?;
        }
        let accounts: Vec<usize> = (0..OPERATOR).collect();
        for who in accounts {
            self.give_back(who)?;
        }
        self.import_to_the_end()?;
        self.wall = self.judge.peak + LONG;
        self.judge.peak = self.wall;
        self.tick()?;
        self.settle()?;
        self.whole()?;
        for host in HOSTS {
            self.order("RemoveHosts", &[("HostIds", format!("[{host:?}]"))])?;
        }
        if !self.desk.ledger().hosts().is_empty() {
            return Err(format!("hosts of {HOSTS:?} cannot be removed although nothing is on them"));
        }
        self.crash(true, true)?;
        Ok(self.trace.finish())
    }

    fn give_back(&mut self, who: usize) -> Result<(), Violation> {
        let owner = ACCOUNTS[who].into();
        let held: Vec<(String, bool)> = [Kind::CapacityReservation, Kind::ElasticityAssurance]
            .into_iter()
            .flat_map(|kind| self.desk.ledger().held_of(&owner, kind, None))
            .map(|it| (it.id.to_string(), it.id.kind() == Kind::CapacityReservation))
            .collect();
        for (id, by_hand) in held {
            if by_hand {
                self.order_as(who, "ReleaseCapacityReservation", &[("PrivatePoolOptions.Id", id.clone())])?;
                self.order_as(who, "ModifyWindow", &[("PrivatePoolOptions.Id", id), ("EndTime", "Now".into())])?;
            } else {
                let off = [("PrivatePoolOptions.Id.1", id), ("RenewalStatus", "NotRenewal".into())];
                self.order_as(who, "ModifyElasticityAssuranceAutoRenewAttribute", &off)?;
            }
        }
        // Those who were in slots go on by themselves.
        self.order("DescribeHosts", &[("MaxResults", "100".into())])?;
        let instances: Vec<String> =
            self.desk.ledger().instances_of(&owner, None).map(|it| it.id.to_string()).collect();
        for id in instances {
            self.order_as(who, "DeleteInstances", &[("InstanceId.1", id), ("Force", "true".into())])?;
        }
        Ok(())
    }

    /// Nothing is promised, nothing stands, and every host in service is free as a whole.
    fn whole(&self) -> Result<(), Violation> {
        let ledger = self.desk.ledger();
        if ledger.instances_count() > 0 {
            return Err(format!("{} instances are left", ledger.instances_count()));
        }
        for (zone, class, pool) in ledger.pools() {
            let whole = self.directory.published.classes.get(class).map(HostClass::units);
            let taken = pool.free().any(|(units, hosts)| Some(units) != whole && !hosts.is_empty());
            if pool.promises() > 0 || taken || pool.slack() != pool.supply() {
                return Err(format!("the pool of {class} in {zone} is not whole at the end: {pool:?}"));
            }
        }
        Ok(())
    }

    pub(super) fn order(&mut self, action: &'static str, pairs: &[(&'static str, String)]) -> Result<(), Violation> {
        self.order_as(OPERATOR, action, pairs)
    }

    fn order_as(
        &mut self,
        who: usize,
        action: &'static str,
        pairs: &[(&'static str, String)],
    ) -> Result<(), Violation> {
        self.ask(&Sent { who, action, pairs: pairs.to_vec() })?;
        self.settle()?;
        self.look()
    }
}
