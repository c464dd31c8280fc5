//! The version of koodrive-api: the workspace's, and behind it that of the document which its
//! bindings were made from, such as `0.1.0+openapi.2.0.1`. Cargo compares only the first part.

use anyhow::{Context as _, Result, ensure};
use semver::Version;
use xshell::cmd;

use super::replace;
use crate::spec::source;
use crate::{tools, workspace};

const MANIFEST: &str = "koodrive-api/Cargo.toml";
/// Lock files that name the version.
const LOCKED: [&str; 4] =
    ["Cargo.toml", "tests/benches/Cargo.toml", "tests/fleet/Cargo.toml", "tests/fuzz/Cargo.toml"];

/// Writes the version, or only compares.
pub(super) fn run(check: bool) -> Result<()> {
    let path = workspace::root().join(MANIFEST);
    let (root, own) = (
        fs_err::read_to_string(workspace::root().join("Cargo.toml"))?,
        fs_err::read_to_string(&path)?,
    );
    let document = source::load(&source::spec_path())?.version;
    let expected = format!("{}+openapi.{document}", version_in(&root)?);
    let found = version_in(&own)?;
    if found == expected {
        return Ok(());
    }
    ensure!(
        !check,
        "{MANIFEST} says {found}, and workspace and document make it {expected}; run `cargo xtask \
         regen` and commit it"
    );
    replace(&path, &own.replacen(&line(found), &line(&expected), 1))?;
    let sh = tools::shell()?;
    for manifest in LOCKED {
        tools::run(cmd!(
            sh,
            "cargo update --quiet --offline --workspace --manifest-path {manifest}"
        ))?;
    }
    eprintln!("{MANIFEST}: {expected}");
    Ok(())
}

fn line(version: &str) -> String {
    format!("\nversion = \"{version}\"\n")
}

/// Of the first line `version = "…"`.
fn version_in(manifest: &str) -> Result<&str> {
    let found =
        manifest.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    let version = found.filter(|version| Version::parse(version).is_ok());
    version.context("a Cargo.toml has no line `version = \"…\"`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_found_at_the_start_of_its_line() {
        let manifest =
            "[package]\nrust-version = \"1.88\"\nversion = \"0.1.0+openapi.2.0.1\"\n[x]\n";
        assert_eq!(version_in(manifest).unwrap(), "0.1.0+openapi.2.0.1");
        assert!(manifest.contains(&line("0.1.0+openapi.2.0.1")));
        assert!(version_in("[package]\nversion.workspace = true\n").is_err());
    }
}
