//! openapi/released/: every version as it was published, and the checksums that keep it so.

use std::path::{Path, PathBuf};

use anyhow::Result;
use semver::Version;

use crate::checksums;
use crate::spec::source::version_of;

pub(crate) const FOLDER: &str = "openapi/released";

pub(crate) struct Released {
    pub(crate) version: Version,
    pub(crate) path: PathBuf,
}

/// The name of a released file; `kind` is `yaml` for the document itself, or names an edition.
pub(crate) fn file_name(version: &Version, kind: &str) -> String {
    format!("koodrive-{version}.{kind}")
}

/// The documents released below `root`, oldest first.
pub(crate) fn files(root: &Path) -> Result<Vec<Released>> {
    let folder = root.join(FOLDER);
    let mut found: Vec<Released> = checksums::file_names(&folder)?
        .into_iter()
        .filter_map(|name| {
            let version = version_of(name.strip_prefix("koodrive-")?.strip_suffix(".yaml")?)?;
            Some(Released { version, path: folder.join(name) })
        })
        .collect();
    found.sort_by(|a, b| a.version.cmp(&b.version));
    Ok(found)
}
