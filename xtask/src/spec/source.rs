//! The document, read as the build step reads it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use koodrive_codegen::Document;
use semver::Version;
use serde_json::Value;

use crate::workspace;

pub(crate) const SPEC: &str = "openapi/koodrive.yaml";

/// An OpenAPI 3.0 document with its version.
pub(crate) struct Source {
    pub(crate) document: Document,
    pub(crate) version: Version,
}

pub(crate) fn spec_path() -> PathBuf {
    workspace::root().join(SPEC)
}

/// Refuses what the build step refuses, in the same words.
pub(crate) fn load(path: &Path) -> Result<Source> {
    let document = Document::read(path, &workspace::name_of(path))?;
    let text = &document.typed().info.version;
    let version = version_of(text).with_context(|| {
        let place = document.place(&["info".into(), "version".into()]);
        format!("{place}: info.version is {text:?}, expected three numbers such as 1.2.0")
    })?;
    Ok(Source { document, version })
}

impl Source {
    pub(crate) fn value(&self) -> &Value {
        self.document.value()
    }

    pub(crate) fn name(&self) -> &str {
        self.document.name()
    }
}

/// `major.minor.patch`, nothing after it.
pub(crate) fn version_of(text: &str) -> Option<Version> {
    Version::parse(text).ok().filter(|version| version.pre.is_empty() && version.build.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_called_by_its_path_in_the_workspace() {
        assert_eq!(load(&spec_path()).unwrap().name(), "openapi/koodrive.yaml");
    }

    #[test]
    fn only_three_plain_numbers_are_a_version() {
        for good in ["0.0.0", "1.0.0", "10.20.30"] {
            assert_eq!(version_of(good).unwrap().to_string(), good);
        }
        for bad in ["", "1", "1.0", "1.0.0.0", "1.0.x", "v1.0.0", "1.0.0-rc.1", "01.0.0", "1.0.0+1"]
        {
            assert!(version_of(bad).is_none(), "{bad}");
        }
    }
}
