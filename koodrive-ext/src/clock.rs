//! Time and chance, injected so that no test waits and every run can be repeated.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// Future of a [`Clock`]'s waits.
pub type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Tells the time and waits.
///
/// [`SystemClock`] is the default; tests bring their own.
pub trait Clock: Send + Sync + 'static {
    /// The machine's wall-clock time, which may be wrong.
    fn now(&self) -> SystemTime;

    /// Time since some fixed moment; never goes back.
    fn elapsed(&self) -> Duration;

    /// Ends after `duration`: the pause before another attempt.
    fn sleep(&self, duration: Duration) -> Wait;

    /// Ends after `duration`: the limit of an attempt. The same as [`sleep`](Self::sleep) unless
    /// a clock wants to tell them apart.
    fn timeout(&self, duration: Duration) -> Wait {
        self.sleep(duration)
    }
}

/// The machine's clock and tokio's timer.
#[derive(Clone, Debug)]
pub struct SystemClock {
    start: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { start: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Wait {
        Box::pin(async move { tokio::time::sleep(duration).await })
    }
}

/// Chooses where in its range a delay lies.
pub trait Random: Send + Sync + 'static {
    /// A number in `0.0..1.0`, evenly spread.
    fn fraction(&self) -> f64;
}

/// A generator with a seed: spreads retries, is no secret.
pub struct Seeded(Mutex<fastrand::Rng>);

impl Seeded {
    /// The same seed gives the same numbers.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(fastrand::Rng::with_seed(seed)))
    }
}

impl Default for Seeded {
    /// A seed of its own for every client.
    fn default() -> Self {
        Self(Mutex::new(fastrand::Rng::new()))
    }
}

impl Random for Seeded {
    fn fraction(&self) -> f64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).f64()
    }
}

impl fmt::Debug for Seeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seeded(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_spread_over_0_to_1_and_repeat_with_their_seed() {
        let draw = |random: Seeded| (0..1000).map(|_| random.fraction()).collect::<Vec<_>>();
        let (first, again) = (draw(Seeded::new(7)), draw(Seeded::new(7)));
        assert_eq!(first, again);
        assert!(first.iter().all(|f| (0.0..1.0).contains(f)));
        let mean = first.iter().sum::<f64>() / 1000.0;
        assert!((0.45..0.55).contains(&mean), "{mean}");
    }
}
