//! The proleptic Gregorian calendar in UTC, as far as X-Date and the records need it.

const SECONDS_A_DAY: i64 = 86_400;

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(crate) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Leap days in the years before `year`, counted from year 0.
fn leap_days_before(year: i64) -> i64 {
    let last = year - 1;
    last.div_euclid(4) - last.div_euclid(100) + last.div_euclid(400)
}

fn days_before_year(year: i64) -> i64 {
    year * 365 + leap_days_before(year)
}

fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let months: i64 = (1..month).map(|m| days_in_month(year, m)).sum();
    days_before_year(year) - days_before_year(1970) + months + day - 1
}

/// Seconds since the Unix epoch of a date and time that are known to be valid.
pub(crate) fn unix_seconds(date: (i64, i64, i64), time: (i64, i64, i64)) -> i64 {
    let (year, month, day) = date;
    let (hour, minute, second) = time;
    day_number(year, month, day) * SECONDS_A_DAY + hour * 3_600 + minute * 60 + second
}

/// `2025-12-17T07:59:20.752Z` of milliseconds since the Unix epoch.
pub(crate) fn rfc3339(unix_millis: i64) -> String {
    let seconds = unix_millis.div_euclid(1_000);
    let millis = unix_millis.rem_euclid(1_000);
    let mut days = seconds.div_euclid(SECONDS_A_DAY);
    let of_day = seconds.rem_euclid(SECONDS_A_DAY);

    let mut year = 1970 + days / 366;
    while day_number(year + 1, 1, 1) <= days {
        year += 1;
    }
    while day_number(year, 1, 1) > days {
        year -= 1;
    }
    days -= day_number(year, 1, 1);
    let mut month = 1;
    while days >= days_in_month(year, month) {
        days -= days_in_month(year, month);
        month += 1;
    }
    format!(
        "{year:04}-{month:02}-{:02}T{:02}:{:02}:{:02}.{millis:03}Z",
        days + 1,
        of_day / 3_600,
        of_day / 60 % 60,
        of_day % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_texts_agree_with_known_dates() {
        assert_eq!(unix_seconds((1970, 1, 1), (0, 0, 0)), 0);
        assert_eq!(unix_seconds((2038, 1, 19), (3, 14, 8)), i64::from(i32::MAX) + 1);
        assert_eq!(unix_seconds((2000, 3, 1), (0, 0, 0)), 951_868_800);
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(951_782_400_001), "2000-02-29T00:00:00.001Z");
        assert_eq!(rfc3339(-1), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn every_day_of_four_centuries_survives_the_round_trip() {
        for day in -60_000..90_000_i64 {
            let text = rfc3339(day * SECONDS_A_DAY * 1_000);
            let part = |range: std::ops::Range<usize>| text[range].parse::<i64>().expect("digits");
            let date = (part(0..4), part(5..7), part(8..10));
            assert_eq!(unix_seconds(date, (0, 0, 0)), day * SECONDS_A_DAY, "{text}");
        }
    }
}
