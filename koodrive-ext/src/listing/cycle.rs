//! Notices cursors that lead back to a page that was listed before.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

use crate::listing::cursor::Cursor;

/// The cursors of a listing: 64 bits of hash each, so a million pages take some 16 MB.
#[derive(Debug, Default)]
pub(crate) struct Cycle {
    state: RandomState,
    seen: HashSet<u64>,
}

impl Cycle {
    /// Takes the cursor of the page just received (if it had one) and that of the next; `true`
    /// when the next one has been here before.
    pub(crate) fn comes_back(&mut self, current: Option<&Cursor>, next: &Cursor) -> bool {
        if let Some(current) = current {
            self.seen.insert(self.state.hash_one(current));
        }
        !self.seen.insert(self.state.hash_one(next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages received before a circle of `period`, entered after `lead` pages, is noticed.
    fn noticed_after(lead: u64, period: u64) -> Option<u64> {
        let mut cycle = Cycle::default();
        let name = |n: u64| if n < lead { n } else { lead + (n - lead) % period };
        let mut current: Option<Cursor> = None;
        (0..20_000).find(|n| {
            let next = Cursor::new(name(*n).to_string()).unwrap();
            let is_back = cycle.comes_back(current.as_ref(), &next);
            current = Some(next);
            is_back
        })
    }

    #[test]
    fn every_circle_is_noticed_at_its_first_return() {
        for lead in [0, 1, 2, 3, 7, 50, 333] {
            for period in [1, 2, 3, 4, 5, 8, 31, 100, 1000] {
                assert_eq!(noticed_after(lead, period), Some(lead + period), "{lead} {period}");
            }
        }
    }

    #[test]
    fn cursors_that_never_come_back_raise_no_alarm() {
        assert_eq!(noticed_after(u64::MAX, 1), None);
    }
}
