//! A query of backup records: a value until it is turned into records or pages.

use std::fmt;

use koodrive_api::types::BackupRecordPage;
use koodrive_api::wire::PageSize;

use crate::checkpoint::{Checkpoint, Position};
use crate::fingerprint::Fingerprint;
use crate::pages::Pages;
use crate::records::Records;
use crate::{Client, Error, ModuleCode};

/// Longest cursor that may be sent. Source: `cursor` in the table "Query Parameters".
pub(crate) const CURSOR_CHARACTERS: usize = 1000;

/// What to list, begun by [`Client::backup_records`].
///
/// Nothing is sent before the first poll of [`records`](Self::records) or [`pages`](Self::pages).
/// Wrong input is reported by that poll, and then nothing is sent at all.
///
/// ```no_run
/// # async fn run(client: koodrive_ext::Client) -> Result<(), koodrive_ext::Error> {
/// use koodrive_ext::ModuleCode;
///
/// let newest = client
///     .backup_records(ModuleCode::AlbumBackup)
///     .device("1842812272691451648")
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
pub struct BackupRecords {
    pub(crate) client: Client,
    pub(crate) module: ModuleCode,
    pub(crate) page_size: PageSize,
    pub(crate) device: Option<String>,
    pub(crate) lock_id: Option<String>,
    pub(crate) limit: Option<u64>,
    pub(crate) empty_pages: u32,
    pub(crate) allow_repeated_cursors: bool,
    start: Start,
    wrong: Option<Error>,
}

#[derive(Clone)]
enum Start {
    First,
    Cursor(String),
    Checkpoint(Checkpoint),
}

impl BackupRecords {
    pub(crate) fn new(client: Client, module: ModuleCode) -> Self {
        Self {
            client,
            module,
            page_size: PageSize::MAX,
            device: None,
            lock_id: None,
            limit: None,
            empty_pages: 100,
            allow_repeated_cursors: false,
            start: Start::First,
            wrong: None,
        }
    }

    /// Greatest number of records in a page, 1 to 100; 100 unless set. It decides how many
    /// requests a listing takes, not how many records it yields: for that see
    /// [`limit`](Self::limit).
    pub fn page_size(mut self, records: u32) -> Self {
        match PageSize::try_from(records) {
            Ok(size) => self.page_size = size,
            Err(e) => self.wrong = self.wrong.or(Some(Error::invalid(e.to_string()))),
        }
        self
    }

    /// Ends after so many records, unreadable ones among them; the page after them is never asked
    /// for. No limit unless set. A resumed listing counts anew.
    pub fn limit(mut self, records: u64) -> Self {
        self.limit = Some(records);
        self
    }

    /// Only records of this device.
    pub fn device(mut self, device_id: impl Into<String>) -> Self {
        self.device = Some(device_id.into());
        self
    }

    /// Sends `x-backup-lock-id`, which the documented example request carries and its table does
    /// not list.
    pub fn backup_lock_id(mut self, lock_id: impl Into<String>) -> Self {
        self.lock_id = Some(lock_id.into());
        self
    }

    /// Begins at a page's cursor, at most 1,000 characters, instead of the first page.
    pub fn cursor(mut self, cursor: impl Into<String>) -> Self {
        self.start = Start::Cursor(cursor.into());
        self
    }

    /// Goes on where a listing of the same query stopped. Refused when the endpoint's host or path,
    /// the user, module, device or page size differ from those of the checkpoint.
    pub fn resume(mut self, checkpoint: Checkpoint) -> Self {
        self.start = Start::Checkpoint(checkpoint);
        self
    }

    /// How many empty pages in a row are an error rather than patience; 100 unless set, at least 1.
    pub fn max_empty_pages(mut self, pages: u32) -> Self {
        self.empty_pages = pages;
        self
    }

    /// Goes on when a cursor comes back, which otherwise is an error: a service that does so by
    /// intent needs another way to end.
    pub fn allow_repeated_cursors(mut self) -> Self {
        self.allow_repeated_cursors = true;
        self
    }

    /// Checks all input, the checkpoint among it, and sends nothing: what the first poll would do.
    ///
    /// # Errors
    /// Invalid input when page size, cursor, device, module or lock id is out of bounds, or when
    /// the checkpoint belongs to another query.
    pub fn check(&self) -> Result<(), Error> {
        self.start().map(drop)
    }

    /// The records one by one.
    pub fn records(self) -> Records {
        Records::new(self.pages())
    }

    /// The records page by page.
    pub fn pages(self) -> Pages {
        let start = self.start();
        Pages::new(Self { client: self.client.with_own_ledger(), ..self }, start)
    }

    /// Names the query without telling it: what must be equal for a checkpoint to fit.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let size = self.page_size.to_string();
        let device = self.device.as_deref();
        Fingerprint::of(&[
            "koodrive.listBackupRecords",
            &self.client.deployment(),
            self.client.user_id(),
            self.module.code(),
            if device.is_some() { "device" } else { "all devices" },
            device.unwrap_or_default(),
            &size,
        ])
    }

    /// Checks all input; returns where to begin.
    fn start(&self) -> Result<Checkpoint, Error> {
        if let Some(wrong) = &self.wrong {
            return Err(wrong.clone());
        }
        visible("the module code", Some(self.module.code()))?;
        visible("the device id", self.device.as_deref())?;
        visible("the backup lock id", self.lock_id.as_deref())?;
        let query = self.fingerprint();
        let checkpoint = match &self.start {
            Start::First => Checkpoint::new(&query, Position::Start, None),
            Start::Cursor(cursor) if cursor.is_empty() => {
                return Err(Error::invalid("the cursor is empty; leave it out for the first page"));
            }
            Start::Cursor(cursor) => Checkpoint::new(
                &query,
                Position::At { cursor: Some(cursor.clone()), offset: 0 },
                None,
            ),
            Start::Checkpoint(checkpoint) => {
                checkpoint.check_query(&query)?;
                checkpoint.clone()
            }
        };
        match checkpoint.position() {
            Position::At { cursor: Some(cursor), .. }
                if cursor.chars().count() > CURSOR_CHARACTERS =>
            {
                let length = cursor.chars().count();
                Err(Error::invalid(format!(
                    "the cursor has {length} characters, expected at most {CURSOR_CHARACTERS}"
                )))
            }
            _ => Ok(checkpoint),
        }
    }

    /// Where it would begin, right or wrong.
    pub(crate) fn given(&self) -> Checkpoint {
        match &self.start {
            Start::Checkpoint(checkpoint) => checkpoint.clone(),
            _ => Checkpoint::new(&self.fingerprint(), Position::Start, None),
        }
    }

    /// Asks for the page at `cursor`.
    pub(crate) async fn fetch(
        &self,
        cursor: Option<String>,
    ) -> Result<BackupRecordPage, Error> {
        let mut call = self
            .client
            .list_backup_records()
            .module_code(self.module.clone())
            .page_size(self.page_size);
        if let Some(cursor) = cursor {
            call = call.cursor(cursor);
        }
        if let Some(device) = &self.device {
            call = call.device_id(device.as_str());
        }
        if let Some(lock_id) = &self.lock_id {
            call = call.x_backup_lock_id(lock_id.as_str());
        }
        match call.send().await.map_err(Error::from) {
            Ok(page) => Ok(page.into_inner()),
            // Decoding comes after the exchange, which alone knows what it took.
            Err(error) if error.is_undecodable() && error.attempts() == 0 => {
                Err(error.with_context(|context| *context = self.client.ledger().last()))
            }
            Err(error) => Err(error),
        }
    }
}

fn visible(what: &str, text: Option<&str>) -> Result<(), Error> {
    match text {
        Some("") => Err(Error::invalid(format!("{what} is empty"))),
        Some(text) if text.chars().any(char::is_control) => {
            Err(Error::invalid(format!("{what} is {text:?}, expected no control characters")))
        }
        _ => Ok(()),
    }
}

impl fmt::Debug for BackupRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackupRecords")
            .field("user_id", &self.client.user_id())
            .field("module", &self.module)
            .field("page_size", &self.page_size.get())
            .field("device", &self.device)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
