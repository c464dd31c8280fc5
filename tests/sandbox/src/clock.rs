//! The server's clock: the machine's or an injected one, set off by so many seconds.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

#[derive(Clone)]
pub(crate) struct Clock {
    now: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    offset_seconds: i64,
}

impl Clock {
    pub(crate) fn set_source(&mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) {
        self.now = Arc::new(now);
    }

    pub(crate) fn set_offset(&mut self, seconds: i64) {
        self.offset_seconds = seconds;
    }

    pub(crate) fn now(&self) -> SystemTime {
        shifted((self.now)(), self.offset_seconds)
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self { now: Arc::new(SystemTime::now), offset_seconds: 0 }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock")
            .field("offset_seconds", &self.offset_seconds)
            .finish_non_exhaustive()
    }
}

/// Stays where it is when the sum is beyond what the platform can express.
pub(crate) fn shifted(time: SystemTime, seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let moved = if seconds < 0 { time.checked_sub(distance) } else { time.checked_add(distance) };
    moved.unwrap_or(time)
}

/// Signed nanoseconds since the Unix epoch.
pub(crate) fn unix_nanos(time: SystemTime) -> i128 {
    let nanos = |distance: Duration| i128::try_from(distance.as_nanos()).unwrap_or(i128::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => nanos(after),
        Err(before) => -nanos(before.duration()),
    }
}

/// The `Date` header's text. Years that HTTP cannot write become the epoch.
pub(crate) fn http_date(time: SystemTime) -> String {
    // httpdate panics after the year 9999 and before 1970.
    const LATEST: i128 = 253_402_300_799 * 1_000_000_000;
    let writable = (0..=LATEST).contains(&unix_nanos(time));
    httpdate::fmt_http_date(if writable { time } else { UNIX_EPOCH })
}
