//! The editions of the document that generators are given, rendered under target/interop/.

use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::Result;

use super::job;
use crate::spec::editions;
use crate::tools;

/// Open values, texts for times, one response for every failure.
pub(super) fn clients() -> Result<PathBuf> {
    edition("clients.json")
}

/// The same with null types.
pub(super) fn with_nulls() -> Result<PathBuf> {
    edition("3.1.json")
}

fn edition(kind: &str) -> Result<PathBuf> {
    static RENDERED: OnceLock<()> = OnceLock::new();
    let folder = job::made("editions");
    if RENDERED.get().is_none() {
        tools::install()?;
        fs_err::create_dir_all(&folder)?;
        editions::render(&folder)?;
        let _ = RENDERED.set(());
    }
    Ok(folder.join(format!("koodrive.{kind}")))
}
