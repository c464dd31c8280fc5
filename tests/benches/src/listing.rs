//! Listings of both kinds, as children run them: ours, and the loop by [`hand`].

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use koodrive_ext::{AppCredentials, BackupRecordExt as _, Client, Event, ModuleCode, Target};
use tokio::net::TcpListener;

use crate::input::{APP_ID, APP_SECRET, USER_ID};
use crate::peer::hand;
use crate::serve::serve;

/// Serves until it is killed.
pub async fn serving(pages: u64, delay: Duration) -> Result<u64> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    serve(listener, pages, delay).await?;
    Ok(0)
}

/// Everything that the server at `address` has, record by record, by `whom`.
pub async fn list(whom: &str, address: &str) -> Result<u64> {
    match whom {
        "ours" => {
            let user = client(address)?.for_user(USER_ID)?;
            let mut items = user.backup_records(ModuleCode::AlbumBackup).page_size(100).records();
            let mut records = 0;
            while let Some(record) = items.try_next().await? {
                records += u64::from(record.record_id().is_some());
            }
            Ok(records)
        }
        "hand" => hand::list(&http()?, address).await,
        other => bail!("{other:?} lists nothing"),
    }
}

/// `listings` of them, `at_once` side by side.
pub async fn many(whom: &str, address: &str, listings: usize, at_once: usize) -> Result<u64> {
    if whom == "hand" {
        let http = http()?;
        let each = stream::iter(0..listings).map(|_| hand::list(&http, address));
        return each.buffer_unordered(at_once).try_fold(0, async |sum, one| Ok(sum + one)).await;
    }
    let targets = (0..listings).map(|_| Target::new(USER_ID, ModuleCode::AlbumBackup));
    let mut listings = client(address)?
        .listings(targets)
        .configure(|query| query.page_size(100))
        .concurrency(at_once);
    let mut records = 0;
    while let Some(event) = listings.next().await {
        match event {
            Event::Page { page, .. } => records += page.records().count() as u64,
            Event::Incomplete { error: Some(error), .. } => return Err(error).context("a listing"),
            _ => {}
        }
    }
    Ok(records)
}

/// A listing whose pages are worked on for `work` each, with the next page asked for meanwhile or not.
pub async fn worked_on(whom: &str, address: &str, work: Duration) -> Result<u64> {
    let user = client(address)?.for_user(USER_ID)?;
    let query = user.backup_records(ModuleCode::AlbumBackup).page_size(100);
    let mut pages = query.prefetch(whom == "ahead").pages();
    let mut records = 0;
    while let Some(page) = pages.try_next().await? {
        tokio::time::sleep(work).await;
        records += page.len() as u64;
    }
    Ok(records)
}

fn client(address: &str) -> Result<Client> {
    let app = AppCredentials::new(APP_ID, APP_SECRET)?;
    let client = Client::builder(format!("http://{address}")).credentials(app);
    Ok(client.configure_http(|http| http.no_proxy()).build()?)
}

/// Of the same settings as ours, so that the difference is what is above it.
fn http() -> Result<reqwest::Client> {
    Ok(reqwest::Client::builder().no_proxy().build()?)
}
