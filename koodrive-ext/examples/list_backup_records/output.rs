//! Standard output: the records, in the form that was asked for.

use std::io::{self, Write as _};

use koodrive_ext::BackupRecord;

use crate::args::Format;
use crate::table;
use crate::text::printable_json;

/// Collects the lines of a page and writes them at once.
pub(crate) struct Output {
    format: Format,
    lines: String,
    is_begun: bool,
    is_first: bool,
    is_broken: bool,
}

impl Output {
    pub(crate) fn new(format: Format) -> Self {
        Self { format, lines: String::new(), is_begun: false, is_first: true, is_broken: false }
    }

    /// Adds a record to the page at hand.
    pub(crate) fn push(&mut self, record: &BackupRecord) -> io::Result<()> {
        self.begin();
        match self.format {
            Format::Table => self.lines.push_str(&table::row(record)),
            Format::Json | Format::Ndjson => {
                if self.format == Format::Json && !self.is_first {
                    self.lines.push_str(",\n");
                }
                self.lines.push_str(&printable_json(&serde_json::to_string(record)?));
            }
        }
        if self.format != Format::Json {
            self.lines.push('\n');
        }
        self.is_first = false;
        Ok(())
    }

    /// Writes the page out; when this returns, its reader has it.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.begin();
        let mut out = io::stdout().lock();
        let written = out.write_all(self.lines.as_bytes()).and_then(|()| out.flush());
        self.lines.clear();
        self.is_broken |= written.is_err();
        written
    }

    /// Writes what comes after the last record, unless it would follow half of one.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        if self.is_broken {
            return Ok(());
        }
        if self.format == Format::Json {
            self.begin();
            self.lines.push_str(if self.is_first { "]\n" } else { "\n]\n" });
        }
        if self.is_begun { self.flush() } else { Ok(()) }
    }

    fn begin(&mut self) {
        if self.is_begun {
            return;
        }
        self.is_begun = true;
        match self.format {
            Format::Table => {
                self.lines.push_str(&table::header());
                self.lines.push('\n');
            }
            Format::Json => self.lines.push_str("[\n"),
            Format::Ndjson => {}
        }
    }
}
