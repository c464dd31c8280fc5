//! Many listings at once: a bounded set of walks, each driven like any other.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream as _;
use futures_util::stream::FuturesUnordered;

use crate::error::Error;
use crate::listing::checkpoint::Checkpoint;
use crate::listing::page::Page;
use crate::listing::pages::Pages;
use crate::listing::stats::Stats;

/// What became of one of many listings. Each ends once, with `Complete` or `Incomplete`.
#[derive(Debug)]
#[non_exhaustive]
// Pages are what nearly every event is.
#[allow(clippy::large_enum_variant)]
pub enum Event<K, T> {
    /// A page arrived; [`Page::checkpoint`] says where its listing stands behind it.
    Page {
        /// Whose page it is.
        of: K,
        /// The page.
        page: Page<T>,
    },
    /// A page failed, and is asked for again after a pause. A failure that ends its listing comes
    /// with [`Incomplete`](Self::Incomplete) instead.
    Failed {
        /// Whose failure it is.
        of: K,
        /// What happened.
        error: Error,
    },
    /// Everything was listed.
    Complete {
        /// Whose end it is.
        of: K,
        /// What it took.
        stats: Stats,
    },
    /// The listing ended before everything was listed; the others go on.
    Incomplete {
        /// Whose end it is.
        of: K,
        /// What ended it; `None` where its limit did.
        error: Option<Error>,
        /// Where it can be resumed; `None` where it could not be begun.
        checkpoint: Option<Checkpoint>,
        /// What it took.
        stats: Stats,
    },
}

/// Listings that run side by side, at most so many. Each is polled when it has something to say.
pub(crate) struct Many<K, T> {
    max: usize,
    running: FuturesUnordered<Turn<K, T>>,
    /// What those took that ended.
    ended: Stats,
}

/// What was pulled: a listing, or why there is none.
pub(crate) type Pulled<K, T> = (K, Result<Pages<T>, Error>);

impl<K: Clone + Unpin, T: Send + 'static> Many<K, T> {
    pub(crate) fn new(max: usize) -> Self {
        Self { max: max.max(1), running: FuturesUnordered::new(), ended: Stats::default() }
    }

    pub(crate) fn set_max(&mut self, max: usize) {
        self.max = max.max(1);
    }

    /// What all of them took so far.
    pub(crate) fn stats(&self) -> Stats {
        let running = self.running.iter().filter_map(|turn| turn.0.as_ref());
        running.map(|(_, pages)| pages.stats()).fold(self.ended, Stats::plus)
    }

    /// The next event; `pull` gives further listings, and is asked only when there is room.
    pub(crate) fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        mut pull: impl FnMut(&mut Context<'_>) -> Poll<Option<Pulled<K, T>>>,
    ) -> Poll<Option<Event<K, T>>> {
        let mut is_exhausted = false;
        while self.running.len() < self.max && !is_exhausted {
            match pull(cx) {
                Poll::Ready(Some((of, Ok(pages)))) => self.running.push(Turn(Some((of, pages)))),
                Poll::Ready(Some((of, Err(error)))) => {
                    let (error, checkpoint, stats) = (Some(error), None, Stats::default());
                    return Poll::Ready(Some(Event::Incomplete { of, error, checkpoint, stats }));
                }
                Poll::Ready(None) => is_exhausted = true,
                Poll::Pending => break,
            }
        }
        match Pin::new(&mut self.running).poll_next(cx) {
            Poll::Ready(Some(done)) => Poll::Ready(Some(self.event_of(done))),
            Poll::Ready(None) if is_exhausted => Poll::Ready(None),
            _ => Poll::Pending,
        }
    }

    fn event_of(&mut self, (of, pages, item): Done<K, T>) -> Event<K, T> {
        let error = match item {
            None => None,
            Some(Err(error)) if pages.is_ended() => Some(error),
            Some(result) => {
                self.running.push(Turn(Some((of.clone(), pages))));
                return match result {
                    Ok(page) => Event::Page { of, page },
                    Err(error) => Event::Failed { of, error },
                };
            }
        };
        let (stats, checkpoint) = (pages.stats(), pages.checkpoint());
        self.ended = self.ended.plus(stats);
        // One that was refused may have been given the end.
        if error.is_none() && checkpoint.is_end() {
            Event::Complete { of, stats }
        } else {
            Event::Incomplete { of, error, checkpoint: Some(checkpoint), stats }
        }
    }
}

/// A listing until its next page.
struct Turn<K, T>(Option<(K, Pages<T>)>);

type Done<K, T> = (K, Pages<T>, Option<Result<Page<T>, Error>>);

impl<K: Unpin, T: Send + 'static> Future for Turn<K, T> {
    type Output = Done<K, T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Done<K, T>> {
        // It is polled only until it is ready, so there always is one.
        let Some((of, mut pages)) = self.0.take() else { return Poll::Pending };
        match Pin::new(&mut pages).poll_next(cx) {
            Poll::Ready(item) => Poll::Ready((of, pages, item)),
            Poll::Pending => {
                self.0 = Some((of, pages));
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests;
