//! A page of the instances in the slots of a reservation.

use crate::{Context, paging};
use ledger::{Instance, InstanceId, Reservation};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;

/// Which page is asked for.
pub struct Page<'a> {
    action: &'a str,
    params: &'a Params,
    context: &'a Context<'a>,
    size: usize,
    after: Option<InstanceId>,
}

impl<'a> Page<'a> {
    /// Reads `MaxResults` and `NextToken`.
    ///
    /// # Errors
    /// When one of them is none of ours.
    pub fn read(action: &'a str, params: &'a Params, context: &'a Context<'a>) -> Result<Self, Fault> {
        let size = paging::size(params)?;
        let id =
            |cursor: String| InstanceId::parse(&cursor).ok_or_else(|| common::INVALID_PARAMETER.because("NextToken"));
        let after = paging::open(action, params, context)?.map(id).transpose()?;
        Ok(Self { action, params, context, size, after })
    }

    /// The page, with its list under this name.
    #[must_use]
    pub fn of(&self, reservation: &Reservation, list: &'static str) -> Body {
        let mut following = self.context.ledger.users(&reservation.id, self.after);
        let users: Vec<&Instance> = following.by_ref().take(self.size).collect();
        let last = users.last().filter(|_| following.next().is_some());
        let token = last.map_or_else(String::new, |last| {
            paging::issue(self.action, self.params, self.context, &last.id.to_string())
        });
        let items = users.iter().map(|user| Body::new().text("InstanceId", user.id.to_string()));
        Body::new()
            .integer("TotalCount", self.context.ledger.used(&reservation.id))
            .integer("MaxResults", self.size)
            .text("NextToken", token)
            .list(list, "InstanceIdSet", items)
    }
}
