//! `Retry-After`, in seconds or as a date. Source: RFC 9110, section 10.2.3.

use std::time::{Duration, SystemTime};

use http::HeaderMap;

/// The pause that the answer asks for. A date is read against the answer's own `Date` where it
/// has one, so that a wrong clock here does not count; a date in the past asks for none.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    let sent = headers.get(http::header::DATE).and_then(|date| date.to_str().ok());
    let from = sent.and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or(now);
    Some(until.duration_since(from).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[(&'static str, &'static str)]) -> Option<u64> {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.insert(*name, value.parse().unwrap());
        }
        let now = httpdate::parse_http_date("Mon, 03 Nov 2025 07:01:40 GMT").unwrap();
        retry_after(&headers, now).map(|pause| pause.as_secs())
    }

    #[test]
    fn seconds_and_dates_are_read() {
        let cases = [
            ("2", Some(2)),
            (" 120 ", Some(120)),
            ("0", Some(0)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Mon, 03 Nov 2025 07:01:43 GMT", Some(3)),
            ("Mon, 03 Nov 2025 07:00:00 GMT", Some(0)),
            ("", None),
            ("soon", None),
            ("-1", None),
            ("1.5", None),
        ];
        for (text, expected) in cases {
            assert_eq!(read(&[("retry-after", text)]), expected, "{text}");
        }
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn a_date_counts_from_the_answers_own_date() {
        let fields = [
            ("retry-after", "Mon, 03 Nov 2025 08:00:05 GMT"),
            ("date", "Mon, 03 Nov 2025 08:00:00 GMT"),
        ];
        assert_eq!(read(&fields), Some(5));
    }
}
