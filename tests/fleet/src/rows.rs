//! A page of the listing as rows of the tables.

use std::collections::HashSet;

use koodrive_ext::{BackupRecord, BackupRecordExt as _, Checkpoint, Page};

/// What a page writes.
#[derive(Debug)]
pub struct PageRows {
    /// Behind the page, as JSON.
    pub checkpoint: String,
    /// Whether it was the last one.
    pub is_last: bool,
    /// Records with an id.
    pub records: Vec<RecordRow>,
    /// Everything else that came.
    pub unreadable: Vec<UnreadableRow>,
}

/// A row of `backup_record`.
#[derive(Debug)]
pub struct RecordRow {
    /// The record's id.
    pub record_id: String,
    /// Its place in the listing, from 0.
    pub position: i64,
    /// Its status as a number.
    pub status: Option<i64>,
    /// When it was created, where that is a time.
    pub created_at: Option<String>,
    /// Its JSON as it came.
    pub body: String,
}

/// A row of `unreadable_record`.
#[derive(Debug)]
pub struct UnreadableRow {
    /// Its place in the listing, from 0.
    pub position: i64,
    /// Its JSON as it came.
    pub body: String,
    /// Why it is not in `backup_record`.
    pub reason: String,
}

impl PageRows {
    /// The rows of a page whose first element has the place `first`.
    pub fn new(page: Page<BackupRecord>, first: i64) -> Self {
        let checkpoint = page.checkpoint();
        let (is_last, checkpoint) = (checkpoint.is_end(), checkpoint.to_string());
        let raw: Vec<String> = page
            .raw_records()
            .map(|raw| raw.map(|json| String::from_utf8_lossy(json).into_owned()).collect())
            .unwrap_or_default();
        let mut rows = Self { checkpoint, is_last, records: Vec::new(), unreadable: Vec::new() };
        for (position, (item, body)) in (first..).zip(page.into_iter().zip(raw)) {
            match item.map_err(|e| e.to_string()).and_then(|record| row(&record, position)) {
                Ok(row) => rows.records.push(RecordRow { body, ..row }),
                Err(reason) => {
                    // PostgreSQL has no text with this character.
                    let (body, reason) = (body.replace('\0', "\u{fffd}"), reason.replace('\0', ""));
                    rows.unreadable.push(UnreadableRow { position, body, reason });
                }
            }
        }
        rows
    }

    /// No rows: the end of a listing that was resumed there.
    pub fn end(checkpoint: Checkpoint) -> Self {
        let checkpoint = checkpoint.to_string();
        Self { checkpoint, is_last: true, records: Vec::new(), unreadable: Vec::new() }
    }

    /// Number of elements, as the database counts.
    pub fn len(&self) -> i64 {
        i64::try_from(self.records.len() + self.unreadable.len()).unwrap_or(i64::MAX)
    }

    /// Whether nothing came.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The records in groups, in order, such that no group has an id twice: a statement must not
    /// write a row twice.
    pub fn rounds(&self) -> Vec<Vec<&RecordRow>> {
        let mut rounds = Vec::new();
        let mut left: Vec<&RecordRow> = self.records.iter().collect();
        while !left.is_empty() {
            let mut seen = HashSet::new();
            let (round, again) = left.into_iter().partition(|row| seen.insert(&*row.record_id));
            rounds.push(round);
            left = again;
        }
        rounds
    }
}

/// The row of a record without its body, or why it cannot have one.
fn row(record: &BackupRecord, position: i64) -> Result<RecordRow, String> {
    let record_id = record.record_id().ok_or("it has no recordId")?;
    if record_id.contains('\0') {
        return Err("its recordId holds the character U+0000".to_owned());
    }
    Ok(RecordRow {
        record_id: record_id.to_owned(),
        position,
        status: record.status.map(i64::from),
        created_at: record.created_at().map(|time| time.to_string()),
        body: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page_of(ids: &[&str]) -> PageRows {
        let record = |(position, id): (i64, &&str)| RecordRow {
            record_id: (*id).to_owned(),
            position,
            status: None,
            created_at: None,
            body: String::new(),
        };
        PageRows {
            checkpoint: String::new(),
            is_last: false,
            records: (0..).zip(ids).map(record).collect(),
            unreadable: Vec::new(),
        }
    }

    #[test]
    fn a_record_that_comes_twice_on_a_page_is_written_by_two_statements_in_order() {
        let page = page_of(&["a", "b", "a", "c", "a"]);
        let places: Vec<Vec<i64>> = page
            .rounds()
            .iter()
            .map(|round| round.iter().map(|row| row.position).collect())
            .collect();
        assert_eq!(places, [vec![0, 1, 3], vec![2], vec![4]]);
    }

    #[test]
    fn a_record_without_an_id_is_kept_as_unreadable() {
        let record: BackupRecord = serde_json::from_str(r#"{"status": 1}"#).unwrap();
        assert!(row(&record, 0).unwrap_err().contains("recordId"));
        let record: BackupRecord = serde_json::from_str(r#"{"recordId": "a\u0000"}"#).unwrap();
        assert!(row(&record, 0).unwrap_err().contains("U+0000"));
    }
}
