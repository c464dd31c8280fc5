//! A query of any list: a value until it is turned into pages or items.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue, header};
use koodrive_api::wire::PageSize;

use crate::error::Error;
use crate::exchange::attempt::{X_DATE, X_USER_ID};
use crate::exchange::caller::Caller;
use crate::exchange::ledger::Ledger;
use crate::exchange::retry::RetryPolicy;
use crate::fingerprint::Fingerprint;
use crate::listing::checkpoint::Checkpoint;
use crate::listing::cursor::{Cursor, MAX_CHARACTERS, Place};
use crate::listing::fetcher::Fetcher;
use crate::listing::items::Items;
use crate::listing::pages::Pages;
use crate::listing::source::{Source, mark_of};
use crate::listing::walk::{Rules, Walk};

/// What to list, begun by [`UserClient::backup_records`](crate::UserClient::backup_records).
///
/// Nothing is sent before the first poll of [`records`](Self::records) or [`pages`](Self::pages).
/// Invalid input is reported by that poll, even when the limit is 0, and then nothing is sent.
///
/// ```no_run
/// # async fn run(user: koodrive_ext::UserClient) -> Result<(), koodrive_ext::Error> {
/// use koodrive_ext::ModuleCode;
///
/// let newest = user
///     .backup_records(ModuleCode::AlbumBackup)
///     .device_id("1842812272691451648")
///     .limit(10)
///     .records()
///     .try_collect()
///     .await?;
/// assert!(newest.len() <= 10);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a query sends nothing before its records or pages are asked for"]
pub struct Query<S> {
    caller: Caller,
    pub(crate) source: S,
    page_size: PageSize,
    rules: Rules,
    keeps_raw: bool,
    looks_ahead: bool,
    start: Start,
    wrong: Option<Error>,
}

#[derive(Clone)]
enum Start {
    First,
    Cursor(String),
    Checkpoint(Checkpoint),
}

impl<S: Source> Query<S> {
    pub(crate) fn new(caller: Caller, source: S) -> Self {
        let rules = Rules {
            limit: None,
            max_failures: 5,
            max_empty_pages: 100,
            allow_repeated_cursors: false,
        };
        let (page_size, start) = (PageSize::MAX, Start::First);
        let (keeps_raw, looks_ahead) = (false, false);
        Self { caller, source, page_size, rules, keeps_raw, looks_ahead, start, wrong: None }
    }

    /// Maximum number of records per page, 1 to 100; 100 unless set. It decides how many requests
    /// a listing takes, not how many records it yields: for that see [`limit`](Self::limit).
    pub fn page_size(mut self, records: u32) -> Self {
        match PageSize::try_from(records) {
            Ok(size) => self.page_size = size,
            Err(e) => self.refuse(e.to_string()),
        }
        self
    }

    /// Ends after so many records, unreadable ones among them; the page after them is never asked
    /// for. No limit unless set. A resumed listing counts from 0 again.
    pub fn limit(mut self, records: u64) -> Self {
        self.rules.limit = Some(records);
        self
    }

    /// Begins at a page's cursor, at most 1,000 characters, instead of the first page.
    pub fn cursor(mut self, cursor: impl Into<String>) -> Self {
        self.start = Start::Cursor(cursor.into());
        self
    }

    /// Goes on where a listing of the same query stopped. Refused when the endpoint's host or path,
    /// the user, module or device differ from those of the checkpoint; inside a page also when the
    /// page size does.
    pub fn resume(mut self, checkpoint: Checkpoint) -> Self {
        self.start = Start::Checkpoint(checkpoint);
        self
    }

    /// How many requests for a page may fail in a row, each with the retries of its policy, before
    /// the listing ends, incomplete; 5 unless set, at least 1.
    pub fn max_failures(mut self, failures: u32) -> Self {
        self.rules.max_failures = failures;
        self
    }

    /// How many empty pages in a row are an error; 100 unless set, at least 1.
    pub fn max_empty_pages(mut self, pages: u32) -> Self {
        self.rules.max_empty_pages = pages;
        self
    }

    /// Whether to go on when a cursor comes back, which otherwise is an error: a service that does
    /// so by intent needs another way to end. Off unless set.
    pub fn allow_repeated_cursors(mut self, on: bool) -> Self {
        self.rules.allow_repeated_cursors = on;
        self
    }

    /// Whether pages keep each record's JSON as it came, for
    /// [`raw_records`](crate::Page::raw_records): spelling of numbers, order and `null` members
    /// included. Off unless set, since it holds every page twice.
    pub fn keep_raw(mut self, on: bool) -> Self {
        self.keeps_raw = on;
        self
    }

    /// Whether to fetch the next page while the one before it is looked at: one page ahead, in a
    /// task of its own that ends when the listing is dropped. Checkpoints do not change: they say
    /// what was yielded, not what was fetched. Off unless set.
    pub fn prefetch(mut self, on: bool) -> Self {
        self.looks_ahead = on;
        self
    }

    /// The retry policy of this listing's calls, instead of the client's. The retry budget stays
    /// the client's.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.caller.retry = Some(Arc::new(policy));
        self
    }

    /// Time that each call of this listing may take in all, retries and pauses included.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        let policy = self.caller.retry().clone().deadline(deadline);
        self.caller.retry = Some(Arc::new(policy));
        self
    }

    /// Sends a header of the caller's own with every request, for example for a gateway. It is not
    /// signed, and its value is treated as a secret. Invalid input when it is not a header, or one that this crate sets.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let own = [X_DATE, X_USER_ID, header::AUTHORIZATION, header::HOST, header::CONTENT_LENGTH];
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), _) if own.contains(&name) => {
                self.refuse(format!("the header {name} is set by this crate"));
            }
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(true);
                self.caller.headers.insert(name, value);
            }
            (Err(_), _) => self.refuse(format!("{name:?} is not a header name")),
            (_, Err(_)) => self.refuse(format!("the value of the header {name} is not one")),
        }
        self
    }

    /// Checks all input, the checkpoint among it, and sends nothing: what the first poll would do.
    ///
    /// # Errors
    /// Invalid input when a setting is out of bounds, or when the checkpoint belongs to another
    /// query.
    pub fn check(&self) -> Result<(), Error> {
        self.begin().map(drop)
    }

    /// The records one by one.
    pub fn records(self) -> Items<S::Item> {
        Items::new(self.pages(), S::id, mark_of::<S>)
    }

    /// The records page by page.
    pub fn pages(self) -> Pages<S::Item> {
        let (rules, mark) = (self.rules.clone(), mark_of::<S>);
        let walk = match self.begin() {
            Ok(begun) => Walk::new(begun, rules, mark),
            Err(error) => Walk::refused(self.given(), rules, mark, error),
        };
        let ledger = Arc::new(Ledger::keeping_bodies(self.keeps_raw));
        let api = self.caller.api(ledger.clone());
        let Self { caller, source, page_size, keeps_raw, looks_ahead, .. } = self;
        let fetcher = Fetcher { caller, api, ledger, source, page_size, keeps_raw };
        Pages::new(walk, Arc::new(fetcher), looks_ahead)
    }

    /// The first wrong setting is the one that is reported.
    pub(crate) fn refuse(&mut self, why: String) {
        self.wrong.get_or_insert_with(|| Error::invalid(why));
    }

    /// A fingerprint of the query: identifies what must be equal for a checkpoint to fit, without
    /// revealing it.
    fn fingerprint(&self) -> Fingerprint {
        let deployment = self.caller.deployment();
        let mut parts = vec!["koodrive", S::NAME, &*deployment, self.caller.user.as_str()];
        parts.extend(self.source.identity());
        Fingerprint::of(&parts)
    }

    fn at(&self, place: Place) -> Checkpoint {
        Checkpoint::new(&self.fingerprint(), self.page_size.get().into(), place)
    }

    /// Checks all input; returns where to begin.
    fn begin(&self) -> Result<Checkpoint, Error> {
        if let Some(wrong) = &self.wrong {
            return Err(wrong.clone());
        }
        self.source.check()?;
        let checkpoint = match &self.start {
            Start::First => self.at(Place::default()),
            Start::Cursor(text) => match Cursor::new(text.as_str()) {
                Some(cursor) => self.at(Place::at(Some(cursor))),
                None => {
                    return Err(Error::invalid(
                        "the cursor is empty; leave it out for the first page",
                    ));
                }
            },
            Start::Checkpoint(checkpoint) => {
                checkpoint.check(&self.fingerprint(), self.page_size.get().into())?;
                checkpoint.clone()
            }
        };
        let cursor = checkpoint.place().and_then(|place| place.cursor.as_ref());
        match cursor.and_then(Cursor::excess) {
            Some(length) => Err(Error::invalid(format!(
                "the cursor has {length} characters, expected at most {MAX_CHARACTERS}"
            ))),
            None => Ok(checkpoint),
        }
    }

    /// Where it would begin, right or wrong.
    fn given(&self) -> Checkpoint {
        match &self.start {
            Start::Checkpoint(checkpoint) => checkpoint.clone(),
            _ => self.at(Place::default()),
        }
    }
}

impl<S: Source> fmt::Debug for Query<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("user_id", &self.caller.user)
            .field("source", &self.source)
            .field("page_size", &self.page_size.get())
            .field("limit", &self.rules.limit)
            .finish_non_exhaustive()
    }
}
