//! openapi/CHANGELOG.md: `## [1.2.0] - 2026-03-01` opens an entry, `- …` is something it tells.

use std::path::Path;

use anyhow::{Result, bail, ensure};
use jiff::civil::Date;
use semver::Version;

use crate::workspace;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) version: String,
    /// What follows the version, as it is written.
    date: Option<String>,
    /// How many things it tells.
    items: usize,
}

fn entries(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    for line in text.lines() {
        if let Some((version, rest)) =
            line.strip_prefix("## [").and_then(|rest| rest.split_once(']'))
        {
            let date = rest.strip_prefix(" - ").map(|date| date.trim().to_owned());
            entries.push(Entry { version: version.to_owned(), date, items: 0 });
        } else if let Some(entry) = entries.last_mut().filter(|_| line.starts_with("- ")) {
            entry.items += 1;
        }
    }
    entries
}

/// The entry of `version`, which must be the newest that has a number, and must tell something.
pub(crate) fn entry_of(path: &Path, version: &Version) -> Result<Entry> {
    let (name, version) = (workspace::name_of(path), version.to_string());
    let text = fs_err::read_to_string(path)?;
    match entries(&text).into_iter().find(|entry| entry.version != "Unreleased") {
        Some(entry) if entry.version == version && entry.items > 0 => Ok(entry),
        Some(entry) if entry.version == version => {
            bail!("{name}: the entry of {version} is empty; say in `- …` lines what changed")
        }
        _ => bail!(
            "{name}: the newest entry is not {version}; write `## [{version}]` under Unreleased and \
             say in `- …` lines what changed"
        ),
    }
}

impl Entry {
    /// Refuses an entry without a day of the calendar.
    pub(crate) fn demand_day(&self, path: &Path) -> Result<()> {
        let (name, version) = (workspace::name_of(path), &self.version);
        let Some(date) = &self.date else {
            bail!("{name}: the entry of {version} has no day; write `## [{version}] - YYYY-MM-DD`");
        };
        // jiff reads other forms of ISO 8601 as well, such as 20260301.
        let is_day = date.parse::<Date>().is_ok_and(|day| day.to_string() == *date);
        ensure!(
            is_day,
            "{name}: the entry of {version} has {date:?}, which is not a day; write \
                         `## [{version}] - YYYY-MM-DD`"
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Changes\n\n- not in an entry\n\n## [Unreleased]\n\n## [1.1.0] - 2026-03-01\n\n\
                        ### Added\n\n- one\n  still one\n- two\n\n## [1.0.0]\n";

    #[test]
    fn entries_are_read() {
        let found = entries(TEXT).into_iter().map(|e| (e.version, e.date, e.items));
        let expected =
            [("Unreleased", None, 0), ("1.1.0", Some("2026-03-01"), 2), ("1.0.0", None, 0)];
        let owned = expected.map(|(v, date, items)| (v.to_owned(), date.map(str::to_owned), items));
        assert_eq!(found.collect::<Vec<_>>(), owned);
    }

    #[test]
    fn the_entry_must_be_the_newest_and_not_empty() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("CHANGELOG.md");
        let found = |text: &str, minor| {
            fs_err::write(&path, text).unwrap();
            entry_of(&path, &Version::new(1, minor, 0)).map_err(|e| e.to_string())
        };
        assert_eq!(found(TEXT, 1).unwrap().items, 2);
        assert!(found(TEXT, 2).unwrap_err().contains("write `## [1.2.0]`"));
        assert!(found("## [1.1.0]\n", 1).unwrap_err().contains("the entry of 1.1.0 is empty"));
    }

    #[test]
    fn days_are_days_of_the_calendar() {
        let check = |date: Option<&str>| {
            let date = date.map(str::to_owned);
            Entry { version: "1.0.0".into(), date, items: 1 }.demand_day(Path::new("CHANGELOG.md"))
        };
        for good in ["2026-03-01", "2026-12-31", "2028-02-29"] {
            check(Some(good)).unwrap();
        }
        for bad in ["", "2026-3-1", "2026-02-29", "2026-13-01", "20260301", "26-03-01", "today"] {
            let error = check(Some(bad)).unwrap_err().to_string();
            assert!(error.contains("is not a day"), "{error}");
        }
        assert!(check(None).unwrap_err().to_string().contains("has no day"));
    }
}
