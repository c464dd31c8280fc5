//! What can go wrong on request, and when.

use std::{ops::RangeInclusive, time::Duration};

/// Something that goes wrong, and when it does.
///
/// Built by a constructor or read from text; the grammar is in the crate's README and in the
/// documentation of its [`FromStr`](#impl-FromStr-for-Fault).
///
/// ```
/// use koodrive_sandbox::{Fault, FaultKind};
///
/// let built = Fault::on_request(3, FaultKind::status(503));
/// let read: Fault = "3:status=503".parse()?;
/// assert_eq!(built, read);
/// assert_eq!(read.to_string(), "3:status=503");
/// # Ok::<(), koodrive_sandbox::ParseFaultError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Fault {
    /// The requests it applies to.
    pub when: When,
    /// What happens to them.
    pub kind: FaultKind,
}

impl Fault {
    /// Applies to the requests that `when` describes.
    #[must_use]
    pub fn new(when: When, kind: FaultKind) -> Self {
        Self { when, kind }
    }

    /// Applies once, to the request of this number. The first request is number 1.
    #[must_use]
    pub fn on_request(number: u64, kind: FaultKind) -> Self {
        Self::new(When::Requests(number..=number), kind)
    }

    /// Applies to the requests of these numbers. The first request is number 1.
    #[must_use]
    pub fn on_requests(numbers: RangeInclusive<u64>, kind: FaultKind) -> Self {
        Self::new(When::Requests(numbers), kind)
    }

    /// Applies to every request.
    #[must_use]
    pub fn always(kind: FaultKind) -> Self {
        Self::new(When::Requests(1..=u64::MAX), kind)
    }

    /// Applies once, to the first request that arrives after the fault was added.
    #[must_use]
    pub fn next(kind: FaultKind) -> Self {
        Self::new(When::Next, kind)
    }

    /// Applies to the first attempt at this page of each listing. The first page is number 1.
    #[must_use]
    pub fn on_page(page: u64, kind: FaultKind) -> Self {
        Self::on_page_attempts(page, 1..=1, kind)
    }

    /// Applies to these attempts at this page of each listing. Both are counted from 1.
    #[must_use]
    pub fn on_page_attempts(page: u64, attempts: RangeInclusive<u64>, kind: FaultKind) -> Self {
        let page = PageNumber::Nth(page);
        Self::new(When::Page { page, attempts }, kind)
    }

    /// Applies to the first attempt at the last page of each listing.
    #[must_use]
    pub fn on_last_page(kind: FaultKind) -> Self {
        Self::on_last_page_attempts(1..=1, kind)
    }

    /// Applies to these attempts, counted from 1, at the last page of each listing.
    #[must_use]
    pub fn on_last_page_attempts(attempts: RangeInclusive<u64>, kind: FaultKind) -> Self {
        let page = PageNumber::Last;
        Self::new(When::Page { page, attempts }, kind)
    }

    /// Applies to each request with this probability, from 0 to 1. The same seed gives the same
    /// requests; faults with the same seed are drawn independently of each other.
    #[must_use]
    pub fn random(probability: f64, seed: u64, kind: FaultKind) -> Self {
        Self::new(When::Chance { probability, seed }, kind)
    }
}

/// The requests that a [`Fault`] applies to.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum When {
    /// Requests by number, counted from 1 over all that arrive.
    Requests(RangeInclusive<u64>),
    /// The first request after the fault was added, once.
    Next,
    /// Attempts at one page of each listing. A listing is a user, module, device and page size.
    #[non_exhaustive]
    Page {
        /// Which page.
        page: PageNumber,
        /// Which attempts at it, counted from 1.
        attempts: RangeInclusive<u64>,
    },
    /// Each request with a probability.
    #[non_exhaustive]
    Chance {
        /// From 0 (never) to 1 (always).
        probability: f64,
        /// What the draws start from.
        seed: u64,
    },
}

/// A page of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageNumber {
    /// Counted from 1.
    Nth(u64),
    /// The one with the last record.
    Last,
}

/// What happens to a request.
///
/// [`Reset`](Self::Reset), [`Slow`](Self::Slow) and [`Clock`](Self::Clock) act before the
/// credentials are checked. All others replace or change an answer that would have been good, so
/// that a request with bad credentials or parameters is still refused for those.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// An HTTP status with the documented envelope as its body.
    #[non_exhaustive]
    Status {
        /// 300 to 599.
        status: u16,
        /// The `Retry-After` header.
        retry_after: Option<RetryAfter>,
    },
    /// The connection is reset without an answer.
    Reset,
    /// The body breaks off in the middle: `Content-Length` promises more, the connection closes.
    Truncate,
    /// The answer waits this long first, on the runtime's clock.
    Slow(Duration),
    /// The body never ends: after most of it a blank drips every 50 ms.
    Endless,
    /// Status 502 with a load balancer's HTML page.
    Html502,
    /// An error of the gateway in its own shape.
    #[non_exhaustive]
    Gateway {
        /// 300 to 599.
        status: u16,
    },
    /// `nextCursor` leads back, so that the cursors repeat with this period. It lasts, for that
    /// listing, until [`Sandbox::clear_faults`](crate::Sandbox::clear_faults).
    #[non_exhaustive]
    Loop {
        /// How many pages until the same cursor comes again; 0 counts as 1.
        period: u64,
    },
    /// Empty pages with ever new cursors from this page on. It lasts, for that listing, until
    /// [`Sandbox::clear_faults`](crate::Sandbox::clear_faults); the newest cursor then leads on.
    EmptyForever,
    /// `"data": null`, with a cursor that leads to the same records, so that none is lost.
    NullData,
    /// One element more on the page, which is not a record: a number on odd pages, an object with
    /// members of the wrong types on even ones. The page may have one more than `pageSize`.
    Unreadable,
    /// A status, a module code and members that the contract does not know.
    UnknownValues,
    /// Status 200 with this code instead of 0, and no data.
    #[non_exhaustive]
    Code {
        /// Not 0.
        code: i64,
        /// Whether it is written as a string.
        as_text: bool,
    },
    /// Status 302 to this URL.
    Redirect(String),
    /// The same JSON padded with blanks to this many bytes, without a `Content-Length`.
    Huge(u64),
    /// Status 200 with a body that is not JSON.
    Garbage,
    /// The server's clock is off by so many seconds more for this request.
    Clock(i64),
    /// The answer says `text/plain`.
    WrongContentType,
}

impl FaultKind {
    /// A status without `Retry-After`, from 300 to 599; others become 500.
    #[must_use]
    pub fn status(status: u16) -> Self {
        let retry_after = None;
        Self::Status { status, retry_after }
    }

    /// A status, from 300 to 599, with `Retry-After`.
    #[must_use]
    pub fn status_retry_after(status: u16, retry_after: RetryAfter) -> Self {
        let retry_after = Some(retry_after);
        Self::Status { status, retry_after }
    }

    /// An error of the gateway with this status, from 300 to 599; others become 500.
    #[must_use]
    pub fn gateway(status: u16) -> Self {
        Self::Gateway { status }
    }

    /// Cursors that repeat with this period, at least 1.
    #[must_use]
    pub fn cursor_loop(period: u64) -> Self {
        Self::Loop { period }
    }

    /// A code other than 0 in a 200, written as an integer.
    #[must_use]
    pub fn code(code: i64) -> Self {
        let as_text = false;
        Self::Code { code, as_text }
    }

    /// A code other than 0 in a 200, written as a string.
    #[must_use]
    pub fn code_as_text(code: i64) -> Self {
        let as_text = true;
        Self::Code { code, as_text }
    }

    /// Whether it acts before the credentials are checked.
    pub(crate) fn is_early(&self) -> bool {
        matches!(self, Self::Reset | Self::Slow(_) | Self::Clock(_))
    }

    /// Whether it goes on after the request that it met.
    pub(crate) fn lasts(&self) -> bool {
        matches!(self, Self::Loop { .. } | Self::EmptyForever)
    }

    /// Whether it changes what a page holds or where it leads.
    pub(crate) fn is_of_page(&self) -> bool {
        matches!(
            self,
            Self::Loop { .. }
                | Self::EmptyForever
                | Self::NullData
                | Self::Unreadable
                | Self::UnknownValues
        )
    }
}

/// What the `Retry-After` header holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAfter {
    /// Seconds to wait.
    Seconds(u64),
    /// The date this many seconds after the server's clock, by the time of the answer.
    DateIn(i64),
    /// Any text, as it is.
    Text(String),
}
