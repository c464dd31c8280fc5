//! What changed since the last release of the crates, by cargo-semver-checks.

use anyhow::Result;
use semver::Version;
use xshell::cmd;

use crate::release::crates::{self, Crate};
use crate::release::plugin::SEMVER_CHECKS;
use crate::release::report::Verdict;
use crate::tools;

/// Fails when a change needs a higher version than Cargo.toml has.
pub(super) fn check(crates: &[Crate]) -> Result<Verdict> {
    let sh = tools::shell()?;
    // On a tagged commit the tag before it is meant.
    let tags = tools::run(cmd!(sh, "git tag --list v* --merged HEAD --no-contains HEAD"))?;
    let Some(tag) = newest(&tags) else {
        let is_shallow = tools::run(cmd!(sh, "git rev-parse --is-shallow-repository"))?;
        if is_shallow.trim() == "true" {
            return Verdict::cannot_run_here(
                "a shallow clone has no tags: `git fetch --unshallow --tags`",
            );
        }
        return Verdict::holds("nothing released yet");
    };
    let command = SEMVER_CHECKS.demand()?;
    for held in crates::held(crates) {
        let (name, features) = (&held.name, held.features());
        let features = features.iter().map(|feature| format!("--features={feature}"));
        let check = cmd!(
            sh,
            "cargo {command} --package {name} --baseline-rev {tag} --only-explicit-features"
        );
        tools::run(check.args(features))?;
    }
    Verdict::holds(format!("since {tag}"))
}

/// Of tags such as `v1.2.3`, a line each, the highest.
fn newest(tags: &str) -> Option<&str> {
    let versions = tags.lines().filter_map(|tag| {
        let version = Version::parse(tag.strip_prefix('v')?).ok()?;
        Some((version, tag))
    });
    versions.max().map(|(_, tag)| tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_release_is_the_highest_number() {
        assert_eq!(newest("v0.2.0\nv0.10.0\nv0.9.1\nvague\n"), Some("v0.10.0"));
        assert_eq!(newest(""), None);
    }
}
