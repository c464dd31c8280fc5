//! Tools of cargo, each in a version that was tried.

use anyhow::{Context as _, Result, ensure};
use semver::Version;
use xshell::cmd;

use crate::tools;

/// A program from the registry that cargo runs as a command.
pub(super) struct Plugin {
    pub(super) name: &'static str,
    /// This or a newer one is taken; this one is installed.
    pub(super) version: Version,
}

pub(super) const HACK: Plugin = plugin("cargo-hack", 0, 6, 46);
pub(super) const DENY: Plugin = plugin("cargo-deny", 0, 20, 2);
pub(super) const SEMVER_CHECKS: Plugin = plugin("cargo-semver-checks", 0, 51, 0);
pub(super) const CYCLONEDX: Plugin = plugin("cargo-cyclonedx", 0, 5, 9);

const fn plugin(name: &'static str, major: u64, minor: u64, patch: u64) -> Plugin {
    Plugin { name, version: Version::new(major, minor, patch) }
}

impl Plugin {
    /// What installs it. Without optimisation, since it runs for seconds and compiles for minutes.
    fn install_with(&self) -> String {
        format!("cargo install --debug --locked {}@{}", self.name, self.version)
    }

    /// The command's name behind `cargo`; an error when it is missing or too old.
    pub(super) fn demand(&self) -> Result<&'static str> {
        let (name, how) = (self.name, format!("run `{}`", self.install_with()));
        let program = tools::find(name, &how)?;
        let command = name.trim_start_matches("cargo-");
        let sh = tools::shell()?;
        let said = tools::run(cmd!(sh, "{program} {command} --version"))?;
        let version = version_in(&said).with_context(|| format!("{name} says {said:?}; {how}"))?;
        ensure!(version >= self.version, "{name} is {version}, older than was tried; {how}");
        Ok(command)
    }

    /// Installs it unless it is there.
    pub(super) fn install(&self) -> Result<()> {
        if self.demand().is_ok() {
            return Ok(());
        }
        eprintln!("{} (some minutes)", self.install_with());
        let (sh, package) = (tools::shell()?, format!("{}@{}", self.name, self.version));
        tools::run(cmd!(sh, "cargo install --quiet --debug --locked --force {package}"))?;
        Ok(())
    }
}

/// The last word of what a program says of itself.
fn version_in(said: &str) -> Option<Version> {
    Version::parse(said.split_whitespace().last()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_the_last_word() {
        assert_eq!(version_in("cargo-hack 0.6.46\n"), Some(Version::new(0, 6, 46)));
        assert_eq!(version_in("cargo-cyclonedx-cyclonedx 0.5.9"), Some(Version::new(0, 5, 9)));
        assert_eq!(version_in(""), None);
        assert_eq!(version_in("error: no such command"), None);
    }

    #[test]
    fn a_tool_that_is_missing_is_named_with_its_install_command() {
        let error = plugin("cargo-no-such", 1, 2, 3).demand().unwrap_err().to_string();
        let how = "run `cargo install --debug --locked cargo-no-such@1.2.3`";
        assert_eq!(error, format!("cargo-no-such is not installed; {how}"));
    }
}
