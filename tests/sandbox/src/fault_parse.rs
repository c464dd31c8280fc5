//! Faults as text, for command lines and logs.

use std::{fmt, ops::RangeInclusive, str::FromStr, time::Duration};

use crate::fault::{Fault, FaultKind, PageNumber, RetryAfter, When};

/// Why a text is not a fault. Its message names the part and what it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseFaultError {
    message: String,
}

impl ParseFaultError {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for ParseFaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ParseFaultError {}

type Parsed<T> = Result<T, ParseFaultError>;

/// Reads `when:kind`.
///
/// `when` is one of
/// - `3`, `3-5`, `3-`, `*`: requests by number, from 1;
/// - `next`: the first request from now;
/// - `page=2`, `page=last`, with `,attempt=2`, `,attempt=1-3` or `,attempt=*` if it is not the
///   first attempt only;
/// - `p=0.2` or `p=0.2,seed=7`: with a probability.
///
/// `kind` is one of `status=503`, `status=503,retry-after=2` (any text to the end),
/// `status=503,retry-after-date=+3s`, `reset`, `truncate`, `slow=2s` (`ms`, `s`, `m`), `endless`,
/// `html502`, `gateway` or `gateway=401`, `loop` or `loop=2`, `empty-forever`, `null-data`,
/// `unreadable`, `unknown-values`, `code=13000410` or `code=13000410,text`, `redirect=URL`,
/// `huge=20MiB` (bytes, `KiB`, `MiB`), `garbage`, `clock=-120` (seconds), `wrong-content-type`.
///
/// ```
/// use koodrive_sandbox::Fault;
///
/// for text in ["3:status=503", "page=last,attempt=1-2:reset", "p=0.2,seed=7:slow=2s"] {
///     assert_eq!(text.parse::<Fault>()?.to_string(), text);
/// }
/// let error = "3:statu=503".parse::<Fault>().unwrap_err();
/// assert!(error.to_string().contains("statu"));
/// # Ok::<(), koodrive_sandbox::ParseFaultError>(())
/// ```
impl FromStr for Fault {
    type Err = ParseFaultError;

    fn from_str(text: &str) -> Parsed<Self> {
        let (when, kind) = text.split_once(':').ok_or_else(|| {
            ParseFaultError::new(format!(
                "a fault is written as when:kind, for example 3:status=503, not {text:?}"
            ))
        })?;
        Ok(Self::new(when.parse()?, kind.parse()?))
    }
}

/// Reads the part of a [`Fault`] before its colon.
impl FromStr for When {
    type Err = ParseFaultError;

    fn from_str(text: &str) -> Parsed<Self> {
        let (first, option) = match text.split_once(',') {
            Some((first, option)) => (first, Some(option)),
            None => (text, None),
        };
        if let Some(page) = first.strip_prefix("page=") {
            let page = match page {
                "last" => PageNumber::Last,
                number => PageNumber::Nth(from_one(number, "page")?),
            };
            let attempts = match option {
                None => 1..=1,
                Some(option) => match option.strip_prefix("attempt=") {
                    Some(attempts) => range(attempts, "attempt")?,
                    None => return Err(unknown_option(option, "attempt=…", "page=…")),
                },
            };
            return Ok(Self::Page { page, attempts });
        }
        if let Some(probability) = first.strip_prefix("p=") {
            let seed = match option {
                None => 0,
                Some(option) => match option.strip_prefix("seed=") {
                    Some(seed) => number(seed, "seed")?,
                    None => return Err(unknown_option(option, "seed=…", "p=…")),
                },
            };
            let probability = probability
                .parse()
                .ok()
                .filter(|probability| (0.0..=1.0).contains(probability))
                .ok_or_else(|| {
                    ParseFaultError::new(format!("p must be from 0 to 1, not {probability:?}"))
                })?;
            return Ok(Self::Chance { probability, seed });
        }
        if let Some(option) = option {
            return Err(ParseFaultError::new(format!(
                "{option:?} does not go with requests by number"
            )));
        }
        if first == "next" {
            return Ok(Self::Next);
        }
        if !first.starts_with(|start: char| start.is_ascii_digit() || start == '*') {
            return Err(ParseFaultError::new(format!(
                "{first:?} does not say when: use 3, 3-5, 3-, *, next, page=2, page=last or p=0.2"
            )));
        }
        range(first, "request").map(Self::Requests)
    }
}

/// Reads the part of a [`Fault`] after its first colon.
impl FromStr for FaultKind {
    type Err = ParseFaultError;

    fn from_str(text: &str) -> Parsed<Self> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let kind = match (name, value) {
            ("status", Some(value)) => return status(value),
            ("reset", None) => Self::Reset,
            ("truncate", None) => Self::Truncate,
            ("slow", Some(value)) => Self::Slow(duration(value)?),
            ("endless", None) => Self::Endless,
            ("html502", None) => Self::Html502,
            ("gateway", None) => Self::gateway(401),
            ("gateway", Some(value)) => Self::gateway(http_status(value)?),
            ("loop", None) => Self::cursor_loop(1),
            ("loop", Some(value)) => Self::cursor_loop(from_one(value, "loop")?),
            ("empty-forever", None) => Self::EmptyForever,
            ("null-data", None) => Self::NullData,
            ("unreadable", None) => Self::Unreadable,
            ("unknown-values", None) => Self::UnknownValues,
            ("code", Some(value)) => match value.strip_suffix(",text") {
                Some(value) => Self::code_as_text(code(value)?),
                None => Self::code(code(value)?),
            },
            ("redirect", Some(url)) if is_header_text(url) => Self::Redirect(url.to_owned()),
            ("redirect", Some(_)) => {
                return Err(ParseFaultError::new("redirect must be visible ASCII, a URL"));
            }
            ("huge", Some(value)) => Self::Huge(bytes(value)?),
            ("garbage", None) => Self::Garbage,
            ("clock", Some(value)) => {
                Self::Clock(number(value.strip_prefix('+').unwrap_or(value), "clock")?)
            }
            ("wrong-content-type", None) => Self::WrongContentType,
            ("status" | "slow" | "code" | "redirect" | "huge" | "clock", None) => {
                return Err(ParseFaultError::new(format!("{name} needs a value: {name}=…")));
            }
            (
                "reset" | "truncate" | "endless" | "html502" | "empty-forever" | "null-data"
                | "unreadable" | "unknown-values" | "garbage" | "wrong-content-type",
                Some(_),
            ) => return Err(ParseFaultError::new(format!("{name} takes no value"))),
            _ => {
                return Err(ParseFaultError::new(format!(
                    "there is no fault {name:?}: use status, reset, truncate, slow, endless, html502, gateway, \
                     loop, empty-forever, null-data, unreadable, unknown-values, code, redirect, huge, garbage, \
                     clock or wrong-content-type"
                )));
            }
        };
        Ok(kind)
    }
}

fn status(text: &str) -> Parsed<FaultKind> {
    let Some((status, option)) = text.split_once(',') else {
        return Ok(FaultKind::status(http_status(text)?));
    };
    let retry_after = match option.split_once('=') {
        Some(("retry-after", value)) if is_header_text(value) => match value.parse() {
            Ok(seconds) => RetryAfter::Seconds(seconds),
            Err(_) => RetryAfter::Text(value.to_owned()),
        },
        Some(("retry-after-date", value)) => {
            let seconds = value.strip_suffix('s').unwrap_or(value);
            RetryAfter::DateIn(number(
                seconds.strip_prefix('+').unwrap_or(seconds),
                "retry-after-date",
            )?)
        }
        _ => {
            return Err(unknown_option(option, "retry-after=… or retry-after-date=…", "status=…"));
        }
    };
    Ok(FaultKind::status_retry_after(http_status(status)?, retry_after))
}

fn unknown_option(option: &str, known: &str, of: &str) -> ParseFaultError {
    ParseFaultError::new(format!("{option:?} is no option of {of}; it takes {known}"))
}

fn number<T: FromStr>(text: &str, of: &str) -> Parsed<T> {
    text.parse()
        .map_err(|_| ParseFaultError::new(format!("{of} must be a whole number, not {text:?}")))
}

fn from_one(text: &str, of: &str) -> Parsed<u64> {
    match number(text, of)? {
        0 => Err(ParseFaultError::new(format!("{of} counts from 1, not 0"))),
        number => Ok(number),
    }
}

fn range(text: &str, of: &str) -> Parsed<RangeInclusive<u64>> {
    if text == "*" {
        return Ok(1..=u64::MAX);
    }
    let Some((first, last)) = text.split_once('-') else {
        let only = from_one(text, of)?;
        return Ok(only..=only);
    };
    let first = from_one(first, of)?;
    let last = if last.is_empty() { u64::MAX } else { from_one(last, of)? };
    if last < first {
        return Err(ParseFaultError::new(format!("{of} {text:?} ends before it begins")));
    }
    Ok(first..=last)
}

fn http_status(text: &str) -> Parsed<u16> {
    match text.parse() {
        Ok(status @ 300..=599) => Ok(status),
        _ => Err(ParseFaultError::new(format!("a status must be from 300 to 599, not {text:?}"))),
    }
}

fn code(text: &str) -> Parsed<i64> {
    match number(text, "code")? {
        0 => Err(ParseFaultError::new("code must not be 0, which is success")),
        code => Ok(code),
    }
}

fn scaled(text: &str, units: &[(&str, u64)], of: &str) -> Parsed<u64> {
    let digits = text.find(|end: char| !end.is_ascii_digit()).unwrap_or(text.len());
    let (amount, unit) = text.split_at(digits);
    let factor = units.iter().find(|(name, _)| *name == unit);
    amount
        .parse()
        .ok()
        .zip(factor)
        .and_then(|(amount, (_, factor)): (u64, _)| amount.checked_mul(*factor))
        .ok_or_else(|| {
            let units: Vec<&str> = units.iter().map(|(name, _)| *name).collect();
            let units = units.join(" ");
            ParseFaultError::new(format!(
                "{of} must be a whole number with one of the units {}, not {text:?}",
                units.trim()
            ))
        })
}

fn duration(text: &str) -> Parsed<Duration> {
    scaled(text, &[("ms", 1), ("s", 1_000), ("m", 60_000)], "slow").map(Duration::from_millis)
}

fn bytes(text: &str) -> Parsed<u64> {
    let units = [("", 1), ("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20)];
    scaled(text, &units, "huge")
}

fn is_header_text(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}
