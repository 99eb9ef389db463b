//! Pages of a listing: how many items, after which one, and the token for what follows.
//!
//! A listing goes by (beginning, id) of reservations, which never change, so a page neither repeats nor skips what
//! was there all the time, whatever happens in between. A token is good for the same caller, action and parameters
//! only; the size of the page may change on the way.

use crate::Context;
use crate::limits::{PAGE_ITEMS, PAGE_ITEMS_DEFAULT};
use ledger::{Moment, Reservation, ReservationId};
use rpc::fault::{Fault, common};
use rpc::page;
use rpc::params::Params;
use rpc::values::integer;

const TOKEN: &str = "NextToken";
const SIZE: &str = "MaxResults";

/// Where in a listing a reservation stands.
pub type Place = (Moment, ReservationId);

/// Where in a listing this one stands.
pub const fn place(reservation: &Reservation) -> Place {
    (reservation.starts, reservation.id)
}

/// How many items the page is to have.
pub fn size(params: &Params) -> Result<usize, Fault> {
    let Some(text) = params.text(SIZE) else { return Ok(PAGE_ITEMS_DEFAULT) };
    let size = integer(text).filter(|size| PAGE_ITEMS.contains(size)).and_then(|size| usize::try_from(size).ok());
    size.ok_or_else(|| common::INVALID_PARAMETER.because(SIZE))
}

/// After which place the page begins; nothing for the first. An empty token asks for the first page too, because that
/// is what the last page answers and some clients send it on.
pub fn after(action: &str, params: &Params, context: &Context<'_>) -> Result<Option<Place>, Fault> {
    match params.text(TOKEN) {
        None | Some("") => Ok(None),
        Some(token) => {
            let cursor = page::open(&context.directory.page_key, &binding(params), token);
            let place = cursor.and_then(|cursor| read(action, context, &cursor));
            place.map(Some).ok_or_else(|| common::INVALID_PARAMETER.because(TOKEN))
        }
    }
}

/// The token for what follows that place; empty if nothing does.
pub fn token(action: &str, params: &Params, context: &Context<'_>, last: Option<Place>) -> String {
    last.map_or_else(String::new, |(starts, id)| {
        let cursor = format!("{action} {} {} {id}", context.caller.account, starts.0);
        page::issue(&context.directory.page_key, &binding(params), &cursor)
    })
}

fn binding(params: &Params) -> [u8; 32] {
    params.fingerprint(&[TOKEN, SIZE])
}

fn read(action: &str, context: &Context<'_>, cursor: &str) -> Option<Place> {
    let mut parts = cursor.split(' ');
    let ours = parts.next()? == action && parts.next()? == context.caller.account.as_str();
    let starts = parts.next()?.parse().ok()?;
    let id = ReservationId::parse(parts.next()?)?;
    ours.then_some((Moment(starts), id))
}
