//! Bodies that break off, never end, or are far too long.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::Bytes;
use hyper::body::{Body, Frame};
use tokio::time::{Interval, interval};

const DRIP: Duration = Duration::from_millis(50);
const BLANKS: &[u8] = &[b' '; 64 * 1024];

/// A body that is sent in parts.
pub(crate) struct FaultyBody {
    start: Option<Bytes>,
    then: Then,
}

enum Then {
    /// Fails, once what was sent before has had a turn to be flushed.
    Cut {
        may_fail: bool,
    },
    Drip(Interval),
    Pad {
        left: u64,
        end: Option<Bytes>,
    },
}

impl FaultyBody {
    pub(crate) fn cut_after(start: Bytes) -> Self {
        Self { start: Some(start), then: Then::Cut { may_fail: false } }
    }

    /// Leaves the last byte out and drips blanks for ever.
    pub(crate) fn endless(whole: &Bytes) -> Self {
        Self {
            start: Some(whole.slice(..whole.len().saturating_sub(1))),
            then: Then::Drip(interval(DRIP)),
        }
    }

    /// Puts blanks before the last byte until the whole is this long.
    pub(crate) fn padded(whole: &Bytes, length: u64) -> Self {
        let at = whole.len().saturating_sub(1);
        Self {
            start: Some(whole.slice(..at)),
            then: Then::Pad {
                left: length.saturating_sub(whole.len() as u64),
                end: Some(whole.slice(at..)),
            },
        }
    }
}

impl Body for FaultyBody {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        let this = self.get_mut();
        if let Some(start) = this.start.take() {
            return Poll::Ready(Some(Ok(Frame::data(start))));
        }
        match &mut this.then {
            Then::Cut { may_fail: true } => Poll::Ready(Some(Err(BrokenOff))),
            Then::Cut { may_fail } => {
                *may_fail = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Then::Drip(interval) => {
                ready!(interval.poll_tick(context));
                Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b" ")))))
            }
            Then::Pad { left: 0, end } => Poll::Ready(end.take().map(|end| Ok(Frame::data(end)))),
            Then::Pad { left, .. } => {
                let length = usize::try_from(*left).unwrap_or(usize::MAX).min(BLANKS.len());
                *left -= length as u64;
                Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&BLANKS[..length])))))
            }
        }
    }
}

#[derive(Debug)]
pub(crate) struct BrokenOff;

impl fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken off on request")
    }
}

impl std::error::Error for BrokenOff {}
