//! Writes faults the way they are read.

use std::{fmt, ops::RangeInclusive};

use crate::fault::{Fault, FaultKind, PageNumber, RetryAfter, When};

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.when, self.kind)
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requests(numbers) => write_range(f, numbers),
            Self::Next => f.write_str("next"),
            Self::Page { page, attempts } => {
                match page {
                    PageNumber::Nth(number) => write!(f, "page={number}")?,
                    PageNumber::Last => f.write_str("page=last")?,
                }
                if *attempts != (1..=1) {
                    f.write_str(",attempt=")?;
                    write_range(f, attempts)?;
                }
                Ok(())
            }
            Self::Chance { probability, seed: 0 } => write!(f, "p={probability}"),
            Self::Chance { probability, seed } => write!(f, "p={probability},seed={seed}"),
        }
    }
}

fn write_range(f: &mut fmt::Formatter<'_>, range: &RangeInclusive<u64>) -> fmt::Result {
    match (*range.start(), *range.end()) {
        (1, u64::MAX) => f.write_str("*"),
        (first, u64::MAX) => write!(f, "{first}-"),
        (first, last) if first == last => write!(f, "{first}"),
        (first, last) => write!(f, "{first}-{last}"),
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status { status, retry_after } => {
                write!(f, "status={status}")?;
                match retry_after {
                    None => Ok(()),
                    Some(RetryAfter::Seconds(seconds)) => write!(f, ",retry-after={seconds}"),
                    Some(RetryAfter::DateIn(seconds)) => {
                        write!(f, ",retry-after-date={seconds:+}s")
                    }
                    Some(RetryAfter::Text(text)) => write!(f, ",retry-after={text}"),
                }
            }
            Self::Reset => f.write_str("reset"),
            Self::Truncate => f.write_str("truncate"),
            Self::Slow(duration) if duration.subsec_nanos() == 0 => {
                write!(f, "slow={}s", duration.as_secs())
            }
            Self::Slow(duration) => write!(f, "slow={}ms", duration.as_millis()),
            Self::Endless => f.write_str("endless"),
            Self::Html502 => f.write_str("html502"),
            Self::Gateway { status } => write!(f, "gateway={status}"),
            Self::Loop { period } => write!(f, "loop={period}"),
            Self::EmptyForever => f.write_str("empty-forever"),
            Self::NullData => f.write_str("null-data"),
            Self::Unreadable => f.write_str("unreadable"),
            Self::UnknownValues => f.write_str("unknown-values"),
            Self::Code { code, as_text: false } => write!(f, "code={code}"),
            Self::Code { code, as_text: true } => write!(f, "code={code},text"),
            Self::Redirect(url) => write!(f, "redirect={url}"),
            Self::Huge(bytes) => write!(f, "huge={bytes}"),
            Self::Garbage => f.write_str("garbage"),
            Self::Clock(seconds) => write!(f, "clock={seconds}"),
            Self::WrongContentType => f.write_str("wrong-content-type"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_written_the_way_it_is_read() {
        for when in [
            "3",
            "3-5",
            "3-4",
            "3-",
            "*",
            "next",
            "page=2",
            "page=last",
            "page=2,attempt=2",
            "page=2,attempt=*",
            "page=last,attempt=2-",
            "p=0.2",
            "p=1,seed=7",
        ] {
            for kind in [
                "status=503",
                "status=503,retry-after=2",
                "status=429,retry-after=Wed, 21 Oct 2026 07:28:00 GMT",
                "status=503,retry-after-date=+3s",
                "status=503,retry-after-date=-3s",
                "reset",
                "truncate",
                "slow=2s",
                "slow=1500ms",
                "endless",
                "html502",
                "gateway=429",
                "loop=3",
                "empty-forever",
                "null-data",
                "unreadable",
                "unknown-values",
                "code=13000410",
                "code=-1,text",
                "redirect=http://127.0.0.1:1/a?b=c,d",
                "huge=20",
                "garbage",
                "clock=-120",
                "wrong-content-type",
            ] {
                let text = format!("{when}:{kind}");
                assert_eq!(text.parse::<Fault>().map(|fault| fault.to_string()), Ok(text));
            }
        }
    }

    #[test]
    fn short_forms_mean_what_the_long_ones_do() {
        let long = |text: &str| text.parse::<Fault>().map(|fault| fault.to_string());
        assert_eq!(long("1:loop"), Ok("1:loop=1".to_owned()));
        assert_eq!(long("1:gateway"), Ok("1:gateway=401".to_owned()));
        assert_eq!(long("1-:slow=1m"), Ok("*:slow=60s".to_owned()));
        assert_eq!(long("1:huge=2KiB"), Ok("1:huge=2048".to_owned()));
        assert_eq!(long("1:clock=+5"), Ok("1:clock=5".to_owned()));
    }

    #[test]
    fn a_bad_fault_names_the_part_that_is_wrong() {
        for (text, named) in [
            ("", "when:kind"),
            ("status=503", "when:kind"),
            ("x:reset", "\"x\""),
            (":reset", "\"\""),
            ("0:reset", "request counts from 1"),
            ("5-3:reset", "ends before it begins"),
            ("3,attempt=2:reset", "attempt=2"),
            ("page=0:reset", "page counts from 1"),
            ("page=x:reset", "\"x\""),
            ("page=2,seed=1:reset", "seed=1"),
            ("p=1.5:reset", "1.5"),
            ("p=nan:reset", "nan"),
            ("p=0.5,attempt=1:reset", "attempt=1"),
            ("3:", "\"\""),
            ("3:statu=503", "\"statu\""),
            ("3:status", "status needs a value"),
            ("3:status=200", "200"),
            ("3:status=503,after=2", "after=2"),
            ("3:reset=1", "reset takes no value"),
            ("3:slow=2", "slow"),
            ("3:slow=2h", "2h"),
            ("3:huge=99999999999999999999", "huge"),
            ("3:huge=18446744073709551615MiB", "huge"),
            ("3:loop=0", "loop counts from 1"),
            ("3:code=0", "code must not be 0"),
            ("3:redirect=", "redirect must be"),
            ("3:clock=soon", "soon"),
        ] {
            let error = text.parse::<Fault>().expect_err(text).to_string();
            assert!(error.contains(named), "{text}: {error}");
        }
    }
}
