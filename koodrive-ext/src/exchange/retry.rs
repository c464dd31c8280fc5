//! The retry policy: how often, after which pauses, for how long.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::exchange::budget::BudgetSize;
use crate::jitter::Random;

/// How calls are repeated. A value: start from [`default`](Self::default) or
/// [`none`](Self::none) and change what differs.
///
/// Repeated are connection errors, answers that break off or are not of the documented form,
/// attempts that time out, HTTP 408, 425, 429 and 5xx, the gateway's throttling code
/// `APIGW.0308`, the codes named by [`retry_code`](Self::retry_code), and failures of the token
/// provider; and only methods that may be repeated safely (GET, HEAD, OPTIONS, PUT, DELETE). Every
/// attempt gets a new date and signature.
///
/// The pause before an attempt is the service's `Retry-After`, if there is one, plus the
/// [`backoff`](Self::backoff).
///
/// ```
/// use std::time::Duration;
/// use koodrive_ext::RetryPolicy;
///
/// let overnight = RetryPolicy::default()
///     .max_attempts(8)
///     .deadline(Duration::from_secs(15 * 60))
///     .retry_code("13000500");
/// # let _ = overnight;
/// ```
#[derive(Clone, Debug)]
pub struct RetryPolicy {
    pub(crate) max_attempts: u32,
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
            max_attempts: 5,
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
        Self::default().max_attempts(1)
    }

    /// The maximum number of attempts of a call, the first one included; 0 counts as 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
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
/// `min(first * 2^(n-1), max)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backoff {
    first: Duration,
    max: Duration,
}

impl Default for Backoff {
    /// From up to 0.25 s to up to 20 s.
    fn default() -> Self {
        Self::exponential(Duration::from_millis(250), Duration::from_secs(20))
    }
}

impl Backoff {
    /// Upper ends of the first pause and of all pauses.
    pub fn exponential(first: Duration, max: Duration) -> Self {
        Self { first, max: max.max(first) }
    }

    /// The pause after the `failures`-th failure in a row, from 1.
    pub(crate) fn pause(&self, failures: u32, random: &dyn Random) -> Duration {
        let doublings = failures.max(1) - 1;
        let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
        let end = self.first.saturating_mul(factor).min(self.max);
        end.mul_f64(random.fraction().clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_leaves_the_others_as_they_are() {
        let second = Duration::from_secs(1);
        let policy = RetryPolicy::none().deadline(2 * second).attempt_timeout(second);
        assert_eq!(
            (policy.max_attempts, policy.deadline, policy.attempt_timeout),
            (1, 2 * second, second)
        );
    }

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
}
