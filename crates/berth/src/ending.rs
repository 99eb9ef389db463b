//! How `berth` ends: its exit statuses, and errors that carry one. Knows no command.

use std::fmt;

/// A fault was answered, or something is wrong with what was given to work on.
pub const FAULT: u8 = 1;
/// No whole answer came: nobody listens, the connection broke, time ran out, or it was not Berth who answered.
pub const TRANSPORT: u8 = 2;
/// The command line makes no sense; nothing was sent. As in sysexits.h, since 2 is taken.
pub const USAGE: u8 = 64;
/// Ctrl-C, as shells count it.
pub const INTERRUPTED: u8 = 130;

/// An error with the status that `berth` ends with because of it.
#[derive(Debug)]
pub struct Ending {
    status: u8,
    cause: anyhow::Error,
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.cause)
    }
}

impl std::error::Error for Ending {}

/// The status of an error: what it carries, or that of a fault.
pub fn status_of(error: &anyhow::Error) -> u8 {
    error.downcast_ref::<Ending>().map_or(FAULT, |ending| ending.status)
}

/// An error that ends `berth` with this status.
pub fn ending(status: u8, cause: impl Into<anyhow::Error>) -> anyhow::Error {
    Ending { status, cause: cause.into() }.into()
}

/// Gives the error of a result a status.
pub trait EndWith<T> {
    /// The error ends `berth` with this status.
    fn end_with(self, status: u8) -> anyhow::Result<T>;
}

impl<T, E: Into<anyhow::Error>> EndWith<T> for Result<T, E> {
    fn end_with(self, status: u8) -> anyhow::Result<T> {
        self.map_err(|error| ending(status, error))
    }
}

#[cfg(test)]
mod tests {
    use super::{EndWith, FAULT, TRANSPORT, status_of};
    use anyhow::{Context, anyhow};

    #[test]
    fn a_status_stays_with_its_error() {
        let broken: anyhow::Result<()> = Err(anyhow!("it broke"));
        let error = broken.context("sending").end_with(TRANSPORT).context("3 of 5 came").expect_err("broken");
        assert_eq!((status_of(&error), format!("{error:#}")), (TRANSPORT, "3 of 5 came: sending: it broke".to_owned()));
        assert_eq!(status_of(&anyhow!("anything else")), FAULT);
    }
}
