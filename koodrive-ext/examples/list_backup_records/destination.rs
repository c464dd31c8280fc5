//! Where the records go: standard output, or the file of `--output`.

use std::io;

use crate::appended::{Appended, Extent};
use crate::stdout::Stdout;

/// Takes the text of whole pages.
pub(crate) enum Destination {
    Stdout(Stdout),
    Output(Appended),
}

/// What a checkpoint keeps of a destination.
pub(crate) enum Printed {
    /// Length of standard output, if it is a regular file.
    Stdout(Option<u64>),
    Output(Extent),
}

impl Destination {
    /// Writes all of it; to a regular file, all or nothing.
    pub(crate) fn write(&mut self, page: &str) -> Result<(), String> {
        let written = match self {
            Self::Stdout(stdout) => stdout.write(page.as_bytes()),
            Self::Output(file) => file.append(page.as_bytes()),
        };
        written.map_err(|e| self.unwritable(&e))
    }

    /// Returns when a power cut can no longer lose what was written to a regular file.
    pub(crate) fn sync(&self) -> Result<(), String> {
        let synced = match self {
            Self::Stdout(stdout) => stdout.sync(),
            Self::Output(file) => file.sync(),
        };
        synced.map_err(|e| self.unwritable(&e))
    }

    /// What is printed by now.
    pub(crate) fn printed(&self) -> Printed {
        match self {
            Self::Stdout(stdout) => Printed::Stdout(stdout.length()),
            Self::Output(file) => Printed::Output(file.extent()),
        }
    }

    /// Takes the last page back, which no checkpoint knows. What a pipe took is gone.
    pub(crate) fn take_back(&mut self, page: &str, before: &Printed) {
        // Where this fails, a page comes twice on standard output, and the next run cuts it off
        // the file of --output.
        let _ = match (self, before) {
            (Self::Output(file), Printed::Output(extent)) => file.cut_back(extent),
            (Self::Stdout(stdout), Printed::Stdout(Some(before))) => {
                stdout.take_back(*before, page.len() as u64)
            }
            _ => Ok(()),
        };
    }

    pub(crate) fn name(&self) -> String {
        match self {
            Self::Output(file) => file.path().display().to_string(),
            Self::Stdout(_) => "standard output".to_owned(),
        }
    }

    fn unwritable(&self, error: &io::Error) -> String {
        match self {
            Self::Output(file) => {
                format!("the output {} cannot be written: {error}", file.path().display())
            }
            Self::Stdout(_) if error.kind() == io::ErrorKind::BrokenPipe => {
                "standard output was closed before the end".to_owned()
            }
            Self::Stdout(_) => format!("standard output cannot be written: {error}"),
        }
    }
}
