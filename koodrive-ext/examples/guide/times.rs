//! Times of records are `jiff::Timestamp`s; other crates' types are a conversion away.

use std::error::Error;
use std::time::SystemTime;

use koodrive_ext::{BackupRecordExt as _, ModuleCode, UserClient, jiff};

pub(crate) async fn run(user: &UserClient) -> Result<(), Box<dyn Error>> {
    let mut records = user.backup_records(ModuleCode::AlbumBackup).limit(1).records();
    let record = records.try_next().await?.ok_or("there is no record")?;
    let created: jiff::Timestamp = record.created_at().ok_or("the record has no time")?;

    let system = SystemTime::UNIX_EPOCH
        + std::time::Duration::from_millis(created.as_millisecond().try_into()?);
    // chrono::DateTime::from_timestamp_millis(created.as_millisecond())
    let milliseconds = created.as_millisecond();
    // time::OffsetDateTime::from_unix_timestamp_nanos(created.as_nanosecond())
    let nanoseconds = created.as_nanosecond();
    println!("{created} {} {milliseconds} {nanoseconds}", jiff::Timestamp::try_from(system)?);
    println!("as it came: {:?}", record.create_time);
    Ok(())
}
