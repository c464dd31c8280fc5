//! One page of elements as it came.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};

use crate::error::unreadable::Unreadable;
use crate::error::what::What;
use crate::error::{Context, Error};
use crate::listing::checkpoint::{Checkpoint, Position};
use crate::listing::cursor::Place;

/// A page: its elements in order, those that could not be read among them.
#[derive(Clone)]
pub struct Page<T> {
    pub(crate) number: u64,
    pub(crate) items: Vec<Result<T, Unreadable>>,
    pub(crate) raw: Option<Vec<Box<[u8]>>>,
    pub(crate) has_next: bool,
    pub(crate) context: Context,
    pub(crate) extra: Map<String, Value>,
    /// Where its first element stands.
    pub(crate) start: Place,
    /// Behind its last element.
    pub(crate) checkpoint: Checkpoint,
}

impl<T> Page<T> {
    /// Number of the page, from 1, counted since this listing began or was resumed.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Number of elements, unreadable ones among them; 0 to the page size.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether it has no element. A page may be empty and still have a next one.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether the service named a next page.
    pub fn has_next(&self) -> bool {
        self.has_next
    }

    /// The elements that could be read.
    pub fn records(&self) -> impl Iterator<Item = &T> {
        self.items.iter().filter_map(|item| item.as_ref().ok())
    }

    /// The elements that could not be read: their raw JSON, and why.
    pub fn unreadable(&self) -> impl Iterator<Item = &Unreadable> {
        self.items.iter().filter_map(|item| item.as_ref().err())
    }

    /// The JSON of each element, byte for byte as it came; `None` unless
    /// [`keep_raw`](crate::Query::keep_raw) is on.
    pub fn raw_records(&self) -> Option<impl Iterator<Item = &[u8]>> {
        let raw = self.raw.as_ref()?;
        Some(raw.iter().take(self.items.len()).map(AsRef::as_ref))
    }

    /// Members of the page that the document does not know.
    pub fn extra(&self) -> &Map<String, Value> {
        &self.extra
    }

    /// Where the listing stands behind this page.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Where the listing stood before this page.
    pub fn page_start(&self) -> Checkpoint {
        self.checkpoint.moved_to(Position::At(self.start.clone()))
    }

    /// Identifier of the request, as the service or its gateway gave it.
    pub fn request_id(&self) -> Option<&str> {
        self.context.request_id.as_deref()
    }

    /// How many requests were sent for it.
    pub fn attempts(&self) -> u32 {
        self.context.attempts
    }

    /// Time from the start of the call to its answer, waits included.
    pub fn elapsed(&self) -> Duration {
        self.context.elapsed.unwrap_or_default()
    }

    /// `Date` of the answer: the service's clock, to the second.
    pub fn http_date(&self) -> Option<SystemTime> {
        self.context.date
    }
}

impl<T: fmt::Debug> fmt::Debug for Page<T> {
    /// Shows the cursor as a fingerprint.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("number", &self.number)
            .field("cursor", &self.start.cursor)
            .field("has_next", &self.has_next)
            .field("items", &self.items)
            .finish_non_exhaustive()
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = Result<T, Error>;
    type IntoIter = PageItems<T>;

    fn into_iter(self) -> PageItems<T> {
        PageItems { items: self.items.into_iter(), context: self.context }
    }
}

/// The elements of a [`Page`]; an unreadable one is an error with its raw JSON.
#[derive(Clone, Debug)]
pub struct PageItems<T> {
    pub(crate) items: std::vec::IntoIter<Result<T, Unreadable>>,
    context: Context,
}

impl<T> PageItems<T> {
    pub(crate) fn error(&self, unreadable: Unreadable) -> Error {
        let context = self.context.clone();
        Error::new(What::Unreadable(unreadable)).with_context(|c| *c = context)
    }
}

impl<T> Iterator for PageItems<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.items.next()?;
        Some(item.map_err(|unreadable| self.error(unreadable)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.items.size_hint()
    }
}

impl<T> ExactSizeIterator for PageItems<T> {}
