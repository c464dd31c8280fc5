//! Drives a walk: pages, one after the other.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::{FusedStream, Stream};

use crate::error::Error;
use crate::exchange::ledger::Ledger;
use crate::listing::checkpoint::Checkpoint;
use crate::listing::in_flight::{Fetching, InFlight};
use crate::listing::page::Page;
use crate::listing::span;
use crate::listing::stats::{Stats, Totals};
use crate::listing::walk::{Ask, Step, Walk};

/// Asks for pages of one list.
pub(crate) trait Fetch<T>: Send + Sync {
    /// The page, after the pause that its failures ask for.
    fn fetch(self: Arc<Self>, ask: Ask, span: tracing::Span) -> Fetching<T>;
    fn ledger(&self) -> &Ledger;
    fn label(&self) -> &str;
}

/// The pages of a query: a [`Stream`][stream], with its own `next` and `try_next` for those who
/// import none.
///
/// [stream]: https://docs.rs/futures-core/0.3/futures_core/stream/trait.Stream.html
///
/// - Nothing is sent before the first poll, and no page ahead of the one asked for unless
///   [`prefetch`](crate::Query::prefetch) is on.
/// - After an error that [is retryable](Error::is_retryable) the next poll asks for the same page
///   again, after a pause. [`max_failures`](crate::Query::max_failures) of them in a row end the
///   listing, as any other error does at once.
/// - At the end [`checkpoint`](Self::checkpoint) says whether everything was listed.
///
/// Cancel-safe: a future of `next` that is dropped loses nothing, the request it waited for goes
/// on with the next one. A listing that is polled on another tokio runtime than before starts that
/// request again.
#[must_use = "pages are fetched only when polled"]
pub struct Pages<T> {
    walk: Walk<T>,
    source: Arc<dyn Fetch<T>>,
    in_flight: Option<InFlight<T>>,
    /// Whether the next page is fetched while this one is looked at.
    looks_ahead: bool,
    totals: Totals,
}

impl<T: Send + 'static> Pages<T> {
    pub(crate) fn new(walk: Walk<T>, source: Arc<dyn Fetch<T>>, looks_ahead: bool) -> Self {
        Self { walk, source, in_flight: None, looks_ahead, totals: Totals::default() }
    }

    /// The next page, or `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Page<T>, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// The next page, or `Ok(None)` at the end.
    ///
    /// # Errors
    /// Whatever kept the page from being fetched; if that [is retryable](Error::is_retryable),
    /// calling again asks for it again.
    pub async fn try_next(&mut self) -> Result<Option<Page<T>>, Error> {
        self.next().await.transpose()
    }

    /// All further pages.
    ///
    /// # Errors
    /// The first error; the pages before it are lost, so prefer [`try_next`](Self::try_next) for
    /// long lists.
    pub async fn try_collect(mut self) -> Result<Vec<Page<T>>, Error> {
        let mut pages = Vec::new();
        while let Some(page) = self.try_next().await? {
            pages.push(page);
        }
        Ok(pages)
    }

    /// Where the listing stands behind the pages yielded so far.
    pub fn checkpoint(&self) -> Checkpoint {
        self.walk.checkpoint().clone()
    }

    /// Whether the next poll yields `None`: after the last page, after the limit, and after an
    /// error that ends the listing. [`checkpoint`](Self::checkpoint) tells them apart.
    pub fn is_ended(&self) -> bool {
        self.walk.is_ended()
    }

    /// What it took so far.
    pub fn stats(&self) -> Stats {
        self.totals.stats(self.source.ledger())
    }

    fn ask(&mut self, ask: Ask) -> InFlight<T> {
        let is_resumed = self.walk.is_resumed();
        let listing = self.totals.span(|| span::listing_span(self.source.label(), is_resumed));
        let span = span::page_span(&listing, ask.page, ask.cursor.as_ref());
        InFlight::begin(self.source.clone().fetch(ask, span), self.looks_ahead)
    }

    /// Begins the request for the next page, if there is one to ask for.
    fn look_ahead(&mut self) {
        if self.looks_ahead
            && let Some(ask) = self.walk.next_ask()
        {
            self.in_flight = Some(self.ask(ask));
        }
    }
}

impl<T: Send + 'static> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            // Out of its place while it is polled: should that panic, it is not polled again.
            let mut in_flight = match this.in_flight.take() {
                Some(begun) if begun.is_here() => begun,
                _ => match this.walk.next_step() {
                    Step::Ask(ask) => this.ask(ask),
                    Step::Fail(error) => return Poll::Ready(Some(Err(error))),
                    Step::End => return Poll::Ready(None),
                },
            };
            match in_flight.poll(cx) {
                Poll::Pending => {
                    this.in_flight = Some(in_flight);
                    return Poll::Pending;
                }
                // It ended with its runtime, so it is begun again here.
                Poll::Ready(None) => {}
                Poll::Ready(Some(Ok(received))) => {
                    if let Some(page) = this.walk.handle_page(received) {
                        if let Ok(page) = &page {
                            this.totals.count(page.len());
                            this.look_ahead();
                        }
                        return Poll::Ready(Some(page));
                    }
                }
                Poll::Ready(Some(Err(error))) => {
                    return Poll::Ready(Some(Err(this.walk.handle_failure(error))));
                }
            }
        }
    }
}

impl<T: Send + 'static> FusedStream for Pages<T> {
    fn is_terminated(&self) -> bool {
        self.is_ended()
    }
}

impl<T: Send + 'static> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("checkpoint", self.walk.checkpoint())
            .field("is_ended", &self.is_ended())
            .finish_non_exhaustive()
    }
}

impl<T> Drop for Pages<T> {
    fn drop(&mut self) {
        self.totals.close(self.source.ledger());
    }
}

#[cfg(test)]
pub(crate) mod tests;
