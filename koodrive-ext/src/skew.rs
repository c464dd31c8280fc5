//! How far the service's clock is from this machine's, read from its answers.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use url::Url;

use crate::{XDate, endpoint};

/// Bounds of what the service takes as `X-Date`. Source: its description in the API reference.
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// The measured difference, shared by all calls of a client.
pub(crate) struct Skew {
    /// Service minus machine, in seconds.
    seconds: AtomicI64,
    enabled: bool,
}

impl Skew {
    pub(crate) fn new(enabled: bool) -> Self {
        Self { seconds: AtomicI64::new(0), enabled }
    }

    /// The date to sign with when the machine's clock says `now`: the service's time as measured,
    /// set back by `margin`, since a date in the service's future is refused.
    pub(crate) fn date(&self, now: SystemTime, margin: Duration) -> XDate {
        let seconds = self.seconds.load(Ordering::Relaxed);
        let magnitude = Duration::from_secs(seconds.unsigned_abs());
        let there =
            if seconds < 0 { now.checked_sub(magnitude) } else { now.checked_add(magnitude) };
        XDate::at(there.and_then(|t| t.checked_sub(margin)).unwrap_or(now))
    }

    /// The service's time, if the answer that arrived just now tells it believably: a cached
    /// answer (`Age`) and a header that anybody on the way could have written (plain HTTP beyond
    /// this machine) do not.
    pub(crate) fn told_by(&self, url: &Url, headers: &HeaderMap) -> Option<SystemTime> {
        if !self.enabled || headers.contains_key(http::header::AGE) {
            return None;
        }
        if url.scheme() != "https" && !endpoint::is_loopback(url) {
            return None;
        }
        let date = headers.get(http::header::DATE)?.to_str().ok()?;
        httpdate::parse_http_date(date).ok()
    }

    /// What to do about a refusal at `now` of a request dated `sent`, whose credentials were
    /// refused if `unauthorized`; `true` when another date may mend it.
    ///
    /// The clock is corrected only then: where signatures are accepted, a front whose `Date` is
    /// wrong must not spoil them. `Date` is not older than the request, so the service's time as
    /// measured errs towards the past, which the window allows.
    pub(crate) fn correct(
        &self,
        sent: XDate,
        there: Option<SystemTime>,
        now: SystemTime,
        unauthorized: bool,
    ) -> bool {
        let Some(there) = there else { return false };
        let measured = XDate::at(there).as_unix_seconds() - XDate::at(now).as_unix_seconds();
        if explains_refusal(sent, there) {
            self.seconds.store(measured, Ordering::Relaxed);
            return true;
        }
        // The correction in use did not help, so what it was measured from may be wrong.
        unauthorized && self.seconds.swap(0, Ordering::Relaxed) != 0
    }
}

/// Whether a request dated `sent` was outside what a service whose clock says `there` takes; then
/// a refusal is the clock's fault and a new date may mend it.
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

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn a_date_is_set_back_by_the_margin() {
        assert_eq!(Skew::new(true).date(at(NOW), MARGIN).to_string(), "20251103T070110Z");
    }

    #[test]
    fn a_refusal_that_the_date_explains_moves_it_both_ways() {
        for (there, expected) in [
            (NOW - 120, "20251103T065910Z"),
            (NOW + 1200, "20251103T072110Z"),
            (NOW - 31, "20251103T070039Z"),
        ] {
            let skew = Skew::new(true);
            assert!(skew.correct(skew.date(at(NOW), MARGIN), Some(at(there)), at(NOW), false));
            assert_eq!(skew.date(at(NOW), MARGIN).to_string(), expected);
        }
    }

    #[test]
    fn a_correction_that_does_not_help_is_given_up() {
        let skew = Skew::new(true);
        let correct = |there, unauthorized| {
            skew.correct(skew.date(at(NOW), MARGIN), there, at(NOW), unauthorized)
        };
        assert!(correct(Some(at(NOW - 3600)), true));
        assert!(
            !correct(Some(at(NOW - 3600)), false),
            "a wrong parameter says nothing of the clock"
        );
        assert!(correct(Some(at(NOW - 3600)), true));
        assert_eq!(skew.date(at(NOW), MARGIN).to_string(), "20251103T070110Z");
        assert!(!correct(Some(at(NOW)), true));
        assert!(!correct(None, true));
    }

    #[test]
    fn what_cannot_be_trusted_teaches_nothing() {
        let cases = [
            (true, "http://example.com/", answer(NOW - 120, &[])),
            (true, "https://example.com/", answer(NOW - 120, &[("age", "7")])),
            (true, "https://example.com/", HeaderMap::new()),
            (false, "https://example.com/", answer(NOW - 120, &[])),
        ];
        for (enabled, to, headers) in cases {
            let skew = Skew::new(enabled);
            assert_eq!(skew.told_by(&url(to), &headers), None, "{to}");
        }
    }

    #[test]
    fn loopback_is_believed_without_tls() {
        for to in ["http://127.0.0.1:80/", "http://localhost/", "http://[::1]/"] {
            assert_eq!(Skew::new(true).told_by(&url(to), &answer(NOW, &[])), Some(at(NOW)), "{to}");
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
        let skew = Skew::new(true);
        skew.seconds.store(i64::MIN, Ordering::Relaxed);
        let _ = skew.date(at(NOW), Duration::MAX);
        skew.seconds.store(i64::MAX, Ordering::Relaxed);
        let _ = skew.date(at(NOW), Duration::ZERO);
    }
}
