//! What was asked and what came, as lines to read in a snapshot.

use std::fmt::Write as _;

use koodrive_ext::{BackupRecord, BackupRecordExt as _, BackupRecordsQuery, Checkpoint, Error};
use koodrive_sandbox::{RequestRecord, Sandbox};

use crate::client::{Page, Records};

/// One line per request: parameters as decoded, then the status.
#[must_use]
pub fn asked(sandbox: &Sandbox) -> Vec<String> {
    sandbox.requests().iter().map(asked_one).collect()
}

/// One request.
#[must_use]
pub fn asked_one(request: &RequestRecord) -> String {
    let mut line = request.method().to_owned();
    for (name, value) in request.params() {
        let _ = write!(line, " {name}={value}");
    }
    let status = request.status().map_or("no answer".to_owned(), |status| status.to_string());
    let _ = write!(line, " -> {status}");
    line
}

/// One line per record: its id, module and status.
#[must_use]
pub fn told(record: &BackupRecord) -> String {
    let module = record.module_code().map_or("-".to_owned(), |module| module.to_string());
    let status = record.status().map_or("-".to_owned(), |status| status.to_string());
    format!("{} {module} {status}", record.record_id().unwrap_or("-"))
}

/// One line per page: its number, how much it holds, and whether another follows.
#[must_use]
pub fn told_page(page: &Page) -> String {
    let ids: Vec<_> = page.records().filter_map(|record| record.record_id()).collect();
    let ends = match (ids.first(), ids.last()) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "nothing".to_owned(),
    };
    let then = if page.has_next() { "more to come" } else { "the last" };
    format!("page {}: {} records, {ends}, {then}", page.number(), page.len())
}

/// Where a checkpoint stands, without the query that it belongs to.
#[must_use]
pub fn place(checkpoint: &Checkpoint) -> String {
    if checkpoint.is_start() {
        return "at the start".to_owned();
    }
    if checkpoint.is_end() {
        return "at the end".to_owned();
    }
    let cursor = checkpoint.cursor_fingerprint().unwrap_or_else(|| "none".to_owned());
    format!("at cursor {cursor}, offset {}", checkpoint.offset())
}

/// The checkpoint's cursor, which only its written form has.
///
/// # Panics
/// When it cannot be written.
#[must_use]
pub fn cursor(checkpoint: &Checkpoint) -> Option<String> {
    let written = serde_json::to_value(checkpoint).expect("a checkpoint can be written");
    written["cursor"].as_str().map(str::to_owned)
}

/// The checkpoint as another process would have it.
///
/// # Panics
/// When it cannot be written and read again.
#[must_use]
pub fn kept(checkpoint: &Checkpoint) -> Checkpoint {
    checkpoint.to_string().parse().expect("a checkpoint reads what it writes")
}

/// Lists to the end: one line per record.
///
/// # Errors
/// The listing's first one.
pub async fn list(query: BackupRecordsQuery) -> Result<Vec<String>, Error> {
    rest(&mut query.records()).await
}

/// What a listing still has: one line per record.
///
/// # Errors
/// The listing's next one.
pub async fn rest(records: &mut Records) -> Result<Vec<String>, Error> {
    let mut lines = Vec::new();
    while let Some(record) = records.try_next().await? {
        lines.push(told(&record));
    }
    Ok(lines)
}

/// Polls until the first error.
///
/// # Panics
/// When there is none.
pub async fn first_error(query: BackupRecordsQuery) -> Error {
    let mut pages = query.pages();
    loop {
        match pages.try_next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the listing ended without an error"),
            Err(error) => return error,
        }
    }
}
