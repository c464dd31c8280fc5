//! Go on after a crash: what was done and the checkpoint behind it are kept together.
//!
//! Here both are files. In a database they go into one transaction; see `mirror_sqlite` in
//! `tests/fleet/examples`.

use std::error::Error;
use std::fs;
use std::path::Path;

use koodrive_ext::{Checkpoint, ErrorKind, ModuleCode, UserClient};

pub(crate) async fn run(user: &UserClient) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("album.checkpoint");
    // "Crashes" after two pages, and goes on from there.
    list(user, &file, 2).await?;
    let seen = list(user, &file, usize::MAX).await?;
    println!("the second run saw {seen} records and ended the list");
    Ok(())
}

/// Lists at most `pages` pages; returns how many records there were in them.
async fn list(user: &UserClient, file: &Path, pages: usize) -> Result<usize, Box<dyn Error>> {
    let mut query = user.backup_records(ModuleCode::AlbumBackup).page_size(20);
    if file.exists() {
        query = query.resume(fs::read_to_string(file)?.parse::<Checkpoint>()?);
    }
    let (mut listing, mut seen) = (query.pages(), 0);
    for _ in 0..pages {
        match listing.try_next().await {
            Ok(Some(page)) => {
                seen += page.len(); // the work: as a whole, before the checkpoint is kept
                keep(file, page.checkpoint())?;
            }
            Ok(None) => break,
            // The next poll asks again, after a pause, and ends the listing when that goes on.
            Err(error) if error.is_retryable() => eprintln!("{error}"),
            Err(error) if error.kind() == ErrorKind::CursorRefused => {
                // The place is no longer there: the list has to be begun again.
                fs::remove_file(file)?;
                return Err(error.into());
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(seen)
}

/// Replaces the file as a whole, so that a crash leaves the one before or this one.
fn keep(file: &Path, checkpoint: &Checkpoint) -> std::io::Result<()> {
    let new = file.with_extension("new");
    fs::write(&new, checkpoint.to_string())?;
    fs::File::open(&new)?.sync_all()?;
    fs::rename(new, file)
}
