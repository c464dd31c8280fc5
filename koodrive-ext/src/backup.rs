//! The backup API: what is listed, and the values in it.

pub(crate) mod listings;
pub(crate) mod module_code;
mod names;
pub(crate) mod query;
pub(crate) mod record;
pub(crate) mod status;

use crate::backup::module_code::ModuleCode;
use crate::backup::query::{BackupRecords, BackupRecordsQuery};
use crate::client::UserClient;
use crate::listing::query::Query;

impl UserClient {
    /// Begins a query of the user's backup records of `module`; nothing is sent yet.
    pub fn backup_records(&self, module: ModuleCode) -> BackupRecordsQuery {
        Query::new(self.caller().clone(), BackupRecords::new(module))
    }
}
