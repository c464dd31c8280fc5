//! The listings that are compared with [`hand`](crate::peer::hand).

use anyhow::Result;
use koodrive_ext::{BackupRecordExt as _, Client, ModuleCode, UserClient};

use crate::input::{APP_ID, APP_SECRET, USER_ID};

/// A client of koodrive-ext for the server at `address`.
pub fn user(address: &str) -> Result<UserClient> {
    let app = koodrive_ext::AppCredentials::new(APP_ID, APP_SECRET)?;
    let client = Client::builder(format!("http://{address}"))
        .credentials(app)
        .configure_http(|http| http.no_proxy())
        .build()?;
    Ok(client.for_user(USER_ID)?)
}

/// Lists everything, record by record; returns how many.
pub async fn items(user: &UserClient) -> Result<u64> {
    let mut items = user.backup_records(ModuleCode::AlbumBackup).page_size(100).records();
    let mut records = 0;
    while let Some(record) = items.try_next().await? {
        records += u64::from(record.record_id().is_some());
    }
    Ok(records)
}
