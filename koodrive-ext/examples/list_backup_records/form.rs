//! The form of the records: a table, a JSON array, or a line of JSON each.

use koodrive_ext::BackupRecord;
use serde_json::value::RawValue;

use crate::args::Format;
use crate::table;
use crate::text::{compact, printable_json};

/// One element of a page, with its JSON as it came.
pub(crate) enum Element {
    Record(Box<BackupRecord>, Vec<u8>),
    /// What is not a record.
    Unreadable(Vec<u8>),
}

impl Element {
    /// The JSON of what is not a record.
    pub(crate) fn unreadable(&self) -> Option<&[u8]> {
        match self {
            Self::Record(..) => None,
            Self::Unreadable(json) => Some(json),
        }
    }
}

/// Turns records into the text of whole pages.
pub(crate) struct Form {
    format: Format,
    is_begun: bool,
    is_first: bool,
}

impl Form {
    pub(crate) fn new(format: Format) -> Self {
        Self { format, is_begun: false, is_first: true }
    }

    /// Whether the text of a page can have unreadable elements in it.
    pub(crate) fn takes_unreadable(&self) -> bool {
        self.format == Format::Ndjson
    }

    /// The text of a page; `with_unreadable` says whether its unreadable elements are in it, marked.
    pub(crate) fn page(&mut self, elements: &[Element], with_unreadable: bool) -> String {
        let mut text = self.begin();
        for element in elements {
            match element {
                Element::Record(record, json) => self.push(&mut text, record, json),
                Element::Unreadable(json) if with_unreadable && self.takes_unreadable() => {
                    text.push_str(&marked(json));
                    text.push('\n');
                }
                Element::Unreadable(_) => {}
            }
        }
        text
    }

    /// What comes after the last record.
    pub(crate) fn end(&mut self) -> String {
        if self.format != Format::Json {
            return String::new();
        }
        let mut text = self.begin();
        text.push_str(if self.is_first { "]\n" } else { "\n]\n" });
        text
    }

    fn begin(&mut self) -> String {
        if std::mem::replace(&mut self.is_begun, true) {
            return String::new();
        }
        match self.format {
            Format::Table => table::header() + "\n",
            Format::Json => "[\n".to_owned(),
            Format::Ndjson => String::new(),
        }
    }

    fn push(&mut self, text: &mut String, record: &BackupRecord, json: &[u8]) {
        match self.format {
            Format::Table => text.push_str(&table::row(record)),
            Format::Json | Format::Ndjson => {
                if self.format == Format::Json && !self.is_first {
                    text.push_str(",\n");
                }
                text.push_str(&line(&String::from_utf8_lossy(json)));
            }
        }
        if self.format != Format::Json {
            text.push('\n');
        }
        self.is_first = false;
    }
}

/// An unreadable element on a line of its own file: its JSON as it came.
pub(crate) fn unreadable_line(json: &[u8]) -> String {
    well_formed(json).unwrap_or_else(|| in_hexadecimal(json)) + "\n"
}

/// The same among records, from which it is told by its first member.
fn marked(json: &[u8]) -> String {
    well_formed(json)
        .map(|json| format!("{{\"unreadable\":{json}}}"))
        .unwrap_or_else(|| in_hexadecimal(json))
}

fn well_formed(json: &[u8]) -> Option<String> {
    let json = std::str::from_utf8(json).ok()?;
    serde_json::from_str::<&RawValue>(json).ok()?;
    Some(line(json))
}

/// What is not even JSON, such as a string with a byte that is not UTF-8: nothing of it is lost.
fn in_hexadecimal(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{{\"unreadableHex\":\"{digits}\"}}")
}

/// A JSON text on one line, with nothing in it that a terminal or a reader of lines acts on.
fn line(json: &str) -> String {
    printable_json(&compact(json)).into_owned()
}
