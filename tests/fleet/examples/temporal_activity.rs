//! The same unit of work as a Temporal activity: the checkpoint is the heartbeat's detail.
//!
//! The Rust SDK for Temporal brings 300 crates and a newer compiler than this one needs, so its
//! activity context appears here as three closures: what the last heartbeat said, a heartbeat, and
//! whether the activity was cancelled. In the SDK they are the context's heartbeat details, its
//! `record_heartbeat` and its cancellation.
//!
//! `main` plays the server: it lets the first attempt die after two pages and starts a second one.

use koodrive_ext::{AppCredentials, BackupRecord, Checkpoint, Client, ModuleCode, Page};
use koodrive_sandbox::Sandbox;

/// One listing. An attempt that goes silent for the heartbeat timeout is started again elsewhere,
/// with the detail of its last heartbeat. It may still run then, so `store` has to bear a page
/// twice, or to be fenced as the worker of this crate is.
async fn mirror_listing(
    client: &Client,
    (user_id, module): (&str, ModuleCode),
    last_heartbeat: Option<String>,
    mut store: impl AsyncFnMut(&Page<BackupRecord>),
    mut heartbeat: impl FnMut(String),
    is_cancelled: impl Fn() -> bool,
) -> Result<u64, koodrive_ext::Error> {
    let mut query = client.for_user(user_id)?.backup_records(module).page_size(10);
    if let Some(detail) = last_heartbeat {
        query = query.resume(detail.parse::<Checkpoint>()?);
    }
    let mut pages = query.pages();
    let mut records = 0;
    while !is_cancelled() {
        match pages.next().await {
            Some(Ok(page)) => {
                store(&page).await;
                // Only behind what is stored: a lost heartbeat costs a page twice, never one.
                heartbeat(page.checkpoint().to_string());
                records += page.len() as u64;
            }
            // The client's own retries are over, but it is worth asking again from here.
            Some(Err(error)) if !pages.is_ended() => eprintln!("{error}"),
            // In the SDK: retryable as `error.is_retryable()` says, by the activity's policy.
            Some(Err(error)) => return Err(error),
            None => break,
        }
    }
    Ok(records)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder().records(45).start().await?;
    let credentials = AppCredentials::new(sandbox.app_id(), sandbox.app_secret())?;
    let client = Client::builder(sandbox.url()).credentials(credentials).build()?;
    let listing = (sandbox.user_id(), ModuleCode::AlbumBackup);
    let mut last_heartbeat = None;
    let mut stored = 0;
    for pages in [2, usize::MAX] {
        let beats = std::cell::RefCell::new(Vec::new());
        let store = async |page: &Page<BackupRecord>| stored += page.len();
        let heartbeat = |detail| beats.borrow_mut().push(detail);
        let is_cancelled = || beats.borrow().len() >= pages;
        let records = mirror_listing(
            &client,
            listing.clone(),
            last_heartbeat,
            store,
            heartbeat,
            is_cancelled,
        )
        .await?;
        last_heartbeat = beats.into_inner().pop();
        println!("an attempt stored {records} records; last heartbeat: {last_heartbeat:?}");
    }
    assert_eq!(stored, 45);
    Ok(())
}
