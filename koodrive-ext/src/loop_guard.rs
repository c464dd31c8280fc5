//! Notices when cursors lead in a circle, whatever its length, remembering one cursor.
//!
//! Brent's algorithm (R. P. Brent, "An improved Monte Carlo factorization algorithm", 1980): the
//! remembered cursor is moved up at every power of two, so a circle of length n is noticed within
//! three times n pages after it was entered.

/// The cursors of a listing, as far as they need to be remembered.
#[derive(Debug, Default)]
pub(crate) struct LoopGuard {
    remembered: Option<String>,
    power: u64,
    steps: u64,
}

impl LoopGuard {
    /// Takes the cursor of the page just received (if it had one) and that of the next; `true`
    /// when the next one has been here before.
    pub(crate) fn comes_back(&mut self, current: Option<&str>, next: &str) -> bool {
        if current == Some(next) || self.remembered.as_deref() == Some(next) {
            return true;
        }
        if self.steps == self.power {
            self.remembered = Some(next.to_owned());
            self.power = (self.power * 2).max(1);
            self.steps = 0;
        }
        self.steps += 1;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages received before a circle of `period`, entered after `lead` pages, is noticed.
    fn noticed_after(lead: u64, period: u64) -> Option<u64> {
        let mut guard = LoopGuard::default();
        let name = |n: u64| if n < lead { n } else { lead + (n - lead) % period };
        let mut current: Option<String> = None;
        (0..20_000).find(|n| {
            let next = name(*n).to_string();
            let seen = guard.comes_back(current.as_deref(), &next);
            current = Some(next);
            seen
        })
    }

    #[test]
    fn every_circle_is_noticed_within_three_rounds() {
        for lead in [0, 1, 2, 3, 7, 50, 333] {
            for period in [1, 2, 3, 4, 5, 8, 31, 100, 1000] {
                let pages = noticed_after(lead, period).unwrap();
                assert!(pages <= 3 * (lead + period) + 1, "{lead} {period}: {pages}");
            }
        }
    }

    #[test]
    fn a_cursor_that_stays_is_noticed_at_once() {
        for lead in [0, 1, 10, 1000] {
            assert_eq!(noticed_after(lead, 1), Some(lead + 1));
        }
    }

    #[test]
    fn cursors_that_never_come_back_raise_no_alarm() {
        assert_eq!(noticed_after(u64::MAX, 1), None);
    }
}
