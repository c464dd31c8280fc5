//! Time, which a test replaces.

use std::pin::Pin;
use std::time::{Duration, SystemTime};

/// The future of a pause.
pub type ClockFuture<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Tells the time and lets it pass.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> SystemTime;

    /// Waits.
    fn sleep(&self, pause: Duration) -> ClockFuture<'_>;
}

/// The machine's.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, pause: Duration) -> ClockFuture<'_> {
        Box::pin(tokio::time::sleep(pause))
    }
}
