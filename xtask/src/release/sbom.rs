//! The bill of materials of koodrive-ext: what a program takes in with it, for those who must list it.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use xshell::{Shell, cmd};

use crate::release::copy;
use crate::release::crates::{self, Crate};
use crate::release::plugin::CYCLONEDX;
use crate::release::report::Verdict;
use crate::workspace;
use crate::{checksums, tools};

const OF: &str = "koodrive-ext";
const FILE: &str = "koodrive-ext.cdx.json";

/// Writes it with all features, and looks whether it names the crate and all that it needs.
pub(super) fn check(crates: &[Crate]) -> Result<Verdict> {
    let (subject, command) = (crates::find(crates, OF)?, CYCLONEDX.demand()?);
    // It writes beside every manifest.
    let (copy, sh) = (copy::of_tree()?, Shell::new()?);
    let folder = copy.path().join(workspace::name_of(&subject.folder));
    sh.change_dir(&folder);
    tools::run(cmd!(
        sh,
        "cargo {command} --quiet --format json --spec-version 1.5 --all-features"
    ))?;
    let text = fs_err::read_to_string(folder.join(FILE))?;
    let bill: Value = serde_json::from_str(&text)?;
    let count = judge(&bill, subject)?;
    let place = workspace::target().join("sbom");
    fs_err::create_dir_all(&place)?;
    fs_err::write(place.join(FILE), &text)?;
    fs_err::write(place.join(checksums::FILE), checksums::line(text.as_bytes(), FILE))?;
    Verdict::holds(format!("{count} components, in target/sbom/{FILE}"))
}

/// Fails unless the bill is the crate's, names what it depends on, and says of each component where
/// it comes from and under which licence.
fn judge(bill: &Value, subject: &Crate) -> Result<usize> {
    let own = &bill["metadata"]["component"];
    let is_own = own["name"] == subject.name && own["version"] == subject.version.to_string();
    ensure!(is_own, "it is a bill of {} {}", own["name"], own["version"]);
    let components = bill["components"].as_array().context("it has no components")?;
    let names: BTreeSet<&str> = components.iter().filter_map(|one| one["name"].as_str()).collect();
    let missing: Vec<&String> =
        subject.dependencies.iter().filter(|name| !names.contains(name.as_str())).collect();
    ensure!(missing.is_empty(), "it does not name {missing:?}");
    for one in components {
        if one["purl"].as_str().is_none() || one["licenses"].as_array().is_none_or(Vec::is_empty) {
            bail!("{} {} has no origin or no licence", one["name"], one["version"]);
        }
    }
    Ok(components.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_bill_of_another_crate_or_without_a_dependency_or_a_licence_is_refused() {
        let subject = Crate::example("koodrive-ext", &["http"]);
        let bill = |name: &str, component: Value| {
            json!({
                "metadata": { "component": { "name": name, "version": "0.1.0" } },
                "components": [component],
            })
        };
        let http = json!({ "name": "http", "purl": "pkg:cargo/http@1.5.0", "licenses": [{}] });
        assert_eq!(judge(&bill("koodrive-ext", http.clone()), &subject).unwrap(), 1);

        let said = |bill: &Value| judge(bill, &subject).unwrap_err().to_string();
        assert!(said(&bill("other", http)).starts_with("it is a bill of \"other\""));
        assert_eq!(said(&bill("koodrive-ext", json!({}))), "it does not name [\"http\"]");
        let bare = json!({ "name": "http", "purl": "pkg:cargo/http@1.5.0" });
        assert!(said(&bill("koodrive-ext", bare)).starts_with("\"http\" null has no origin"));
    }
}
