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
        match self.indexed() {
            None => params.text(self.name).into_iter().collect(),
            Some((list, "")) => params.list(list).into_iter().map(|(_, text)| text).collect(),
            Some((list, field)) => params.objects(list).iter().filter_map(|object| object.text(field)).collect(),
        }
    }

    /// The list it belongs to and, if its items are objects, its field in them. `N` is an index only as a whole part
    /// of the name: there is none in `PrivatePoolOptions.Name`.
    fn indexed(&self) -> Option<(&'static str, &'static str)> {
        let whole = || Some((self.name.strip_suffix(".N")?, ""));
        self.name.split_once(".N.").or_else(whole)
    }

    /// Checks that it is there if it must be.
    ///
    /// # Errors
    /// Its own fault of absence.
    pub fn present(&self, params: &Params) -> Result<(), Fault> {
        let Some(absent) = &self.absent else { return Ok(()) };
        let given = match self.indexed() {
            Some(_) => self.values(params).into_iter().next(),
            None => params.text(self.name),
        };
        match given {
            None => Err(absent.clone()),
            Some("") => Err(self.empty.as_ref().unwrap_or(absent).clone()),
            Some(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Param;
    use rpc::params::Params;

    #[test]
    fn an_index_is_a_whole_part_of_a_name() {
        let query = "ZoneId.2=b&ZoneId.1=a&Tag.3.Key=k&Tag.3.Value=v&PrivatePoolOptions.Name=n&Name=x";
        let params = Params::read(Some(query), &[]).expect("parameters");
        for (name, expected) in [
            ("ZoneId.N", &["a", "b"][..]),
            ("ZoneId", &[]),
            ("Tag.N.Key", &["k"]),
            ("Tag.N.Other", &[]),
            ("PrivatePoolOptions.Name", &["n"]),
            ("Name", &["x"]),
        ] {
            assert_eq!(Param::optional(name).values(&params), expected, "{name}");
        }
    }
}
