//! The server's clock: the machine's or an injected one, set off by so many seconds.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};

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

/// The `Date` header's text. A time that HTTP cannot write becomes the epoch.
pub(crate) fn http_date(time: SystemTime) -> String {
    let printer = DateTimePrinter::new();
    let written = |time| printer.timestamp_to_rfc9110_string(&time).ok();
    let time = Timestamp::try_from(time).unwrap_or_default();
    written(time).or_else(|| written(Timestamp::UNIX_EPOCH)).unwrap_or_default()
}

/// `2025-12-17T07:59:20.752Z` of milliseconds since the Unix epoch, which is also what a time
/// becomes that cannot be written.
pub(crate) fn rfc3339(unix_millis: i64) -> String {
    let time = Timestamp::from_millisecond(unix_millis).unwrap_or_default();
    format!("{time:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_http_and_records_have_them() {
        let leap_day = UNIX_EPOCH + Duration::from_millis(951_782_400_001);
        assert_eq!(http_date(leap_day), "Tue, 29 Feb 2000 00:00:00 GMT");
        assert_eq!(
            http_date(UNIX_EPOCH + Duration::from_secs(1_762_153_300)),
            "Mon, 03 Nov 2025 07:01:40 GMT"
        );
        assert_eq!(rfc3339(951_782_400_001), "2000-02-29T00:00:00.001Z");
        assert_eq!(unix_nanos(UNIX_EPOCH - Duration::from_nanos(7)), -7);
        assert_eq!(rfc3339(-1), "1969-12-31T23:59:59.999Z");
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn a_time_that_cannot_be_written_is_the_epoch() {
        let far = UNIX_EPOCH + Duration::from_secs(400_000_000_000);
        assert_eq!(http_date(far), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(rfc3339(i64::MAX), "1970-01-01T00:00:00.000Z");
    }
}
