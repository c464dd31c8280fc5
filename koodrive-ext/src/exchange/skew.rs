//! How far the service's clock is from ours, learned from refusals.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use http::HeaderMap;

use crate::signing::x_date::XDate;

/// Age at which the service refuses a date. Source: `X-Date` in "Request header parameters".
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// The clock difference that a client has found to be accepted.
pub(crate) struct Skew {
    seconds: AtomicI64,
    /// Whether answers' `Date` may be believed: the setting is on, and nobody on the way can have
    /// written it.
    is_trusted: bool,
}

/// A request that was refused, as the clocks saw it.
pub(crate) struct Refused {
    /// The date that it carried, and the difference that was in use.
    pub(crate) sent: XDate,
    pub(crate) offset: i64,
    /// The service's time when it answered, and ours.
    pub(crate) server_time: Option<SystemTime>,
    pub(crate) now: SystemTime,
    /// Whether its credentials were refused.
    pub(crate) is_unauthorized: bool,
}

impl Skew {
    pub(crate) fn new(is_trusted: bool) -> Self {
        Self { seconds: AtomicI64::new(0), is_trusted }
    }

    /// The difference in use, in seconds.
    pub(crate) fn seconds(&self) -> i64 {
        self.seconds.load(Ordering::Relaxed)
    }

    /// Keeps a difference with which the service accepted a date.
    pub(crate) fn accept(&self, seconds: i64) {
        self.seconds.store(seconds, Ordering::Relaxed);
    }

    /// The service's time, if the answer that arrived just now shows it believably: a cached
    /// answer (`Age`) does not.
    pub(crate) fn server_time(&self, headers: &HeaderMap) -> Option<SystemTime> {
        if !self.is_trusted || headers.contains_key(http::header::AGE) {
            return None;
        }
        date_of(headers)
    }

    /// The difference with which the refused request may be accepted.
    ///
    /// Only a refusal that the clock explains gives one: where signatures are accepted, a gateway
    /// whose `Date` is wrong must not spoil them. `Date` is not older than the request, so the
    /// difference errs towards the past, which the window allows.
    pub(crate) fn remedy(&self, refused: &Refused) -> Option<i64> {
        if let Some(server_time) = refused.server_time
            && explains_refusal(refused.sent, server_time)
        {
            return Some(
                XDate::at(server_time).as_unix_seconds() - XDate::at(refused.now).as_unix_seconds(),
            );
        }
        // The difference in use did not help, so our own clock may be right by now.
        (refused.is_unauthorized && refused.offset != 0).then_some(0)
    }
}

/// The date to sign with when our clock says `now` and the service's is `offset` seconds ahead:
/// set back by `margin`, since a date in the service's future is refused.
pub(crate) fn date_at(now: SystemTime, offset: i64, margin: Duration) -> XDate {
    let magnitude = Duration::from_secs(offset.unsigned_abs());
    let there = if offset < 0 { now.checked_sub(magnitude) } else { now.checked_add(magnitude) };
    XDate::at(there.and_then(|time| time.checked_sub(margin)).unwrap_or(now))
}

/// `Date` of an answer.
pub(crate) fn date_of(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(http::header::DATE)?.to_str().ok()?).ok()
}

/// Whether a request dated `sent` was outside what a service whose clock says `there` takes.
fn explains_refusal(sent: XDate, there: SystemTime) -> bool {
    let age = XDate::at(there).as_unix_seconds() - sent.as_unix_seconds();
    // `Date` is cut to the second, so an age of -0.x looks like 0.
    age <= 0 || age >= WINDOW.as_secs() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_762_153_300; // 2025-11-03T07:01:40Z
    const MARGIN: Duration = Duration::from_secs(30);

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn answer(date: u64, more: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("date", httpdate::fmt_http_date(at(date)).parse().unwrap());
        more.iter().for_each(|(name, value)| {
            headers.insert(*name, value.parse().unwrap());
        });
        headers
    }

    fn refused(offset: i64, server_time: Option<u64>, is_unauthorized: bool) -> Refused {
        let sent = date_at(at(NOW), offset, MARGIN);
        Refused { sent, offset, server_time: server_time.map(at), now: at(NOW), is_unauthorized }
    }

    #[test]
    fn a_date_is_set_back_by_the_margin_and_moved_by_the_difference() {
        for (offset, expected) in
            [(0, "20251103T070110Z"), (1230, "20251103T072140Z"), (-31, "20251103T070039Z")]
        {
            assert_eq!(date_at(at(NOW), offset, MARGIN).to_string(), expected);
        }
    }

    #[test]
    fn a_refusal_that_the_date_explains_is_answered_by_the_difference() {
        let skew = Skew::new(true);
        for (server_time, expected) in [
            (NOW - 120, Some(-120)),
            (NOW - 31, Some(-31)),
            (NOW + 1200, Some(1200)),
            (NOW, None),
            (NOW + 869, None),
            (NOW + 870, Some(870)),
        ] {
            assert_eq!(skew.remedy(&refused(0, Some(server_time), true)), expected);
        }
        assert_eq!(skew.seconds(), 0, "a difference is kept only when it was accepted");
    }

    #[test]
    fn a_difference_that_no_longer_helps_is_given_up() {
        let skew = Skew::new(true);
        assert_eq!(skew.remedy(&refused(-3600, None, true)), Some(0));
        assert_eq!(skew.remedy(&refused(-3600, Some(NOW - 3600), true)), Some(0));
        assert_eq!(
            skew.remedy(&refused(-3600, None, false)),
            None,
            "only a refusal of credentials"
        );
        assert_eq!(skew.remedy(&refused(0, None, true)), None);
    }

    #[test]
    fn what_cannot_be_trusted_teaches_nothing() {
        for (is_trusted, headers, expected) in [
            (true, answer(NOW, &[]), Some(at(NOW))),
            (true, answer(NOW, &[("age", "7")]), None),
            (true, HeaderMap::new(), None),
            (false, answer(NOW, &[]), None),
        ] {
            assert_eq!(Skew::new(is_trusted).server_time(&headers), expected);
        }
    }

    #[test]
    fn only_a_date_outside_the_window_explains_a_refusal() {
        let sent = XDate::at(at(NOW));
        for (there, expected) in
            [(NOW - 90, true), (NOW, true), (NOW + 1, false), (NOW + 899, false), (NOW + 900, true)]
        {
            assert_eq!(explains_refusal(sent, at(there)), expected, "{there}");
        }
    }

    #[test]
    fn no_clock_makes_a_date_panic() {
        for offset in [i64::MIN, i64::MAX, 0] {
            for margin in [Duration::ZERO, Duration::MAX] {
                let _ = date_at(at(NOW), offset, margin);
            }
        }
    }
}
