//! What was asked and what came, as lines to read in a snapshot.

use std::fmt::Write as _;

use koodrive_ext::{BackupRecord, BackupRecordExt as _, Error, Page};
use koodrive_sandbox::{RequestRecord, Sandbox};

/// One line a request: parameters as decoded, then the status.
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

/// One line a record: its id, module and status.
#[must_use]
pub fn told(record: &BackupRecord) -> String {
    let module = record.module_code().map_or("-".to_owned(), |module| module.to_string());
    let status = record.status().map_or("-".to_owned(), |status| status.to_string());
    format!("{} {module} {status}", record.record_id().unwrap_or("-"))
}

/// One line a page: its number, how much it holds, and whether another follows.
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

/// Ids of records, or the error's message.
#[must_use]
pub fn ids(records: &[Result<BackupRecord, Error>]) -> Vec<String> {
    records
        .iter()
        .map(|record| match record {
            Ok(record) => record.record_id().unwrap_or("-").to_owned(),
            Err(error) => error.to_string(),
        })
        .collect()
}
