//! How far an import has come, and the line that tells it.

use std::cell::Cell;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// How often a line is written where lines stay.
const EVERY: Duration = Duration::from_secs(2);
/// How often the line of a terminal changes.
const AT_A_TERMINAL: Duration = Duration::from_millis(100);

/// How far it has come.
pub struct Progress {
    total: Cell<usize>,
    done: Cell<usize>,
    began: Cell<Instant>,
    told: Cell<Instant>,
    terminal: bool,
    /// Whether a line of the terminal is ours now.
    shown: Cell<bool>,
}

impl Progress {
    /// Nothing has been begun.
    pub fn new() -> Self {
        let now = Cell::new(Instant::now());
        let (total, done) = (Cell::new(0), Cell::new(0));
        let terminal = std::io::stderr().is_terminal();
        Self { total, done, began: now.clone(), told: now, terminal, shown: Cell::new(false) }
    }

    /// So many are to be done from here on.
    pub fn begin(&self, total: usize) {
        self.total.set(total);
        self.began.set(Instant::now());
    }

    /// So many more are done. At a terminal one line changes; elsewhere one is written every few seconds.
    pub fn more(&self, done: usize) {
        self.done.set(self.done.get() + done);
        if self.told.get().elapsed() < if self.terminal { AT_A_TERMINAL } else { EVERY } {
            return;
        }
        self.told.set(Instant::now());
        self.shown.set(self.terminal);
        let line = line(self.done.get(), self.total.get(), self.began.get().elapsed());
        let (before, after) = if self.terminal { ("\r\x1b[2K", "") } else { ("", "\n") };
        let mut out = std::io::stderr();
        write!(out, "{before}{line}{after}").and_then(|()| out.flush()).ok();
    }

    /// Takes the line of a terminal away.
    pub fn end(&self) {
        if self.shown.replace(false) {
            write!(std::io::stderr(), "\r\x1b[2K").ok();
        }
    }

    /// What is done of what was begun; nothing if nothing was.
    pub fn part(&self) -> Option<(usize, usize)> {
        (self.total.get() > 0).then(|| (self.done.get(), self.total.get()))
    }
}

/// Count, rate, time left.
fn line(done: usize, total: usize, took: Duration) -> String {
    let millis = took.as_millis().max(1);
    let rate = done as u128 * 1000 / millis;
    let left = (total.saturating_sub(done) as u128).div_ceil(rate.max(1));
    format!("{done} of {total} hosts, {rate} a second, {left} s left")
}

#[cfg(test)]
mod tests {
    use super::{Duration, Progress, line};

    #[test]
    fn the_line_tells_count_rate_and_time_left() {
        let table = [
            (2000, 100_000, 500, "2000 of 100000 hosts, 4000 a second, 25 s left"),
            (5, 5, 1000, "5 of 5 hosts, 5 a second, 0 s left"),
            (0, 5, 0, "0 of 5 hosts, 0 a second, 5 s left"),
        ];
        for (done, total, millis, expected) in table {
            assert_eq!(line(done, total, Duration::from_millis(millis)), expected);
        }
    }

    #[test]
    fn what_was_not_begun_has_no_part() {
        let progress = Progress::new();
        assert_eq!(progress.part(), None);
        progress.begin(10);
        progress.more(3);
        progress.more(4);
        assert_eq!(progress.part(), Some((7, 10)));
    }
}
