//! What came of a check, and the table.

use std::fmt::Write as _;

use anyhow::{Result, ensure};

/// What a check says that has not failed.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// It holds; a few words on what was looked at.
    Holds(String),
    /// Nothing is known, and why.
    CannotRunHere(String),
}

impl Verdict {
    pub(super) fn holds(what: impl Into<String>) -> Result<Self> {
        Ok(Self::Holds(what.into()))
    }

    pub(super) fn cannot_run_here(why: impl Into<String>) -> Result<Self> {
        Ok(Self::CannotRunHere(why.into()))
    }

    /// The same for what the forge has, where it is a failure.
    pub(super) fn cannot_run_but_at_the_forge(why: impl Into<String>) -> Result<Self> {
        let why = why.into();
        ensure!(std::env::var_os("GITHUB_ACTIONS").is_none(), "{why}");
        Self::cannot_run_here(why)
    }
}

pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) verdict: Result<Verdict>,
    pub(super) seconds: f64,
}

/// The rows in aligned columns; of a failure its first line, since the rest has been shown.
pub(super) fn table(rows: &[Row]) -> String {
    let mut text = format!("{:<18}{:<17}{:>7}\n", "check", "result", "seconds");
    for row in rows {
        let (result, note) = match &row.verdict {
            Ok(Verdict::Holds(what)) => ("ok", what.clone()),
            Ok(Verdict::CannotRunHere(why)) => ("cannot run here", why.clone()),
            Err(why) => ("FAILED", why.to_string()),
        };
        let note = note.lines().next().unwrap_or_default();
        let _ = writeln!(text, "{:<18}{result:<17}{:>7.1}  {note:.120}", row.name, row.seconds);
    }
    text
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn a_failure_a_success_and_what_could_not_run_are_told_apart() {
        let row = |name, verdict| Row { name, verdict, seconds: 1.25 };
        let rows = [
            row("api", Verdict::holds("3 crates")),
            row("msrv", Verdict::cannot_run_here("Rust 1.88.0 cannot be had")),
            row("links", Err(anyhow!("2 links\nREADME.md: ./no").context("lychee"))),
        ];
        let expected = "\
check             result           seconds
api               ok                   1.2  3 crates
msrv              cannot run here      1.2  Rust 1.88.0 cannot be had
links             FAILED               1.2  lychee
";
        assert_eq!(table(&rows), expected);
    }
}
