//! A parameter of an operation, and the fault of its absence.

use rpc::fault::Fault;
use rpc::params::Params;

/// A parameter by its wire name. `.N` stands for an index from 1: `ZoneId.N`, `Tag.N.Key`.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its wire name.
    pub name: &'static str,
    /// The fault when it is not there; nothing: it may be absent.
    pub absent: Option<Fault>,
    /// The fault when it is there and empty, where that is another one.
    pub empty: Option<Fault>,
}

impl Param {
    /// One that may be absent.
    #[must_use]
    pub const fn optional(name: &'static str) -> Self {
        Self { name, absent: None, empty: None }
    }

    /// One that must be there; an empty one counts as absent.
    #[must_use]
    pub const fn required(name: &'static str, absent: Fault) -> Self {
        Self { name, absent: Some(absent), empty: None }
    }

    /// One that must be there, with a fault of its own for an empty one.
    #[must_use]
    pub const fn required_with(name: &'static str, absent: Fault, empty: Fault) -> Self {
        Self { name, absent: Some(absent), empty: Some(empty) }
    }

    /// What was given for it, in order of index if it is a list; nothing if it is absent.
    #[must_use]
    pub fn values<'a>(&self, params: &'a Params) -> Vec<&'a str> {
        match self.name.split_once(".N") {
            None => params.text(self.name).into_iter().collect(),
            Some((list, "")) => params.list(list).into_iter().map(|(_, text)| text).collect(),
            Some((list, field)) => {
                let objects = params.objects(list);
                objects.iter().filter_map(|object| object.text(field.trim_start_matches('.'))).collect()
            }
        }
    }

    /// Checks that it is there if it must be.
    ///
    /// # Errors
    /// Its own fault of absence.
    pub fn present(&self, params: &Params) -> Result<(), Fault> {
        let Some(absent) = &self.absent else { return Ok(()) };
        let given = match self.name.contains(".N") {
            true => self.values(params).into_iter().next(),
            false => params.text(self.name),
        };
        match given {
            None => Err(absent.clone()),
            Some("") => Err(self.empty.as_ref().unwrap_or(absent).clone()),
            Some(_) => Ok(()),
        }
    }
}
