//! openapi/released/: every version as it was published, and the checksums that keep it so.

use std::path::PathBuf;

use crate::spec::version::Version;
use crate::{checksums, workspace};

pub(crate) const FOLDER: &str = "openapi/released";

pub(crate) struct Released {
    pub(crate) version: Version,
    pub(crate) path: PathBuf,
}

pub(crate) fn file_name(version: Version) -> String {
    format!("koodrive-{version}.yaml")
}

/// The released documents, oldest first.
pub(crate) fn files() -> Result<Vec<Released>, String> {
    let folder = workspace::root().join(FOLDER);
    let mut found: Vec<Released> = checksums::file_names(&folder)?
        .into_iter()
        .filter_map(|name| {
            let version = name.strip_prefix("koodrive-")?.strip_suffix(".yaml")?.parse().ok()?;
            Some(Released { version, path: folder.join(name) })
        })
        .collect();
    found.sort_by_key(|released| released.version);
    Ok(found)
}
