//! openapi/CHANGELOG.md: `## [1.2.0] - 2026-03-01` opens an entry, `- …` is something it tells.

use std::path::Path;

use crate::spec::source;
use crate::spec::version::Version;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) version: String,
    /// What follows the version, as it is written.
    pub(crate) date: Option<String>,
    /// How many things it tells.
    pub(crate) items: usize,
}

pub(crate) fn entries(text: &str) -> Vec<Entry> {
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
pub(crate) fn entry_of(path: &Path, version: Version) -> Result<Entry, String> {
    let name = source::name_of(path);
    let version = version.to_string();
    let newest = entries(&source::read(path)?).into_iter().find(|e| e.version != "Unreleased");
    match newest {
        Some(entry) if entry.version == version && entry.items > 0 => Ok(entry),
        Some(entry) if entry.version == version => {
            Err(format!("{name}: the entry of {version} is empty; say in `- …` lines what changed"))
        }
        _ => Err(format!(
            "{name}: the newest entry is not {version}; write `## [{version}]` under Unreleased and \
             say in `- …` lines what changed"
        )),
    }
}

/// Whether the text is a day such as `2026-03-01`.
pub(crate) fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |at: usize, digits: usize| {
        let part = parts.get(at).filter(|p| p.len() == digits)?;
        part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u32>().ok())?
    };
    parts.len() == 3
        && number(0, 4).is_some()
        && number(1, 2).is_some_and(|month| (1..=12).contains(&month))
        && number(2, 2).is_some_and(|day| (1..=31).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Changes\n\n- not in an entry\n\n## [Unreleased]\n\n## [1.1.0] - 2026-03-01\n\n\
                        ### Added\n\n- one\n  still one\n- two\n\n## [1.0.0]\n";

    #[test]
    fn entries_are_read() {
        let found: Vec<_> =
            entries(TEXT).into_iter().map(|e| (e.version, e.date, e.items)).collect();
        assert_eq!(
            found,
            [
                ("Unreleased".to_owned(), None, 0),
                ("1.1.0".to_owned(), Some("2026-03-01".to_owned()), 2),
                ("1.0.0".to_owned(), None, 0),
            ]
        );
    }

    #[test]
    fn the_entry_must_be_the_newest_and_not_empty() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("CHANGELOG.md");
        std::fs::write(&path, TEXT).unwrap();
        assert_eq!(entry_of(&path, Version([1, 1, 0])).unwrap().items, 2);
        let error = entry_of(&path, Version([1, 2, 0])).unwrap_err();
        assert!(error.contains("write `## [1.2.0]`"), "{error}");
        std::fs::write(&path, "## [1.1.0]\n").unwrap();
        let error = entry_of(&path, Version([1, 1, 0])).unwrap_err();
        assert!(error.contains("the entry of 1.1.0 is empty"), "{error}");
    }

    #[test]
    fn days_are_days() {
        assert!(is_day("2026-03-01") && is_day("2026-12-31"));
        for bad in ["", "2026-3-1", "2026-13-01", "2026-00-10", "26-03-01", "2026-03-01x", "today"]
        {
            assert!(!is_day(bad), "{bad}");
        }
    }
}
