//! One page of records as it came.

use std::fmt;

use koodrive_api::types::BackupRecord;
use koodrive_api::wire::Unreadable;

use crate::Error;
use crate::error::{Context, Kind};

/// A page: its records in order, those that could not be read among them.
#[derive(Clone)]
#[non_exhaustive]
pub struct Page {
    pub(crate) number: u64,
    pub(crate) items: Vec<Result<BackupRecord, Unreadable>>,
    pub(crate) has_next: bool,
    pub(crate) context: Context,
    /// Its cursor, and how many of its records were left out before the first of `items`.
    pub(crate) cursor: Option<String>,
    pub(crate) offset: u32,
    /// Mark of the last record that was left out.
    pub(crate) before: Option<String>,
}

impl Page {
    /// Number of the page, from 1, counted since this listing began or was resumed.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Number of records, unreadable ones among them; 0 to the page size.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether it has no record. A page may be empty and still have a next one.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether the service named a next page.
    pub fn has_next(&self) -> bool {
        self.has_next
    }

    /// The records that could be read.
    pub fn records(&self) -> impl Iterator<Item = &BackupRecord> {
        self.items.iter().filter_map(|item| item.as_ref().ok())
    }

    /// The records that could not be read: their raw JSON, and why.
    pub fn unreadable(&self) -> impl Iterator<Item = &Unreadable> {
        self.items.iter().filter_map(|item| item.as_ref().err())
    }
}

impl fmt::Debug for Page {
    /// Shows the cursor as a fingerprint.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("number", &self.number)
            .field("cursor", &self.context.cursor)
            .field("has_next", &self.has_next)
            .field("items", &self.items)
            .finish_non_exhaustive()
    }
}

impl IntoIterator for Page {
    type Item = Result<BackupRecord, Error>;
    type IntoIter = PageRecords;

    fn into_iter(self) -> PageRecords {
        PageRecords { items: self.items.into_iter(), context: self.context }
    }
}

/// The records of a [`Page`]; an unreadable one is an error with its raw JSON.
#[derive(Clone, Debug)]
pub struct PageRecords {
    items: std::vec::IntoIter<Result<BackupRecord, Unreadable>>,
    context: Context,
}

impl Iterator for PageRecords {
    type Item = Result<BackupRecord, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.items.next()?;
        Some(item.map_err(|unreadable| {
            let context = self.context.clone();
            Error::new(Kind::UnreadableRecord(unreadable)).with_context(|c| *c = context)
        }))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.items.size_hint()
    }
}

impl ExactSizeIterator for PageRecords {}
