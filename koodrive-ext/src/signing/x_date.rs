//! The signature time in the form that `X-Date` has.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::error::Error;

const FORM: &str = "%Y%m%dT%H%M%SZ";

/// A time in whole seconds, written `yyyyMMdd'T'HHmmss'Z'` in UTC.
///
/// The service takes it when it lies within 15 minutes before the service's current time, and not
/// later than that. Source: table "Request header parameters", `X-Date`.
///
/// ```
/// use koodrive_ext::XDate;
///
/// let date: XDate = "20251103T070140Z".parse()?;
/// assert_eq!(date.to_string(), "20251103T070140Z");
/// assert!("2025-11-03T07:01:40Z".parse::<XDate>().is_err());
/// # Ok::<(), koodrive_ext::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct XDate(Timestamp);

impl XDate {
    /// The second that `time` lies in. Years 0 to 9999; a time beyond is set to the nearest end.
    pub fn at(time: SystemTime) -> Self {
        let seconds = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(e) => {
                let before = e.duration();
                let whole = i64::try_from(before.as_secs()).unwrap_or(i64::MAX);
                -whole - i64::from(before.subsec_nanos() > 0)
            }
        };
        // 0000-01-01 and the last second of 9999 in which every UTC offset still has a year.
        Self(
            Timestamp::from_second(seconds.clamp(-62_167_219_200, 253_402_207_200))
                .unwrap_or(Timestamp::UNIX_EPOCH),
        )
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn as_unix_seconds(self) -> i64 {
        self.0.as_second()
    }

    /// Its 16 characters. Not by `strftime`, which takes as long as the rest of a signature.
    pub(crate) fn text(self) -> Text {
        let time = TimeZone::UTC.to_datetime(self.0);
        let mut text = *b"yyyymmddThhmmssZ";
        let parts = [time.month(), time.day(), time.hour(), time.minute(), time.second()];
        put_digits(&mut text[..4], time.year().unsigned_abs());
        for (at, part) in [4, 6, 9, 11, 13].into_iter().zip(parts) {
            put_digits(&mut text[at..at + 2], u16::from(part.unsigned_abs()));
        }
        Text(text)
    }
}

/// The form that `X-Date` has: ASCII.
pub(crate) struct Text([u8; 16]);

impl Text {
    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

fn put_digits(into: &mut [u8], mut number: u16) {
    for digit in into.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

impl fmt::Display for XDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text().as_str())
    }
}

impl FromStr for XDate {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let fail = || Error::invalid(format!("X-Date is {text:?}, expected yyyyMMdd'T'HHmmss'Z'"));
        let date = DateTime::strptime(FORM, text).map_err(|_| fail())?;
        let time = TimeZone::UTC.to_timestamp(date).map_err(|_| fail())?;
        // The parser also takes shorter numbers.
        let date = Self(time);
        if date.to_string() == text { Ok(date) } else { Err(fail()) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_second_is_written_and_read_back() {
        for seconds in [0, 1, 951_782_400, 1_762_153_300, 2_147_483_648, 253_402_207_200] {
            let date = XDate::at(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
            assert_eq!(date.to_string().parse::<XDate>().unwrap(), date);
            assert_eq!(date.as_unix_seconds(), seconds as i64);
        }
    }

    #[test]
    fn a_fraction_is_cut_off_towards_the_past() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_999);
        assert_eq!(XDate::at(time).to_string(), "19700101T000001Z");
        let time = SystemTime::UNIX_EPOCH - Duration::from_millis(1);
        assert_eq!(XDate::at(time).to_string(), "19691231T235959Z");
        for (millis, expected) in [(1_000, "19691231T235959Z"), (60_001, "19691231T235859Z")] {
            let time = SystemTime::UNIX_EPOCH - Duration::from_millis(millis);
            assert_eq!(XDate::at(time).to_string(), expected);
        }
    }

    #[test]
    fn any_system_time_has_a_date() {
        let far = Duration::from_secs(i64::MAX as u64 / 2);
        let ends =
            [SystemTime::UNIX_EPOCH.checked_add(far), SystemTime::UNIX_EPOCH.checked_sub(far)];
        for time in ends.into_iter().flatten() {
            assert_eq!(XDate::at(time).to_string().len(), 16);
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "20251103T070140",
            "2025113T070140Z",
            "20251103T070140.5Z",
            "20251303T070140Z",
            "20251103t070140z",
        ] {
            assert!(text.parse::<XDate>().is_err(), "{text}");
        }
    }
}
