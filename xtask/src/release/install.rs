//! `cargo xtask release --install`: what the named checks need and is missing.

use anyhow::Result;

use crate::release::crates::Crate;
use crate::release::plugin::{CYCLONEDX, DENY, HACK, SEMVER_CHECKS};
use crate::release::{msrv, words};
use crate::tools;

pub(super) fn all(checks: &[&str], crates: &[Crate]) -> Result<()> {
    let any = |names: &[&str]| checks.iter().any(|check| names.contains(check));
    if any(&["words", "links"]) {
        words::PACKAGES.pip_install()?;
    }
    if any(&["document"]) {
        tools::install()?;
    }
    if any(&["msrv"]) {
        msrv::install(crates)?;
    }
    let plugins = [
        (&HACK, ["features"].as_slice()),
        (&DENY, &["dependencies", "advisories"]),
        (&CYCLONEDX, &["sbom"]),
        (&SEMVER_CHECKS, &["semver"]),
    ];
    for (plugin, users) in plugins {
        if any(users) {
            plugin.install()?;
        }
    }
    Ok(())
}
