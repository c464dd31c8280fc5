//! A record as a line of aligned columns, without looking ahead.

use koodrive_ext::{BackupRecord, BackupRecordExt as _};
use unicode_width::UnicodeWidthStr as _;

use crate::text::printable;

/// Headings with the width of the usual values; wider ones push what follows.
const COLUMNS: [(&str, usize); 6] = [
    ("RECORD ID", 19),
    ("MODULE", 12),
    ("STATUS", 13),
    ("CREATED", 24),
    ("ENDED", 24),
    ("DEVICE", 0),
];

pub(crate) fn header() -> String {
    line(COLUMNS.map(|(heading, _)| Some(heading.to_owned())))
}

pub(crate) fn row(record: &BackupRecord) -> String {
    line([
        record.record_id().map(str::to_owned),
        record.module_code().map(|module| module.to_string()),
        record.status().map(|status| status.to_string()),
        record.create_time.as_deref().map(str::to_owned),
        record.end_time.as_deref().map(str::to_owned),
        device(record),
    ])
}

fn device(record: &BackupRecord) -> Option<String> {
    let known = [record.device_id(), record.device_name()];
    let parts: Vec<&str> = known.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    Some(parts.join(" ")).filter(|text| !text.is_empty())
}

fn line(cells: [Option<String>; 6]) -> String {
    let mut line = String::new();
    for (cell, (_, width)) in cells.into_iter().zip(COLUMNS) {
        let text = cell.filter(|text| !text.is_empty()).unwrap_or_else(|| "-".to_owned());
        let text = printable(&text);
        line.push_str(&text);
        if width > 0 {
            let gap = width.saturating_sub(text.width()) + 2;
            line.extend(std::iter::repeat_n(' ', gap));
        }
    }
    line
}
