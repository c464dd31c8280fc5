//! When an attempt is repeated, after which pause, and when it is enough.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};

use crate::clock::Random;

/// How calls are repeated. A value: start from [`default`](Self::default) or
/// [`none`](Self::none) and change what differs.
///
/// Repeated are connection errors, answers that break off, attempts that time out, HTTP 408, 429
/// and 5xx, and the codes named by [`retry_code`](Self::retry_code); and only methods that may be
/// repeated safely (GET, HEAD, OPTIONS, PUT, DELETE). Every attempt is signed anew.
///
/// ```
/// use std::time::Duration;
/// use koodrive_ext::RetryPolicy;
///
/// let overnight = RetryPolicy::default()
///     .attempts(8)
///     .deadline(Duration::from_secs(15 * 60))
///     .retry_code("13000500");
/// # let _ = overnight;
/// ```
#[derive(Clone, Debug)]
pub struct RetryPolicy {
    pub(crate) attempts: u32,
    pub(crate) attempt_timeout: Duration,
    pub(crate) deadline: Duration,
    pub(crate) backoff: Backoff,
    pub(crate) codes: BTreeSet<String>,
    pub(crate) budget: BudgetSize,
}

impl Default for RetryPolicy {
    /// 5 attempts of at most 30 s each, 3 minutes in all, pauses of up to 0.25 s doubling to up to
    /// 20 s, and a budget of 20 retries that each success refills by half a one.
    fn default() -> Self {
        Self {
            attempts: 5,
            attempt_timeout: Duration::from_secs(30),
            deadline: Duration::from_secs(180),
            backoff: Backoff::default(),
            codes: BTreeSet::new(),
            budget: BudgetSize { reserve: 20.0, per_success: 0.5 },
        }
    }
}

impl RetryPolicy {
    /// One attempt; timeout and deadline as by default.
    pub fn none() -> Self {
        Self::default().attempts(1)
    }

    /// Greatest number of attempts of a call, the first one included; 0 counts as 1.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Time that one attempt may take, from connecting to the last byte of the body.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Time that a call may take in all, pauses included. No pause is begun that would end after it.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Pauses between attempts.
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Repeats answers with this code, whatever their status: `"13000500"`, `"APIGW.0308"`.
    pub fn retry_code(mut self, code: impl Into<String>) -> Self {
        self.codes.insert(code.into());
        self
    }

    /// Limits the share of retries over all calls of a client: `reserve` retries at the start and
    /// at the most, and `per_success` more with each success. With 0.5, a service that fails
    /// half of its requests for long gets at most half as many requests again.
    pub fn budget(mut self, reserve: u32, per_success: f64) -> Self {
        self.budget = BudgetSize { reserve: f64::from(reserve), per_success: per_success.max(0.0) };
        self
    }
}

/// Exponential pauses with full jitter: the n-th lies evenly between zero and
/// `min(first * 2^(n-1), greatest)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backoff {
    first: Duration,
    greatest: Duration,
}

impl Default for Backoff {
    /// From up to 0.25 s to up to 20 s.
    fn default() -> Self {
        Self::exponential(Duration::from_millis(250), Duration::from_secs(20))
    }
}

impl Backoff {
    /// Upper ends of the first pause and of all pauses.
    pub fn exponential(first: Duration, greatest: Duration) -> Self {
        Self { first, greatest: greatest.max(first) }
    }

    /// The pause after the `failures`-th failure in a row, from 1.
    pub(crate) fn pause(&self, failures: u32, random: &dyn Random) -> Duration {
        let mut ends = ExponentialBuilder::new()
            .with_min_delay(self.first)
            .with_max_delay(self.greatest)
            .with_factor(2.0)
            .without_max_times()
            .build();
        // 64 doublings are past any greatest pause.
        let end = ends.nth(failures.clamp(1, 64) as usize - 1).unwrap_or(self.greatest);
        end.min(self.greatest).mul_f64(random.fraction().clamp(0.0, 1.0))
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct BudgetSize {
    reserve: f64,
    per_success: f64,
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

    struct Fixed(f64);

    impl Random for Fixed {
        fn fraction(&self) -> f64 {
            self.0
        }
    }

    fn pauses(fraction: f64) -> Vec<u128> {
        let backoff = Backoff::exponential(Duration::from_millis(100), Duration::from_secs(1));
        (1..=6).map(|n| backoff.pause(n, &Fixed(fraction)).as_millis()).collect()
    }

    #[test]
    fn pauses_double_up_to_the_greatest_and_jitter_from_zero() {
        assert_eq!(pauses(1.0), [100, 200, 400, 800, 1000, 1000]);
        assert_eq!(pauses(0.5), [50, 100, 200, 400, 500, 500]);
        assert_eq!(pauses(0.0), [0; 6]);
    }

    #[test]
    fn no_number_of_failures_overflows_a_pause() {
        for failures in [0, 64, u32::MAX] {
            assert!(Backoff::default().pause(failures, &Fixed(1.0)) <= Duration::from_secs(20));
        }
        let endless = Backoff::exponential(Duration::MAX, Duration::MAX);
        assert_eq!(endless.pause(3, &Fixed(0.0)), Duration::ZERO);
    }

    #[test]
    fn a_budget_runs_out_and_is_refilled_by_successes_up_to_its_reserve() {
        let budget = Budget::new(RetryPolicy::default().budget(2, 0.5).budget);
        assert_eq!([budget.take(), budget.take(), budget.take()], [true, true, false]);
        budget.refill();
        assert!(!budget.take());
        budget.refill();
        assert!(budget.take());
        (0..100).for_each(|_| budget.refill());
        assert_eq!([budget.take(), budget.take(), budget.take()], [true, true, false]);
    }
}
