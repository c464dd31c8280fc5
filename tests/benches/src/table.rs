//! The rows, as Markdown.

use std::fmt;

/// One row: a piece of work, what it is compared with, and what came out.
#[derive(Clone, Debug)]
pub struct Row {
    /// The work.
    pub work: String,
    /// What it is compared with.
    pub beside: String,
    /// The figures.
    pub found: String,
    /// The figure that we want.
    pub target: &'static str,
}

impl Row {
    /// A row.
    pub fn new(
        work: impl Into<String>,
        beside: impl Into<String>,
        found: impl Into<String>,
        target: &'static str,
    ) -> Self {
        Self { work: work.into(), beside: beside.into(), found: found.into(), target }
    }
}

/// Rows under their heads.
pub struct Table(pub Vec<Row>);

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| work | beside | found | target |\n|---|---|---|---|")?;
        self.0.iter().try_for_each(|row| {
            writeln!(f, "| {} | {} | {} | {} |", row.work, row.beside, row.found, row.target)
        })
    }
}
