//! The records of a query, one by one, over its pages.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use koodrive_api::types::BackupRecord;

use crate::checkpoint::{Checkpoint, Position, record_mark};
use crate::page::{Page, PageRecords};
use crate::pages::Pages;
use crate::stats::Stats;
use crate::{BackupRecordExt as _, Error};

/// The records of a query: a [`Stream`], with its own `next`, `try_next` and `try_collect` for
/// those who import none.
///
/// Nothing is sent before the first poll; a page is asked for when the one before it is used up.
/// A record that cannot be read is one error, [`Error::is_unreadable_record`], and the ones after
/// it follow. Other errors are not the end either, unless asking again cannot help: the next poll
/// asks for the same page again, after a pause. At the end [`checkpoint`](Self::checkpoint) says
/// whether everything was listed.
///
/// Cancel-safe: a future of `next` that is dropped loses no record.
#[must_use = "records are fetched only when polled"]
pub struct Records {
    pages: Pages,
    current: Option<Current>,
}

/// The record before the offset.
enum Before {
    /// Of an earlier listing: its mark.
    Mark(Option<String>),
    /// Of this one: its id, unknown for an unreadable record.
    Id(Option<String>),
}

/// What is left of a page.
struct Current {
    records: PageRecords,
    cursor: Option<String>,
    offset: u32,
    before: Before,
}

impl Records {
    pub(crate) fn new(pages: Pages) -> Self {
        Self { pages, current: None }
    }

    /// The next record, or `None` at the end.
    pub async fn next(&mut self) -> Option<Result<BackupRecord, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// The next record, or `Ok(None)` at the end.
    ///
    /// # Errors
    /// A record that could not be read, or whatever kept the next page from being fetched; calling
    /// again goes on with the next record, or asks for the page again.
    pub async fn try_next(&mut self) -> Result<Option<BackupRecord>, Error> {
        self.next().await.transpose()
    }

    /// All further records.
    ///
    /// # Errors
    /// The first error; the records before it are lost, so prefer [`try_next`](Self::try_next)
    /// for long lists.
    pub async fn try_collect(&mut self) -> Result<Vec<BackupRecord>, Error> {
        let mut records = Vec::new();
        while let Some(record) = self.try_next().await? {
            records.push(record);
        }
        Ok(records)
    }

    /// Where the listing stands after the records yielded so far.
    pub fn checkpoint(&self) -> Checkpoint {
        match &self.current {
            Some(current) if current.records.len() > 0 => {
                let position = match (&current.cursor, current.offset) {
                    (None, 0) => Position::Start,
                    (cursor, offset) => Position::At { cursor: cursor.clone(), offset },
                };
                let after = match &current.before {
                    Before::Mark(mark) => mark.clone(),
                    Before::Id(id) => record_mark(id.as_deref()),
                };
                self.pages.checkpoint_at(position, after)
            }
            _ => self.pages.checkpoint(),
        }
    }

    /// Whether the next poll yields `None`: after the last record, after the limit, and after an
    /// error that asking again cannot mend. [`checkpoint`](Self::checkpoint) tells them apart.
    pub fn is_ended(&self) -> bool {
        let used_up = self.current.as_ref().is_none_or(|current| current.records.len() == 0);
        used_up && self.pages.is_ended()
    }

    /// What it took so far; `records` counts those of the pages received, so at most a page more
    /// than were yielded.
    pub fn stats(&self) -> Stats {
        self.pages.stats()
    }
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records").field("checkpoint", &self.checkpoint()).finish_non_exhaustive()
    }
}

impl Current {
    fn of(page: Page) -> Self {
        let (cursor, offset) = (page.cursor.clone(), page.offset);
        let before = Before::Mark(page.before.clone());
        Self { records: page.into_iter(), cursor, offset, before }
    }
}

impl Stream for Records {
    type Item = Result<BackupRecord, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(current) = &mut this.current {
                if let Some(item) = current.records.next() {
                    current.offset += 1;
                    let id = item.as_ref().ok().and_then(|record| record.record_id());
                    current.before = Before::Id(id.map(str::to_owned));
                    return Poll::Ready(Some(item));
                }
                this.current = None;
            }
            match ready!(Pin::new(&mut this.pages).poll_next(cx)) {
                Some(Ok(page)) => this.current = Some(Current::of(page)),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}
