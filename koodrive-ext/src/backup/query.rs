//! *List backup records* as a source of a listing.

use koodrive_api::types::BackupRecord;

use crate::backup::module_code::ModuleCode;
use crate::backup::record::BackupRecordExt as _;
use crate::error::Error;
use crate::listing::query::Query;
use crate::listing::source::{Fetched, PageAsk, PageFuture, Source};

/// A query of backup records.
pub type BackupRecordsQuery = Query<BackupRecords>;

/// The backup records of a module, of all devices or of one.
#[derive(Clone, Debug)]
pub struct BackupRecords {
    module: ModuleCode,
    device_id: Option<String>,
    lock_id: Option<String>,
}

impl BackupRecords {
    pub(crate) fn new(module: ModuleCode) -> Self {
        Self { module, device_id: None, lock_id: None }
    }
}

impl Query<BackupRecords> {
    /// Only records of this device.
    pub fn device_id(mut self, device_id: impl Into<String>) -> Self {
        self.source.device_id = Some(device_id.into());
        self
    }

    /// Sends `x-backup-lock-id`, which the documented example request carries and its table does
    /// not list.
    pub fn backup_lock_id(mut self, lock_id: impl Into<String>) -> Self {
        self.source.lock_id = Some(lock_id.into());
        self
    }
}

impl Source for BackupRecords {
    type Item = BackupRecord;

    const NAME: &'static str = "listBackupRecords";

    fn identity(&self) -> Vec<&str> {
        match &self.device_id {
            Some(device_id) => vec![self.module.code(), "device", device_id],
            None => vec![self.module.code(), "all devices"],
        }
    }

    fn label(&self) -> &str {
        self.module.code()
    }

    fn check(&self) -> Result<(), Error> {
        check_text("the module code", Some(self.module.code()))?;
        check_text("the device id", self.device_id.as_deref())?;
        check_text("the backup lock id", self.lock_id.as_deref())
    }

    fn id(record: &BackupRecord) -> Option<&str> {
        record.record_id()
    }

    fn page<'a>(
        &'a self,
        api: &'a koodrive_api::Client,
        ask: PageAsk,
    ) -> PageFuture<'a, BackupRecord> {
        let mut call =
            api.list_backup_records().module_code(self.module.clone()).page_size(ask.page_size);
        if let Some(cursor) = ask.cursor {
            call = call.cursor(cursor);
        }
        if let Some(device_id) = &self.device_id {
            call = call.device_id(device_id.as_str());
        }
        if let Some(lock_id) = &self.lock_id {
            call = call.x_backup_lock_id(lock_id.as_str());
        }
        Box::pin(async move {
            Fetched::of(call.send().await, |page| {
                (page.data.unwrap_or_default().into_vec(), page.next_cursor, page.extra)
            })
        })
    }
}

fn check_text(what: &str, text: Option<&str>) -> Result<(), Error> {
    match text {
        Some("") => Err(Error::invalid(format!("{what} is empty"))),
        Some(text) if text.chars().any(char::is_control) => {
            Err(Error::invalid(format!("{what} is {text:?}, expected no control characters")))
        }
        _ => Ok(()),
    }
}
