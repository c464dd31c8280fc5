//! A clock that never makes a test wait.

use std::future::pending;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use koodrive_ext::clock::{Clock, Wait};
use tokio::sync::watch;

/// Pauses end at once and are remembered; limits of attempts end when the test says so.
#[derive(Clone)]
pub struct TestClock(Arc<Inner>);

struct Inner {
    /// The machine's clock minus the true time, in seconds.
    offset: i64,
    slept: Mutex<Vec<Duration>>,
    limits: Mutex<Vec<Duration>>,
    /// Whether a pause moves the time that the clock shows.
    moves: bool,
    expired: watch::Sender<bool>,
}

impl Default for TestClock {
    fn default() -> Self {
        Self::running_ahead_by(0)
    }
}

impl TestClock {
    /// A machine whose clock shows `seconds` more than the true time; negative is behind.
    #[must_use]
    pub fn running_ahead_by(seconds: i64) -> Self {
        Self::made(seconds, false)
    }

    /// A machine that is ten minutes behind and whose clock moves on by every pause.
    #[must_use]
    pub fn moved_by_pauses() -> Self {
        Self::made(-600, true)
    }

    fn made(offset: i64, moves: bool) -> Self {
        let expired = watch::channel(false).0;
        let (slept, limits) = (Mutex::default(), Mutex::default());
        Self(Arc::new(Inner { offset, slept, limits, moves, expired }))
    }

    /// The limits that attempts were given so far.
    #[must_use]
    pub fn limits(&self) -> Vec<Duration> {
        self.0.limits.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The pauses so far.
    #[must_use]
    pub fn slept(&self) -> Vec<Duration> {
        self.0.slept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends the limit of the attempt under way, and of all that follow.
    pub fn expire_attempts(&self) {
        self.0.expired.send_replace(true);
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        let offset = Duration::from_secs(self.0.offset.unsigned_abs());
        let now = SystemTime::now() + if self.0.moves { self.elapsed() } else { Duration::ZERO };
        if self.0.offset < 0 { now - offset } else { now + offset }
    }

    fn elapsed(&self) -> Duration {
        self.slept().iter().fold(Duration::ZERO, |sum, pause| sum.saturating_add(*pause))
    }

    fn sleep(&self, duration: Duration) -> Wait {
        self.0.slept.lock().unwrap_or_else(PoisonError::into_inner).push(duration);
        Box::pin(async {})
    }

    fn timeout(&self, duration: Duration) -> Wait {
        self.0.limits.lock().unwrap_or_else(PoisonError::into_inner).push(duration);
        let mut expired = self.0.expired.subscribe();
        Box::pin(async move {
            if expired.wait_for(|expired| *expired).await.is_err() {
                pending::<()>().await;
            }
        })
    }
}
