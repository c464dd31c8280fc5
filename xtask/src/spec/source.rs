//! The document as plain values that know their lines.

use std::path::{Path, PathBuf};

use saphyr::{LoadableYamlNode as _, MarkedYaml};
use serde_json::Value;

use crate::spec::version::Version;
use crate::{document, locate, workspace};

pub(crate) const SPEC: &str = "openapi/koodrive.yaml";

/// An OpenAPI 3.0 document.
pub(crate) struct Source {
    /// The path as people name it.
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) value: Value,
    pub(crate) version: Version,
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
    let text = read(path)?;
    let typed = document::read(path, &name)?;
    let value = serde_saphyr::from_str(&text).map_err(|e| format!("{name}: {e}"))?;
    let version = typed.info.version.parse().map_err(|e| format!("{name}: info.version {e}"))?;
    Ok(Source { name, text, value, version })
}

impl Source {
    /// `file:line:column` of the deepest node on the path that exists.
    pub(crate) fn place(&self, path: &[String]) -> String {
        let nodes = MarkedYaml::load_from_str(&self.text).unwrap_or_default();
        let (line, column) = nodes.first().map_or((1, 1), |root| locate::place_of(root, path));
        format!("{}:{line}:{column}", self.name)
    }
}

/// What a `$ref` leads to, through further references; the part itself when it is none.
pub(crate) fn resolve<'a>(root: &'a Value, part: &'a Value) -> &'a Value {
    let mut found = part;
    // A chain longer than this leads round in a circle.
    for _ in 0..16 {
        let Some(pointer) = found["$ref"].as_str().and_then(|r| r.strip_prefix('#')) else { break };
        found = root.pointer(pointer).unwrap_or(&Value::Null);
    }
    found
}
