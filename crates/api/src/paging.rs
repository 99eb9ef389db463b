//! Pages of a listing: how many items, after which one, and the token for what follows.
//!
//! A listing goes by (making, id) of reservations, which never change, so a page neither repeats nor skips what
//! was there all the time, whatever happens in between. A token is good for the same caller, action and parameters
//! only; the size of the page may change on the way.

use crate::Context;
use crate::limits::{PAGE_ITEMS, PAGE_ITEMS_DEFAULT};
use ledger::{Moment, Reservation, ReservationId};
use rpc::fault::{Fault, common};
use rpc::page;
use rpc::params::Params;
use rpc::values::integer;
use std::fmt;
use std::ops::RangeInclusive;

const TOKEN: &str = "NextToken";
const SIZE: &str = "MaxResults";

/// Where in a listing a reservation stands.
pub type Place = (Moment, ReservationId);

/// Where in a listing this one stands.
pub const fn place(reservation: &Reservation) -> Place {
    (reservation.made, reservation.id)
}

/// How many items the page is to have.
pub fn size(params: &Params) -> Result<usize, Fault> {
    size_of(params, PAGE_ITEMS, PAGE_ITEMS_DEFAULT)
}

/// How many items the page is to have, where other bounds apply.
pub fn size_of(params: &Params, bounds: RangeInclusive<i64>, default: usize) -> Result<usize, Fault> {
    let Some(text) = params.text(SIZE) else { return Ok(default) };
    let size = integer(text).filter(|size| bounds.contains(size)).and_then(|size| usize::try_from(size).ok());
    size.ok_or_else(|| common::INVALID_PARAMETER.because(SIZE))
}

/// After which place the page begins; nothing for the first.
pub fn after(action: &str, params: &Params, context: &Context<'_>) -> Result<Option<Place>, Fault> {
    let place = |cursor: String| read(&cursor).ok_or_else(|| common::INVALID_PARAMETER.because(TOKEN));
    open(action, params, context)?.map(place).transpose()
}

/// The token for what follows that place; empty if nothing does.
pub fn token(action: &str, params: &Params, context: &Context<'_>, last: Option<Place>) -> String {
    last.map_or_else(String::new, |(starts, id)| issue(action, params, context, &format!("{} {id}", starts.0)))
}

/// What the token at hand was issued for; nothing for the first page. An empty token asks for the first page too,
/// because that is what the last page answers and some clients send it on.
pub fn open(action: &str, params: &Params, context: &Context<'_>) -> Result<Option<String>, Fault> {
    let Some(token) = params.text(TOKEN).filter(|token| !token.is_empty()) else { return Ok(None) };
    let sealed = page::open(&context.directory.page_key.0, &binding(params), token);
    let cursor = sealed.as_deref().and_then(|sealed| sealed.strip_prefix(&*holder(action, context)));
    cursor.map(|cursor| Some(cursor.to_owned())).ok_or_else(|| common::INVALID_PARAMETER.because(TOKEN))
}

/// A token for what follows; `cursor` says where that is.
pub fn issue(action: &str, params: &Params, context: &Context<'_>, cursor: &str) -> String {
    Seal::of(action, params, context).issue(cursor)
}

/// What makes a token good for one caller, action and set of parameters; for when the page is only filled later.
pub struct Seal {
    key: [u8; 32],
    binding: [u8; 32],
    holder: String,
}

impl Seal {
    /// The one of this request.
    pub fn of(action: &str, params: &Params, context: &Context<'_>) -> Self {
        let (key, binding) = (context.directory.page_key.0, binding(params));
        Self { key, binding, holder: holder(action, context) }
    }

    /// A token for what follows; `cursor` says where that is.
    pub fn issue(&self, cursor: &str) -> String {
        page::issue(&self.key, &self.binding, &format!("{}{cursor}", self.holder))
    }
}

impl fmt::Debug for Seal {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seal").field("holder", &self.holder).finish_non_exhaustive()
    }
}

/// For whom, and for which action, a token is good.
fn holder(action: &str, context: &Context<'_>) -> String {
    format!("{action} {} ", context.caller.account)
}

fn binding(params: &Params) -> [u8; 32] {
    params.fingerprint(&[TOKEN, SIZE])
}

fn read(cursor: &str) -> Option<Place> {
    let (starts, id) = cursor.split_once(' ')?;
    Some((Moment(starts.parse().ok()?), ReservationId::parse(id)?))
}
