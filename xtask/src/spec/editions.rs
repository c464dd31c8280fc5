//! The editions: the document in the forms that generators can use, rendered from the source by
//! the OpenAPI Overlays of openapi/overlays/.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use xshell::cmd;

use crate::spec::source;
use crate::{tools, workspace};

const OVERLAYS: &str = "openapi/overlays";
/// What an edition is called behind `koodrive.`, and the overlays that make it, in this order.
const EDITIONS: [(&str, &[&str]); 3] = [
    ("json", &[]),
    ("clients.json", &["clients.overlay.yaml"]),
    ("3.1.json", &["clients.overlay.yaml", "3.1.overlay.yaml"]),
];
/// Calls oas-patch, and fails on an action that changes nothing: a misspelt target.
const APPLY: &str = "openapi/tooling/apply_overlay.py";

pub(crate) struct Edition {
    /// `json`, `clients.json` or `3.1.json`.
    pub(crate) kind: &'static str,
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) value: Value,
}

impl Edition {
    pub(crate) fn name(&self) -> String {
        format!("koodrive.{}", self.kind)
    }
}

/// Renders all of them into the folder.
pub(crate) fn render(into: &Path) -> Result<Vec<Edition>> {
    let bundled = bundle(into, "koodrive.json", &[])?;
    let mut editions = Vec::new();
    for (kind, overlays) in EDITIONS {
        let path = into.join(format!("koodrive.{kind}"));
        let mut from = bundled.clone();
        for overlay in overlays {
            let overlay = format!("{OVERLAYS}/{overlay}");
            let (sh, python) = (tools::shell()?, tools::oas_patch()?);
            tools::run(cmd!(sh, "{python} {APPLY} {from} {overlay} {path}"))?;
            from = path.clone();
        }
        let text = fs_err::read_to_string(&path)?;
        let value = serde_json::from_str(&text).with_context(|| workspace::name_of(&path))?;
        editions.push(Edition { kind, path, text, value });
    }
    Ok(editions)
}

/// The dereferenced form, which no overlay changes.
pub(crate) fn dereference(into: &Path) -> Result<()> {
    let path = bundle(into, "koodrive.dereferenced.json", &["--dereferenced"])?;
    let flat = serde_json::from_str(&fs_err::read_to_string(&path)?)?;
    ensure!(!has_reference(&flat), "{} still has a $ref", workspace::name_of(&path));
    Ok(())
}

fn bundle(into: &Path, name: &str, flags: &[&str]) -> Result<PathBuf> {
    let (sh, path) = (tools::shell()?, into.join(name));
    let command = tools::redocly(&sh, "bundle")?.arg(source::SPEC).args(flags);
    tools::run(command.arg("--output").arg(&path))?;
    Ok(path)
}

fn has_reference(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.contains_key("$ref") || map.values().any(has_reference),
        Value::Array(items) => items.iter().any(has_reference),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_found_wherever_it_is() {
        use serde_json::json;
        for (value, expected) in [
            (json!({ "$ref": "#/x" }), true),
            (json!({ "a": [{ "b": { "$ref": "#/x" } }] }), true),
            (json!({ "a": ["$ref"], "b": {} }), false),
        ] {
            assert_eq!(has_reference(&value), expected, "{value}");
        }
    }

    #[test]
    #[ignore = "needs `cargo xtask tools`; .ci/run runs it"]
    fn an_action_that_changes_nothing_fails_with_its_target() {
        let folder = tempfile::tempdir().unwrap();
        let [from, overlay, to] = ["a.json", "b.json", "c.json"].map(|n| folder.path().join(n));
        fs_err::write(&from, r#"{ "info": { "title": "x" } }"#).unwrap();
        let actions = r#"[{ "target": "$.info.titel", "remove": true }]"#;
        fs_err::write(&overlay, format!(r#"{{ "actions": {actions} }}"#)).unwrap();
        let (sh, python) = (tools::shell().unwrap(), tools::oas_patch().unwrap());
        let error = tools::run(cmd!(sh, "{python} {APPLY} {from} {overlay} {to}")).unwrap_err();
        assert!(error.to_string().contains("action 1 changes nothing: $.info.titel"), "{error}");
    }
}
