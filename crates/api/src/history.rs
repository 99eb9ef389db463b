//! The history of a reservation: what is to be searched for in the journal, and how what is found there is told. Whoever
//! reads the journal asks the ledger first, through an operation, whether the caller may be told at all. Knows no journal.

use crate::limits::END_SECONDS_MAX;
use crate::paging::{self, Seal};
use crate::{Context, pool_id, tags, windows, words};
use ledger::{AccountId, End, Entry, InstanceId, KeyId, Kind, Moment, ReservationId, Why};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;

/// Where in a journal a fact stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// In which batch.
    pub revision: u64,
    /// After so many other facts of that batch.
    pub fact: usize,
}

/// A page of the history of a reservation that the caller may be told of.
#[derive(Debug)]
pub struct Search {
    /// Of which reservation.
    pub id: ReservationId,
    /// Whose it is; the caller's.
    pub owner: AccountId,
    /// When it was made: nothing earlier is about it.
    pub made: Moment,
    /// Where the page begins; nothing for the first.
    pub from: Option<Position>,
    /// At most so many changes.
    pub most: usize,
    seal: Seal,
}

/// Who brought a change about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By<'a> {
    /// The clock.
    Clock,
    /// A request.
    Request {
        /// On whose behalf.
        account: &'a AccountId,
        /// With which key.
        key: &'a KeyId,
        /// From which address.
        source: &'a str,
        /// Its RequestId.
        request_id: &'a str,
        /// Its action.
        action: &'a str,
    },
}

/// What changed.
#[derive(Clone, Copy, Debug)]
pub enum What<'a> {
    /// Something about the reservation itself.
    Fact(&'a Entry),
    /// An instance came into one of its slots.
    Entered(InstanceId),
    /// An instance left its slot.
    Left(InstanceId),
    /// An instance was made to leave its slot: the window is over.
    Reclaimed(InstanceId),
}

impl Search {
    /// The page that a request asks for, of the history of the caller's reservation of this id.
    ///
    /// # Errors
    /// When `MaxResults` or `NextToken` is none of ours; when the caller has no such reservation.
    pub fn read(action: &str, params: &Params, context: &Context<'_>, id: &str) -> Result<Self, Fault> {
        let most = paging::size(params)?;
        let position = |cursor: String| position(&cursor).ok_or_else(|| common::INVALID_PARAMETER.because("NextToken"));
        let from = paging::open(action, params, context)?.map(position).transpose()?;
        let found = pool_id::own(context, Kind::CapacityReservation, id).ok_or(windows::NOT_FOUND)?;
        let seal = Seal::of(action, params, context);
        Ok(Self { id: found.id, owner: found.owner.clone(), made: found.made, from, most, seal })
    }

    /// A change as the answer tells it; nothing for what is no change that its owner could see.
    #[must_use]
    pub fn tell(&self, at: Moment, by: By<'_>, what: What<'_>) -> Option<Body> {
        let change = Body::new().text("Time", windows::seconds(at));
        let instance = |event, id: InstanceId| Body::new().text("Event", event).text("InstanceId", id.to_string());
        let said = match what {
            What::Fact(fact) => said(fact)?,
            What::Entered(id) => instance("InstanceEntered", id),
            What::Left(id) => instance("InstanceLeft", id),
            What::Reclaimed(id) => instance("InstanceReclaimed", id),
        };
        Some(change.and(said).and(self.who(by)))
    }

    /// Who brought it about. What another account's request did is told as an operator's, without what would tell more of
    /// that account than its doing: its id, its key and its address.
    fn who(&self, by: By<'_>) -> Body {
        let By::Request { account, key, source, request_id, action } = by else {
            return Body::new().text("Actor", "System");
        };
        let text = |text: &str| String::from(text);
        let request = Body::new().text("Action", text(action)).text("RequestId", text(request_id));
        if *account != self.owner {
            return Body::new().text("Actor", "Operator").and(request);
        }
        let who = Body::new().text("Actor", "Caller").text("AccountId", text(account.as_str()));
        who.text("AccessKeyId", text(key.as_str())).text("SourceIp", text(source)).and(request)
    }

    /// The answer: these changes, and where to go on. The journal begins at this moment, or before the reservation.
    #[must_use]
    pub fn answer(&self, changes: Vec<Body>, journal_begins: Moment, next: Option<Position>) -> Body {
        let token = next.map_or_else(String::new, |next| self.seal.issue(&format!("{} {}", next.revision, next.fact)));
        Body::new()
            .text("PrivatePoolOptionsId", self.id.to_string())
            .text("HistoryBeginsAt", windows::seconds(self.made.max(journal_begins)))
            .integer("MaxResults", self.most)
            .text("NextToken", token)
            .list("Changes", "Change", changes)
    }
}

fn position(cursor: &str) -> Option<Position> {
    let (revision, fact) = cursor.split_once(' ')?;
    Some(Position { revision: revision.parse().ok()?, fact: fact.parse().ok()? })
}

/// What a fact about a capacity reservation says; nothing for a fact that leaves it as it was.
fn said(fact: &Entry) -> Option<Body> {
    let text = |text: &str| String::from(text);
    let event = |event: &'static str| Body::new().text("Event", event);
    Some(match fact {
        Entry::Reserved(it) => ends(
            event("Created")
                .text("ZoneId", text(it.zone.as_str()))
                .text("InstanceType", text(it.instance_type.as_str()))
                .integer("InstanceAmount", it.count)
                .text("PrivatePoolOptionsMatchCriteria", words::matching(it.matching))
                .text("Platform", words::platform(it.platform))
                .text("PrivatePoolOptionsName", text(&it.name))
                .text("Description", text(&it.description))
                .text("StartTime", windows::seconds(it.starts)),
            it.end,
        )
        .list("Tags", "Tag", it.tags.iter().map(tags::body)),
        Entry::Modified { name, description, end, count, .. } => {
            let mut said = event("Modified");
            if let Some(name) = name {
                said = said.text("PrivatePoolOptionsName", text(name));
            }
            if let Some(description) = description {
                said = said.text("Description", text(description));
            }
            if let Some(count) = count {
                said = said.integer("InstanceAmount", *count);
            }
            end.map_or(said.clone(), |end| ends(said, end))
        }
        Entry::Rescheduled { starts, end, .. } => {
            event("Rescheduled").text("StartTime", windows::seconds(*starts)).text("EndTime", windows::seconds(*end))
        }
        Entry::Began { .. } => event("Began"),
        Entry::Noticed { .. } => event("NoticeGiven"),
        Entry::Released { why: Why::ByHand, .. } => event("Released"),
        Entry::Released { why: Why::Expired, .. } => event("Expired"),
        Entry::Tagged { tags, .. } => event("Tagged").list("Tags", "Tag", tags.iter().map(tags::body)),
        Entry::Untagged { keys, .. } => event("Untagged").list("TagKeys", "TagKey", keys.iter().map(|key| text(key))),
        _ => return None,
    })
}

fn ends(said: Body, end: End) -> Body {
    let at = match end {
        End::At(moment) => moment,
        End::ByHand => Moment(END_SECONDS_MAX),
    };
    said.text("EndTime", windows::seconds(at)).text("EndTimeType", words::end_type(end))
}
