//! How many retries the calls of a client may share.

use std::sync::{Mutex, PoisonError};

#[derive(Clone, Copy, Debug)]
pub(crate) struct BudgetSize {
    pub(crate) reserve: f64,
    pub(crate) per_success: f64,
}

/// What is left of the retries that all calls of a client share.
pub(crate) struct Budget {
    size: BudgetSize,
    left: Mutex<f64>,
}

impl Budget {
    pub(crate) fn new(size: BudgetSize) -> Self {
        Self { size, left: Mutex::new(size.reserve) }
    }

    /// Takes one retry; `false` when none is left.
    pub(crate) fn take(&self) -> bool {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let enough = *left >= 1.0;
        if enough {
            *left -= 1.0;
        }
        enough
    }

    /// A call succeeded.
    pub(crate) fn refill(&self) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        *left = (*left + self.size.per_success).min(self.size.reserve);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_runs_out_and_is_refilled_by_successes_up_to_its_reserve() {
        let budget = Budget::new(BudgetSize { reserve: 2.0, per_success: 0.5 });
        assert_eq!([budget.take(), budget.take(), budget.take()], [true, true, false]);
        budget.refill();
        assert!(!budget.take());
        budget.refill();
        assert!(budget.take());
        (0..100).for_each(|_| budget.refill());
        assert_eq!([budget.take(), budget.take(), budget.take()], [true, true, false]);
    }

    #[test]
    fn threads_together_take_no_more_than_there_is_and_lose_nothing() {
        let budget = Budget::new(BudgetSize { reserve: 100.0, per_success: 0.25 });
        let taken: usize = std::thread::scope(|scope| {
            let take = || (0..200).filter(|_| budget.take()).count();
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(take)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(taken, 100);
        std::thread::scope(|scope| {
            (0..8).for_each(|_| _ = scope.spawn(|| (0..20).for_each(|_| budget.refill())));
        });
        assert_eq!((0..100).filter(|_| budget.take()).count(), 40);
    }
}
