//! X-Date: its form, and how far it may be from the server's clock.

use std::{fmt, time::Duration};

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

/// The form of X-Date, as messages name it.
pub(crate) const FORM: &str = "yyyyMMdd'T'HHmmss'Z', for example 20251103T070140Z";

const NANOS: i128 = 1_000_000_000;

/// How far a date may be from the server's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) max_ahead: Duration,
    pub(crate) max_age: Duration,
}

impl Default for Window {
    /// The documented one.
    fn default() -> Self {
        Self { max_ahead: Duration::ZERO, max_age: Duration::from_secs(15 * 60) }
    }
}

/// Seconds since the Unix epoch, or `None` when the text is not of the form or not a date.
pub(crate) fn parse(text: &[u8]) -> Option<i64> {
    const JIFF_FORM: &str = "%Y%m%dT%H%M%SZ";
    let text = std::str::from_utf8(text).ok()?;
    let date = DateTime::strptime(JIFF_FORM, text).ok()?;
    // The parser also takes signs, blanks, shorter numbers and second 60.
    (date.strftime(JIFF_FORM).to_string() == text)
        .then(|| TimeZone::UTC.to_timestamp(date).ok())?
        .map(Timestamp::as_second)
}

/// On which side of the window a date lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outside {
    Later,
    /// Older than this.
    Older(Duration),
}

impl fmt::Display for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Later => f.write_str("X-Date is later than the current time"),
            Self::Older(age) => match (age.as_secs() / 60, age.as_secs() % 60) {
                (minutes, 0) => write!(f, "X-Date is older than {minutes} minutes"),
                _ => write!(f, "X-Date is older than {} seconds", age.as_secs()),
            },
        }
    }
}

/// Exact to the nanosecond, because the contract allows nothing later than now.
pub(crate) fn check(window: Window, x_date_seconds: i64, now_nanos: i128) -> Result<(), Outside> {
    let age = now_nanos - i128::from(x_date_seconds) * NANOS;
    let nanos = |distance: Duration| i128::try_from(distance.as_nanos()).unwrap_or(i128::MAX);
    if age < -nanos(window.max_ahead) {
        Err(Outside::Later)
    } else if age > nanos(window.max_age) {
        Err(Outside::Older(window.max_age))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_documented_form_and_real_dates_are_read() {
        assert_eq!(parse(b"20251103T070140Z"), Some(1_762_153_300));
        assert_eq!(parse(b"19700101T000000Z"), Some(0));
        assert!(parse(b"20240229T235959Z").is_some());
        for bad in [
            "",
            "Z",
            "2025-11-03T07:01:40Z",
            "20251103T070140.5Z",
            "20251103T070140",
            "20251103 070140Z",
            "20251103t070140z",
            "20251103T070140+",
            "+0251103T070140Z",
            "20250229T000000Z",
            "20251301T000000Z",
            "20250001T000000Z",
            "20251100T000000Z",
            "20251131T000000Z",
            "20251103T240000Z",
            "20251103T076000Z",
            "20251103T070160Z",
            "20251103T07014\u{0664}Z",
        ] {
            assert_eq!(parse(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn the_window_is_exact_at_both_ends() {
        let x_date = 1_762_153_300;
        let oldest = 900 * NANOS;
        let window = Window::default();
        let at = |nanos: i128| check(window, x_date, i128::from(x_date) * NANOS + nanos);
        assert_eq!(at(-1), Err(Outside::Later));
        assert_eq!(at(0), Ok(()));
        assert_eq!(at(oldest), Ok(()));
        assert_eq!(at(oldest + 1), Err(Outside::Older(window.max_age)));
    }
}
