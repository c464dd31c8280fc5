//! The elements of a query, one by one, over its pages.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::{FusedStream, Stream};

use crate::error::Error;
use crate::listing::checkpoint::{Checkpoint, Position};
use crate::listing::cursor::Place;
use crate::listing::mark::Mark;
use crate::listing::page::{Page, PageItems};
use crate::listing::pages::Pages;
use crate::listing::stats::Stats;
use crate::listing::walk::Marker;

/// The elements of a query: a [`Stream`][stream], with its own `next`, `try_next` and `try_collect`
/// for those who import none.
///
/// [stream]: https://docs.rs/futures-core/0.3/futures_core/stream/trait.Stream.html
///
/// - Every element comes exactly once; or there is an error, and a checkpoint for exactly the rest.
/// - Nothing is sent before the first poll; a page is asked for when the one before it is used up.
/// - An element that cannot be read is one error,
///   [`is_unreadable_record`](Error::is_unreadable_record), and the ones after it follow.
/// - After an error that [is retryable](Error::is_retryable) the next poll asks for the same page
///   again, after a pause. [`max_failures`](crate::Query::max_failures) of them in a row end the
///   listing, as any other error does at once. So a loop over `next` always ends.
/// - At the end [`checkpoint`](Self::checkpoint) says whether everything was listed.
///
/// Cancel-safe: a future of `next` that is dropped loses no element.
#[must_use = "records are fetched only when polled"]
pub struct Items<T> {
    pages: Pages<T>,
    id: fn(&T) -> Option<&str>,
    mark: Marker<T>,
    current: Option<Current<T>>,
}

/// What is left of a page.
struct Current<T> {
    items: PageItems<T>,
    start: Place,
    yielded: u32,
    last: Last,
}

/// What is known of the element that was yielded last.
enum Last {
    /// Nothing: it was yielded before this listing.
    Before,
    Id(String),
    Mark(Mark),
}

impl<T: Send + 'static> Items<T> {
    pub(crate) fn new(pages: Pages<T>, id: fn(&T) -> Option<&str>, mark: Marker<T>) -> Self {
        Self { pages, id, mark, current: None }
    }

    /// The next element, or `None` at the end.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// The next element, or `Ok(None)` at the end.
    ///
    /// # Errors
    /// An element that could not be read, or whatever kept the next page from being fetched.
    /// Calling again goes on with the next element; or, if the error
    /// [is retryable](Error::is_retryable), asks for the page again.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        self.next().await.transpose()
    }

    /// All further elements.
    ///
    /// # Errors
    /// The first error; the elements before it are lost, so prefer [`try_next`](Self::try_next)
    /// for long lists.
    pub async fn try_collect(mut self) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        while let Some(item) = self.try_next().await? {
            items.push(item);
        }
        Ok(items)
    }

    /// Where the listing stands behind the elements yielded so far.
    pub fn checkpoint(&self) -> Checkpoint {
        let behind = self.pages.checkpoint();
        match &self.current {
            Some(current) if current.items.len() > 0 => {
                behind.moved_to(Position::At(current.place()))
            }
            _ => behind,
        }
    }

    /// Whether the next poll yields `None`: after the last element, after the limit, and after an
    /// error that ends the listing. [`checkpoint`](Self::checkpoint) tells them apart.
    pub fn is_ended(&self) -> bool {
        self.current.as_ref().is_none_or(|current| current.items.len() == 0)
            && self.pages.is_ended()
    }

    /// What it took so far; counted when a page arrives.
    pub fn stats(&self) -> Stats {
        self.pages.stats()
    }

    fn take(&mut self) -> Option<Result<T, Error>> {
        let current = self.current.as_mut()?;
        let item = current.items.items.next()?;
        current.yielded += 1;
        match (item.as_ref().ok().and_then(self.id), &mut current.last) {
            // An element costs no allocation.
            (Some(id), Last::Id(last)) => id.clone_into(last),
            (Some(id), last) => *last = Last::Id(id.to_owned()),
            (None, last) => *last = Last::Mark((self.mark)(&item)),
        }
        Some(item.map_err(|unreadable| current.items.error(unreadable)))
    }
}

impl<T> Current<T> {
    fn of(page: Page<T>) -> Self {
        let start = page.start.clone();
        Self { items: page.into_iter(), start, yielded: 0, last: Last::Before }
    }

    fn place(&self) -> Place {
        Place {
            cursor: self.start.cursor.clone(),
            offset: self.start.offset.saturating_add(self.yielded),
            after: match &self.last {
                Last::Before => self.start.after.clone(),
                Last::Id(id) => Some(Mark::of_id(id)),
                Last::Mark(mark) => Some(mark.clone()),
            },
        }
    }
}

impl<T: Send + 'static> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.take() {
                return Poll::Ready(Some(item));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(cx)) {
                Some(Ok(page)) => self.current = Some(Current::of(page)),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.current.as_ref().map_or(0, |current| current.items.len()), None)
    }
}

impl<T: Send + 'static> FusedStream for Items<T> {
    fn is_terminated(&self) -> bool {
        self.is_ended()
    }
}

// Elements are moved out and never pinned.
impl<T> Unpin for Items<T> {}

impl<T: Send + 'static> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("checkpoint", &self.checkpoint())
            .field("is_ended", &self.is_ended())
            .finish_non_exhaustive()
    }
}
