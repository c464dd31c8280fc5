//! Time, injected so that no test waits and every run can be repeated.

#[cfg(test)]
pub(crate) mod interleaved;

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

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

/// The machine's clock and tokio's timer. Under tokio's paused time, pauses and deadlines follow
/// that; dates of signatures stay those of the machine.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_was_slept_has_elapsed() {
        let clock = SystemClock::default();
        clock.sleep(Duration::from_secs(7)).await;
        assert_eq!(clock.elapsed().as_secs(), 7);
    }
}
