//! *List backup files* as a source of a listing.

use koodrive_api::types::BackupFile;

use crate::client::UserClient;
use crate::error::Error;
use crate::listing::query::Query;
use crate::listing::source::{Fetched, PageAsk, PageFuture, Source};

#[derive(Clone, Debug)]
pub struct BackupFiles(String);

impl UserClient {
    /// Begins a query of the files of a backup record.
    pub fn backup_files(&self, record_id: &str) -> Query<BackupFiles> {
        Query::new(self.caller().clone(), BackupFiles(record_id.to_owned()))
    }
}

#[rustfmt::skip]
impl Source for BackupFiles {
    type Item = BackupFile;
    const NAME: &'static str = "listBackupFiles";
    fn identity(&self) -> Vec<&str> { vec![&self.0] }
    fn label(&self) -> &str { "files" }
    fn check(&self) -> Result<(), Error> { Ok(()) }
    fn id(file: &BackupFile) -> Option<&str> { file.file_id.as_deref() }

    fn page<'a>(&'a self, api: &'a koodrive_api::Client, ask: PageAsk) -> PageFuture<'a, BackupFile> {
        let mut call = api.list_backup_files().record_id(&*self.0).page_size(ask.page_size);
        if let Some(cursor) = ask.cursor {
            call = call.cursor(cursor);
        }
        Box::pin(async move {
            Fetched::of(call.send().await, |page| (page.data, page.next_cursor, page.extra))
        })
    }
}
