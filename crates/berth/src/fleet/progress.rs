//! A line that tells how far something long has come.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// How often a line is written where lines stay.
const EVERY: Duration = Duration::from_secs(2);

/// How far it has come.
pub struct Progress {
    total: usize,
    began: Instant,
    told: Instant,
    terminal: bool,
}

impl Progress {
    pub fn new(total: usize) -> Self {
        let now = Instant::now();
        Self { total, began: now, told: now, terminal: std::io::stderr().is_terminal() }
    }

    /// So many are done. At a terminal one line changes; elsewhere one is written every few seconds.
    pub fn at(&mut self, done: usize) {
        if !self.terminal && self.told.elapsed() < EVERY && done < self.total {
            return;
        }
        self.told = Instant::now();
        let seconds = self.began.elapsed().as_secs_f64().max(0.001);
        let rate = done as f64 / seconds;
        let left = (self.total - done) as f64 / rate.max(0.001);
        let line = format!("{done} of {} hosts, {rate:.0} a second, {left:.0} s left", self.total);
        let (before, after) = if self.terminal { ("\r\x1b[2K", "") } else { ("", "\n") };
        let mut out = std::io::stderr();
        write!(out, "{before}{line}{after}").and_then(|()| out.flush()).ok();
    }

    /// Ends the line.
    pub fn end(&self) {
        if self.terminal {
            eprint!("\r\x1b[2K");
        }
    }
}
