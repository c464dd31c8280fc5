//! The pages of a query, one after the other: where the listing rules live.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use koodrive_api::types::{BackupRecord, BackupRecordPage};
use koodrive_api::wire::{Text, Unreadable};
use sync_wrapper::SyncFuture;
use tracing::Instrument as _;

use crate::checkpoint::{Checkpoint, Position, record_mark};
use crate::error::{Context, Kind};
use crate::fingerprint::Fingerprint;
use crate::loop_guard::LoopGuard;
use crate::page::Page;
use crate::query::{BackupRecords, CURSOR_CHARACTERS};
use crate::stats::{Stats, Totals};
use crate::{BackupRecordExt as _, Error, telemetry};

type Fetched = Result<BackupRecordPage, Error>;
type InFlight = SyncFuture<Pin<Box<dyn Future<Output = Fetched> + Send>>>;

/// The pages of a query: a [`Stream`], with its own `next` and `try_next` for those who import
/// none.
///
/// Nothing is sent before the first poll, and no page ahead of the one asked for. An error is not
/// the end unless asking again cannot help: the next poll asks for the same page again, after a
/// pause. At the end [`checkpoint`](Self::checkpoint) says whether everything was listed.
///
/// Cancel-safe: a future of `next` that is dropped loses nothing, the request it waited for goes
/// on with the next one.
#[must_use = "pages are fetched only when polled"]
pub struct Pages {
    query: Arc<BackupRecords>,
    /// Where it began; also of a query that was refused, so that a good checkpoint is not lost.
    begun: Checkpoint,
    /// Wrong input, which is told whatever the limit is.
    wrong: Option<Error>,
    position: Position,
    /// Mark of the record before the position, where that is inside a page.
    after: Option<String>,
    in_flight: Option<InFlight>,
    /// Comes out with the next poll, after the page that showed it.
    pending: Option<Error>,
    ended: bool,
    left: Option<u64>,
    empty_run: u32,
    failures: u32,
    /// How long the service asked to be left alone when the page last failed.
    retry_after: Option<Duration>,
    guard: LoopGuard,
    totals: Totals,
}

impl Pages {
    pub(crate) fn new(query: BackupRecords, start: Result<Checkpoint, Error>) -> Self {
        let wrong = start.as_ref().err().cloned();
        let begun = start.unwrap_or_else(|_| query.given());
        Self {
            position: begun.position().clone(),
            after: begun.after().map(str::to_owned),
            begun,
            wrong,
            in_flight: None,
            pending: None,
            ended: false,
            left: query.limit,
            empty_run: 0,
            failures: 0,
            retry_after: None,
            guard: LoopGuard::default(),
            totals: Totals::default(),
            query: Arc::new(query),
        }
    }

    /// The next page, or `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Page, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// The next page, or `Ok(None)` at the end.
    ///
    /// # Errors
    /// Whatever kept the page from being fetched; calling again asks for it again.
    pub async fn try_next(&mut self) -> Result<Option<Page>, Error> {
        self.next().await.transpose()
    }

    /// All further pages.
    ///
    /// # Errors
    /// The first error; the pages before it are lost, so prefer [`try_next`](Self::try_next) for
    /// long lists.
    pub async fn try_collect(&mut self) -> Result<Vec<Page>, Error> {
        let mut pages = Vec::new();
        while let Some(page) = self.try_next().await? {
            pages.push(page);
        }
        Ok(pages)
    }

    /// Where the listing stands after the pages yielded so far.
    pub fn checkpoint(&self) -> Checkpoint {
        self.begun.moved_to(self.position.clone(), self.after.clone())
    }

    /// Whether the next poll yields `None`: after the last page, after the limit, and after an
    /// error that asking again cannot mend. [`checkpoint`](Self::checkpoint) tells them apart.
    pub fn is_ended(&self) -> bool {
        if self.wrong.is_some() {
            return false;
        }
        self.ended
            || self.left == Some(0)
            || (self.position == Position::End && self.pending.is_none())
    }

    /// What it took so far.
    pub fn stats(&self) -> Stats {
        self.totals.stats(self.query.client.ledger())
    }

    pub(crate) fn checkpoint_at(&self, position: Position, after: Option<String>) -> Checkpoint {
        self.begun.moved_to(position, after)
    }

    /// The request for the page at the current position.
    fn ask(&mut self) -> InFlight {
        let cursor = match &self.position {
            Position::At { cursor, .. } => cursor.clone(),
            _ => None,
        };
        let resumed = self.position != Position::Start;
        let listing =
            self.totals.span(|| telemetry::listing_span(self.query.module.code(), resumed));
        let span = telemetry::page_span(&listing, self.totals.pages() + 1, cursor.as_deref());
        let query = self.query.clone();
        let pause = self.pause();
        let work = async move {
            if let Some(pause) = pause {
                query.client.core().clock.sleep(pause).await;
            }
            let fetched = query.fetch(cursor).await;
            if let Ok(response) = &fetched {
                let records = response.data.as_ref().map_or(0, |data| data.len());
                let has_next = response.next_cursor.as_ref().is_some_and(|next| !next.is_empty());
                telemetry::page_received(&tracing::Span::current(), records, has_next);
            }
            fetched
        };
        SyncFuture::new(Box::pin(work.instrument(span)))
    }

    /// The pause before a page that failed is asked for again.
    fn pause(&self) -> Option<Duration> {
        let core = self.query.client.core();
        let asked = self.retry_after.unwrap_or_default().min(core.retry.deadline);
        let backoff = |failures| core.retry.backoff.pause(failures, &*core.random);
        (self.failures > 0).then(|| backoff(self.failures).max(asked))
    }

    /// Takes a page that arrived.
    fn accept(&mut self, response: BackupRecordPage) -> Result<Page, Error> {
        let (cursor, offset) = match &self.position {
            Position::At { cursor, offset } => (cursor.clone(), *offset),
            _ => (None, 0),
        };
        let number = self.totals.pages() + 1;
        let context = Context {
            page: Some(number),
            cursor: cursor.as_deref().map(|cursor| Fingerprint::of(&[cursor])),
            ..Context::default()
        };
        let mut items: Vec<_> = response.data.unwrap_or_default().into_iter().collect();
        if let Err(error) = check_place(&items, offset, self.after.as_deref()) {
            self.ended = true;
            return Err(error.with_context(|c| *c = context));
        }
        let next = response.next_cursor.map(Text::into_string).filter(|next| !next.is_empty());
        self.empty_run = if items.is_empty() && next.is_some() { self.empty_run + 1 } else { 0 };
        let before = items.drain(..offset as usize).next_back().as_ref().and_then(mark_of);
        let has_next = next.is_some();
        let left = self.left.and_then(|left| usize::try_from(left).ok());
        let cut = left.is_some_and(|left| left < items.len());
        items.truncate(left.unwrap_or(usize::MAX));
        let broken =
            if cut { None } else { self.broken_paging(cursor.as_deref(), next.as_deref()) };
        if cut || broken.is_some() {
            // Where paging is broken, the way on may yet be found on this page.
            self.after = items.last().map_or_else(|| self.after.take(), mark_of);
            self.position =
                Position::At { cursor: cursor.clone(), offset: offset + items.len() as u32 };
        } else {
            self.after = None;
            self.position =
                next.map_or(Position::End, |next| Position::At { cursor: Some(next), offset: 0 });
        }
        self.pending = broken.map(|kind| {
            let context = context.clone();
            Error::new(kind).with_context(|c| *c = context)
        });
        self.left = self.left.map(|left| left - items.len() as u64);
        self.totals.count(items.len());
        Ok(Page { number, items, has_next, context, cursor, offset, before })
    }

    /// Why `next` cannot be followed, if so.
    fn broken_paging(&mut self, current: Option<&str>, next: Option<&str>) -> Option<Kind> {
        let next = next?;
        let length = next.chars().count();
        if length > CURSOR_CHARACTERS {
            Some(Kind::CursorTooLong(length))
        } else if !self.query.allow_repeated_cursors && self.guard.comes_back(current, next) {
            Some(Kind::CursorLoop)
        } else if self.empty_run >= self.query.empty_pages.max(1) {
            Some(Kind::EmptyPages(self.empty_run))
        } else {
            None
        }
    }

    /// Takes an error; the page will be asked for again unless that cannot help.
    fn failed(&mut self, error: Error) -> Error {
        self.failures = self.failures.saturating_add(1);
        self.retry_after = error.retry_after();
        self.ended = error.ends_listing();
        let number = self.totals.pages() + 1;
        let cursor = match &self.position {
            Position::At { cursor, .. } => {
                cursor.as_deref().map(|cursor| Fingerprint::of(&[cursor]))
            }
            _ => None,
        };
        error.with_context(|context| {
            context.page = Some(number);
            context.cursor = cursor;
        })
    }
}

impl Stream for Pages {
    type Item = Result<Page, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.is_ended() {
            return Poll::Ready(None);
        }
        if let Some(error) = this.wrong.take().or_else(|| this.pending.take()) {
            this.ended = true;
            return Poll::Ready(Some(Err(error)));
        }
        if this.in_flight.is_none() {
            this.in_flight = Some(this.ask());
        }
        let Some(in_flight) = this.in_flight.as_mut() else { return Poll::Ready(None) };
        let fetched = ready!(Pin::new(in_flight).poll(cx));
        this.in_flight = None;
        Poll::Ready(Some(match fetched {
            Ok(response) => {
                this.failures = 0;
                this.accept(response)
            }
            Err(error) => Err(this.failed(error)),
        }))
    }
}

type Item = Result<BackupRecord, Unreadable>;

pub(crate) fn mark_of(item: &Item) -> Option<String> {
    item.as_ref().ok().and_then(|record| record_mark(record.record_id()))
}

/// Whether the records before `offset` still end with the one that was there.
fn check_place(items: &[Item], offset: u32, after: Option<&str>) -> Result<(), Error> {
    let changed = || Error::new(Kind::PageChanged { offset, length: items.len() });
    let Some(last) = (offset as usize).checked_sub(1) else { return Ok(()) };
    let item = items.get(last).ok_or_else(changed)?;
    match (after, mark_of(item)) {
        (Some(expected), found) if found.as_deref() != Some(expected) => Err(changed()),
        _ => Ok(()),
    }
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("query", &self.query)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.totals.close(self.query.client.ledger());
    }
}
