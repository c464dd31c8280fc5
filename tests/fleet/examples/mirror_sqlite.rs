//! A mirror on one machine: each page, what of it could not be read, and the checkpoint behind it
//! go into one transaction, so a crash at any moment leaves all three or none.

use std::error::Error;

use koodrive_ext::{
    AppCredentials, BackupRecordExt as _, Checkpoint, Client, ModuleCode, UserClient,
};
use koodrive_sandbox::Sandbox;
use sqlx::{Row as _, SqlitePool};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let fault = "page=2:unreadable".parse()?;
    let sandbox = Sandbox::builder().records(250).fault(fault).start().await?;
    let client = Client::builder(sandbox.url())
        .credentials(AppCredentials::new(sandbox.app_id(), sandbox.app_secret())?)
        .build()?;
    let user = client.for_user(sandbox.user_id())?;
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite:{}?mode=rwc", folder.path().join("mirror.db").display());
    let db = SqlitePool::connect(&url).await?;
    for table in [
        "CREATE TABLE record (id TEXT PRIMARY KEY, body TEXT NOT NULL)",
        "CREATE TABLE unreadable (body TEXT NOT NULL, reason TEXT NOT NULL)",
        "CREATE TABLE place (module TEXT PRIMARY KEY, checkpoint TEXT NOT NULL)",
    ] {
        sqlx::query(table).execute(&db).await?;
    }
    mirror(&user, &ModuleCode::AlbumBackup, &db).await?;
    let counts = "SELECT (SELECT COUNT(*) FROM record), (SELECT COUNT(*) FROM unreadable)";
    let row = sqlx::query(counts).fetch_one(&db).await?;
    println!("{} records, {} unreadable", row.get::<i64, _>(0), row.get::<i64, _>(1));
    Ok(())
}

/// Goes on where the last run stopped; call it again after any error.
async fn mirror(
    user: &UserClient,
    module: &ModuleCode,
    db: &SqlitePool,
) -> Result<(), Box<dyn Error>> {
    let kept = sqlx::query("SELECT checkpoint FROM place WHERE module = ?").bind(module.code());
    let mut query = user.backup_records(module.clone());
    if let Some(row) = kept.fetch_optional(db).await? {
        query = query.resume(row.get::<String, _>(0).parse::<Checkpoint>()?);
    }
    let mut pages = query.pages();
    while let Some(page) = pages.try_next().await? {
        let mut transaction = db.begin().await?;
        for record in page.records() {
            sqlx::query("INSERT OR REPLACE INTO record VALUES (?, ?)")
                .bind(record.record_id().unwrap_or_default())
                .bind(serde_json::to_string(record)?)
                .execute(&mut *transaction)
                .await?;
        }
        for unreadable in page.unreadable() {
            sqlx::query("INSERT INTO unreadable VALUES (?, ?)")
                .bind(unreadable.raw_json())
                .bind(unreadable.reason())
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query("INSERT OR REPLACE INTO place VALUES (?, ?)")
            .bind(module.code())
            .bind(page.checkpoint().to_string())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
    }
    Ok(())
}
