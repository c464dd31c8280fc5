//! Lists a user's album records, and goes on where the last run stopped.
//!
//! ```sh
//! export KOODRIVE_ENDPOINT=https://intl.myhuaweicloud-koodrive.com KOODRIVE_USER_ID=…
//! export KOODRIVE_APP_ID=… KOODRIVE_APP_SECRET=…
//! cargo run --example quickstart
//! ```

use std::env::var;
use std::error::Error;
use std::fs;

use koodrive_ext::{AppCredentials, BackupRecordExt as _, Client, ModuleCode};

const CHECKPOINT: &str = "album.checkpoint";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let app = AppCredentials::new(var("KOODRIVE_APP_ID")?, var("KOODRIVE_APP_SECRET")?)?;
    let client = Client::builder(var("KOODRIVE_ENDPOINT")?).credentials(app).build()?;
    let user = client.for_user(var("KOODRIVE_USER_ID")?)?;

    let mut query = user.backup_records(ModuleCode::AlbumBackup);
    if let Ok(kept) = fs::read_to_string(CHECKPOINT) {
        query = query.resume(kept.parse()?);
    }
    let mut records = query.records();
    while let Some(record) = records.next().await {
        match record {
            Ok(record) => println!("{:?} {:?}", record.record_id(), record.status()),
            // After most errors the next poll tries again, and some end the list; each says which.
            Err(error) => eprintln!("{error}"),
        }
    }

    let checkpoint = records.checkpoint();
    fs::write(CHECKPOINT, checkpoint.to_string())?;
    if !checkpoint.is_end() {
        return Err("the list is not complete: run this again for the rest".into());
    }
    Ok(())
}
