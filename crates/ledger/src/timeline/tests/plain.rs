//! A row for each second, and for ever as in the last.

use crate::timeline::Step;
use crate::{Moment, Window};

#[derive(Debug)]
pub(super) struct Plain {
    pub(super) width: usize,
    pub(super) present: u64,
    /// The last second that has a row.
    pub(super) last: u64,
    rows: Vec<Vec<i64>>,
}

fn end(window: Window) -> u64 {
    window.end.map_or(u64::MAX, |end| end.0)
}

impl Plain {
    pub(super) fn new(width: usize, last: u64) -> Self {
        let rows = (0..=last).map(|_| vec![0; width]).collect();
        Self { width, present: 0, last, rows }
    }

    fn index(&self, moment: u64) -> usize {
        usize::try_from(moment.min(self.last)).expect("small")
    }

    pub(super) fn row(&self, moment: u64) -> &[i64] {
        &self.rows[self.index(moment)]
    }

    pub(super) fn add(&mut self, window: Window, rung: usize, units: i64) {
        let (start, end) = (window.start.0.max(self.present), end(window));
        if rung < self.width {
            for at in start..end.min(self.last + 1) {
                let index = self.index(at);
                self.rows[index][rung] += units;
            }
        }
    }

    fn is_breakpoint(&self, moment: u64) -> bool {
        moment > 0 && self.row(moment) != self.row(moment - 1)
    }

    pub(super) fn steps_after(&self, after: u64) -> Vec<Step> {
        let moments = (after + 1..=self.last).filter(|at| self.is_breakpoint(*at));
        moments.map(|at| (Moment(at), self.row(at).to_vec())).collect()
    }

    /// From the last second to the first: the heaviest chain from each rung that goes on from here.
    pub(super) fn heaviest_in(&self, window: Window, rung: usize) -> Vec<i64> {
        let (start, end) = self.clip(window);
        let never = i64::MIN / 2;
        let mut heaviest = vec![never; self.width];
        for at in (self.present..=self.last).rev() {
            let row = self.row(at);
            for level in (0..self.width).rev() {
                if level != rung || (start..end).contains(&at) {
                    let beyond = heaviest.get(level + 1).copied().unwrap_or(0);
                    heaviest[level] = heaviest[level].max(row[level] + beyond);
                }
            }
        }
        heaviest
    }

    /// As that, by trying all choices of moments before `upto`.
    pub(super) fn try_all(&self, window: Window, rung: usize, first: usize, upto: u64) -> Option<i64> {
        let mut chosen = vec![Vec::new()];
        for _ in first..self.width {
            chosen = chosen
                .iter()
                .flat_map(|moments: &Vec<Moment>| {
                    (0..upto).map(|at| moments.iter().copied().chain([Moment(at)]).collect())
                })
                .collect();
        }
        chosen.iter().filter_map(|moments| self.weigh(window, rung, moments)).max()
    }

    /// What a chain that ends with the last rung weighs; nothing if it is none, or takes the rung out of the window.
    pub(super) fn weigh(&self, window: Window, rung: usize, moments: &[Moment]) -> Option<i64> {
        let (start, end) = self.clip(window);
        let first = self.width - moments.len();
        let is_chain = moments.is_sorted() && moments.iter().all(|at| at.0 >= self.present);
        let at = moments.get(rung - first)?.0;
        let inside = at >= start && (at < end || end > self.last);
        let numbers = moments.iter().zip(first..).map(|(at, level)| self.row(at.0)[level]);
        (is_chain && inside).then(|| numbers.sum())
    }

    pub(super) fn first_fit(
        &self,
        from: Moment,
        to: Moment,
        seconds: u64,
        rung: usize,
        limits: &[i64],
    ) -> Option<Moment> {
        let latest = to.0.checked_sub(seconds)?;
        let earliest = from.0.max(self.present);
        let starts = (earliest..=latest.min(self.last)).filter(|at| *at == earliest || self.is_breakpoint(*at));
        let fits = |start: &u64| {
            let window = Window { start: Moment(*start), end: Some(Moment(start.saturating_add(seconds))) };
            let chains = self.heaviest_in(window, rung);
            chains.iter().zip(limits).take(rung + 1).all(|(chain, limit)| chain <= limit)
        };
        starts.into_iter().find(fits).map(Moment)
    }

    pub(super) fn stretches(&self, from: Moment, to: Moment, rung: usize) -> Vec<Step> {
        let earliest = from.0.max(self.present);
        let starts = (earliest..to.0.min(self.last + 1)).filter(|at| *at == earliest || self.is_breakpoint(*at));
        let heaviest = |at| self.heaviest_in(Window { start: Moment(at), end: Some(Moment(at + 1)) }, rung);
        starts.map(|at| (Moment(at), heaviest(at)[..=rung].to_vec())).collect()
    }

    /// The part of a window that has a row, at least one moment.
    fn clip(&self, window: Window) -> (u64, u64) {
        let start = window.start.0.max(self.present).min(self.last);
        (start, end(window).max(start + 1))
    }
}
