//! How many requests there may be, and how soon one after the other.

use std::time::{Duration, SystemTime};

/// The most requests that a probe sends.
pub(crate) const MAX_REQUESTS: u32 = 60;
/// Two a second.
const GAP: Duration = Duration::from_millis(500);

#[derive(Debug, Default)]
pub(crate) struct Pace {
    sent: u32,
    last: Option<SystemTime>,
}

impl Pace {
    /// How long to wait before the next request, which counts as sent then. `None` when it would
    /// be one too many.
    pub(crate) fn turn(&mut self, now: SystemTime, wait: Duration) -> Option<Duration> {
        if self.sent == MAX_REQUESTS {
            return None;
        }
        let gap = self.last.map_or(Duration::ZERO, |last| {
            // A clock that was set back must not stop the probe for hours.
            (last + GAP).duration_since(now).unwrap_or_default().min(GAP)
        });
        let pause = gap.max(wait);
        self.sent += 1;
        self.last = Some(now + pause);
        Some(pause)
    }

    pub(crate) fn sent(&self) -> u32 {
        self.sent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_at_most_two_requests_a_second_and_sixty_in_all() {
        let mut now = SystemTime::UNIX_EPOCH;
        let mut pace = Pace::default();
        for sent in 1..=MAX_REQUESTS {
            now += pace.turn(now, Duration::ZERO).unwrap();
            assert_eq!(pace.sent(), sent);
        }
        assert_eq!(now, SystemTime::UNIX_EPOCH + 59 * GAP);
        assert_eq!(pace.turn(now + Duration::from_secs(3_600), Duration::ZERO), None);
    }

    #[test]
    fn a_pause_is_not_waited_twice() {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(10);
        let mut pace = Pace::default();
        assert_eq!(pace.turn(start, Duration::ZERO), Some(Duration::ZERO));
        assert_eq!(pace.turn(start + GAP, Duration::ZERO), Some(Duration::ZERO));
        assert_eq!(pace.turn(start + GAP, 20 * GAP), Some(20 * GAP));
        assert_eq!(pace.turn(start, Duration::ZERO), Some(GAP), "a clock that was set back");
    }
}
