//! A world with one time, which moves only when somebody waits or a test says so: the service's
//! clock is right, the machine's need not be.

use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use koodrive_ext::clock::{Clock, Wait};

/// 2026-01-01T00:00:00Z.
const BEGUN: Duration = Duration::from_secs(1_767_225_600);

/// The clock of the machine and of the service. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct World(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    elapsed: Duration,
    machine_ahead: i64,
}

impl World {
    /// The time as the service has it.
    #[must_use]
    pub fn true_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + BEGUN + self.state().elapsed
    }

    /// Lets time pass.
    pub fn advance(&self, duration: Duration) {
        let mut state = self.state();
        state.elapsed = state.elapsed.saturating_add(duration);
    }

    /// Sets the machine's clock so many seconds ahead of the true time; negative is behind.
    pub fn set_machine_ahead(&self, seconds: i64) {
        self.state().machine_ahead = seconds;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for World {
    fn now(&self) -> SystemTime {
        let ahead = self.state().machine_ahead;
        let distance = Duration::from_secs(ahead.unsigned_abs());
        if ahead < 0 { self.true_time() - distance } else { self.true_time() + distance }
    }

    fn elapsed(&self) -> Duration {
        self.state().elapsed
    }

    fn sleep(&self, duration: Duration) -> Wait {
        self.advance(duration);
        Box::pin(async {})
    }

    fn timeout(&self, _: Duration) -> Wait {
        Box::pin(pending())
    }
}
