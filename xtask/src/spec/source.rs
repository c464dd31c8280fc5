//! The document as plain values that know their lines.

use std::path::{Path, PathBuf};

use koodrive_codegen::Document;
pub(crate) use koodrive_codegen::resolve;
use serde_json::Value;

use crate::spec::version::Version;
use crate::workspace;

pub(crate) const SPEC: &str = "openapi/koodrive.yaml";

/// An OpenAPI 3.0 document.
pub(crate) struct Source {
    /// The path as people name it.
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) value: Value,
    pub(crate) version: Version,
    document: Document,
}

pub(crate) fn spec_path() -> PathBuf {
    workspace::root().join(SPEC)
}

/// The path from the workspace's top folder, where it is inside.
pub(crate) fn name_of(path: &Path) -> String {
    path.strip_prefix(workspace::root()).unwrap_or(path).display().to_string()
}

pub(crate) fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", name_of(path)))
}

/// Reads the document as the build step does, so that it is refused in the same words.
pub(crate) fn load(path: &Path) -> Result<Source, String> {
    let name = name_of(path);
    let document = Document::read(path, &name).map_err(|e| e.to_string())?;
    let version = &document.typed().info.version;
    let version = version.parse().map_err(|e| format!("{name}: info.version {e}"))?;
    let (text, value) = (document.text().to_owned(), document.value().clone());
    Ok(Source { name, text, value, version, document })
}

impl Source {
    /// `file:line:column` of the deepest node on the path that exists.
    pub(crate) fn place(&self, path: &[String]) -> String {
        self.document.place(path)
    }
}
