//! The crates that are published, as cargo sees them.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use semver::Version;
use serde_json::Value;
use xshell::cmd;

use crate::{tools, workspace};

/// Those whose public API is held. The build step of koodrive-api is published too, since a package
/// may not depend on one that is not, but nobody else calls it.
pub(super) const HELD: [&str; 3] = ["koodrive-api", "koodrive-ext", "koodrive-sandbox"];

/// A package of the workspace that goes to the registry.
pub(super) struct Crate {
    pub(super) name: String,
    pub(super) version: Version,
    /// The oldest Rust that it promises to build with.
    pub(super) rust_version: String,
    pub(super) folder: PathBuf,
    /// The names of packages that it needs, without those of tests and the build.
    pub(super) dependencies: Vec<String>,
    features: Vec<String>,
    rustdoc_options: Vec<String>,
}

impl Crate {
    /// The name that code uses.
    pub(super) fn library(&self) -> String {
        self.name.replace('-', "_")
    }

    /// The features that docs.rs shows: all, or all but what needs the workspace.
    pub(super) fn features(&self) -> &[String] {
        &self.features
    }

    /// The same as an option of cargo, which holds for this package alone.
    pub(super) fn feature_option(&self) -> String {
        let named = self.features.iter().map(|feature| format!("{}/{feature}", self.name));
        format!("--features={}", named.collect::<Vec<_>>().join(","))
    }

    /// A made-up crate.
    #[cfg(test)]
    pub(super) fn example(name: &str, dependencies: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            version: Version::new(0, 1, 0),
            rust_version: "1.88".to_owned(),
            folder: PathBuf::new(),
            dependencies: dependencies.iter().map(|&name| name.to_owned()).collect(),
            features: Vec::new(),
            rustdoc_options: Vec::new(),
        }
    }

    /// What docs.rs gives to rustdoc.
    pub(super) fn rustdoc_options(&self) -> &[String] {
        &self.rustdoc_options
    }
}

pub(super) fn published() -> Result<Vec<Crate>> {
    let sh = tools::shell()?;
    let said = tools::run(cmd!(sh, "cargo metadata --no-deps --format-version 1"))?;
    let crates = of_metadata(&serde_json::from_str(&said)?)?;
    for name in HELD {
        find(&crates, name)?;
    }
    Ok(crates)
}

/// Those whose public API is held.
pub(super) fn held(crates: &[Crate]) -> impl Iterator<Item = &Crate> {
    crates.iter().filter(|one| HELD.contains(&one.name.as_str()))
}

/// All of them as options of cargo.
pub(super) fn package_options(crates: &[Crate]) -> impl Iterator<Item = String> {
    crates.iter().map(|one| format!("--package={}", one.name))
}

/// The crate of that name.
pub(super) fn find<'a>(crates: &'a [Crate], name: &str) -> Result<&'a Crate> {
    let found = crates.iter().find(|one| one.name == name);
    found.with_context(|| format!("{name} is not published"))
}

fn of_metadata(metadata: &Value) -> Result<Vec<Crate>> {
    let packages = metadata["packages"].as_array().context("cargo named no packages")?;
    packages.iter().filter(|package| package["publish"].is_null()).map(of_package).collect()
}

fn of_package(package: &Value) -> Result<Crate> {
    let text = |key: &str| package[key].as_str().with_context(|| format!("a package has no {key}"));
    let manifest = Path::new(text("manifest_path")?);
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    let needed = dependencies.filter(|dependency| dependency["kind"].is_null());
    let docs_rs = &package["metadata"]["docs"]["rs"];
    let features = if docs_rs["all-features"] == true {
        let all = package["features"].as_object().into_iter().flat_map(|all| all.keys());
        all.cloned().collect()
    } else {
        texts(&docs_rs["features"])
    };
    Ok(Crate {
        name: text("name")?.to_owned(),
        version: text("version")?.parse()?,
        rust_version: text("rust_version")?.to_owned(),
        folder: manifest.parent().context("a manifest has a folder")?.to_owned(),
        dependencies: needed.filter_map(|one| Some(one["name"].as_str()?.to_owned())).collect(),
        features,
        rustdoc_options: texts(&docs_rs["rustdoc-args"]),
    })
}

fn texts(list: &Value) -> Vec<String> {
    let texts = list.as_array().into_iter().flatten();
    texts.filter_map(|text| Some(text.as_str()?.to_owned())).collect()
}

/// A folder under target/ for what the checks build with other flags or compilers: in cargo's own
/// they would push out what the ordinary build has made.
pub(super) fn target(name: &str) -> PathBuf {
    workspace::target().join("release-check").join(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn package(more: &Value) -> Value {
        let mut package = json!({
            "name": "koodrive-ext",
            "version": "0.1.0",
            "rust_version": "1.88",
            "manifest_path": "/w/koodrive-ext/Cargo.toml",
            "publish": null,
            "features": { "default": ["rustls"], "rustls": [] },
            "dependencies": [
                { "name": "http", "kind": null },
                { "name": "clap", "kind": "dev" },
                { "name": "cc", "kind": "build" },
            ],
            "metadata": { "docs": { "rs": { "all-features": true, "rustdoc-args": ["--cfg", "x"] } } },
        });
        let more = more.as_object().unwrap().clone();
        package.as_object_mut().unwrap().extend(more);
        package
    }

    #[test]
    fn a_package_that_may_be_published_is_read_with_what_docs_rs_shows() {
        let some = json!({ "metadata": { "docs": { "rs": { "features": ["rustls"] } } } });
        let hidden = json!({ "publish": [] });
        let packages = [package(&json!({})), package(&some), package(&hidden)];
        let crates = of_metadata(&json!({ "packages": packages })).unwrap();
        let [all, some] = crates.as_slice() else { panic!("{} are published", crates.len()) };
        assert_eq!(all.feature_option(), "--features=koodrive-ext/default,koodrive-ext/rustls");
        assert_eq!(some.feature_option(), "--features=koodrive-ext/rustls");
        assert_eq!(all.rustdoc_options(), ["--cfg", "x"]);
        assert_eq!(all.dependencies, ["http"]);
        assert_eq!(all.folder, Path::new("/w/koodrive-ext"));
    }
}
